import Foundation
import SystemPackage
import TestSupport
import Testing

/// What whoever starts the launcher left open, closed, ignored or named is no business of the run's.
@Suite struct CallerStateTests {
    private let tool = Checkout.products.appending("lw-sandbox").string

    private func shell(_ text: String) throws -> ToolResult {
        try Tool.run("/bin/bash", ["-c", text])
    }

    /// A Python program that becomes the launcher.
    private func python(_ preparation: String, _ arguments: [String]) throws -> ToolResult {
        let words = ([tool] + arguments).map { String(reflecting: $0) }.joined(separator: ", ")
        let program = "import os, resource, signal\n\(preparation)\nos.execv('\(tool)', [\(words)])"
        return try Tool.run("/usr/bin/env", ["timeout", "20", "python3", "-c", program])
    }

    @Test(arguments: ["<&-", "<&- >&-", "<&- >&- 2>&-", ">&-", "2>&-"])
    func closedStandardStreamsBecomeNullAndNothingOfOurs(redirections: String) throws {
        let scratch = try Scratch()
        let receipt = scratch.appending("receipt.json")
        let program = """
            import os, stat
            kinds = {stat.S_IFMT(os.fstat(number).st_mode) for number in range(3)}
            os._exit(3 if kinds <= {stat.S_IFCHR, stat.S_IFIFO, stat.S_IFREG} else 4)
            """
        let file = try scratch.write("program.py", program)
        let result = try shell(
            "\(tool) --receipt \(receipt) --ro \(file) -- /usr/bin/python3 -I -S \(file) \(redirections)"
        )
        #expect(result.status == 3, "\(result.errors)")
        let text = try String(contentsOfFile: receipt, encoding: .utf8)
        #expect(text.contains("\"outcome\": \"exited(3)\""), "\(text)")
    }

    /// As in a rootless container: root of a user namespace, and an ordinary user outside.
    @Test func theRootOfAUserNamespaceRunsAsTheOrdinaryUserThatItIs() throws {
        let scratch = try Scratch(mode: 0o755)
        let caller: Caller = Checkout.isRoot ? .ordinaryUser : .tester
        let plans = scratch.appending("plans")
        try FileManager.default.copyItem(atPath: tool, toPath: scratch.appending("lw-sandbox"))
        try FileManager.default.copyItem(atPath: Checkout.root.appending(".build/plans").string, toPath: plans)
        if Checkout.isRoot {
            // Files of the host's root belong to nobody inside, and are not trusted.
            let owner = "\(Caller.ordinaryID):\(Caller.ordinaryID)"
            #expect(try Tool.run("/bin/chown", ["-R", owner, plans]).status == 0)
        }
        let words = ["-Ur", scratch.appending("lw-sandbox"), "--plans", plans, "--", "/usr/bin/id", "-u"]
        let result = try Tool.run("/usr/bin/unshare", words, as: caller)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "1000\n")
    }

    @Test func aCallerThatIgnoresItsChildrenDoesNotHangTheRun() throws {
        let result = try python("signal.signal(signal.SIGCHLD, signal.SIG_IGN)", ["--", "/bin/echo", "up"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "up\n")
    }

    @Test func aThousandOpenDescriptorsNeitherReachTheRunNorStopIt() throws {
        let opening = """
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
            for _ in range(1000): os.set_inheritable(os.open('/dev/null', os.O_RDONLY), True)
            """
        let result = try python(opening, ["--", "/bin/echo", "up"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "up\n")
    }

    /// Some callers, Foundation's `Process` among them, take the end of a descriptor for the end of the process.
    @Test func whatTheCallerHandedOverStaysOpenUntilTheEnd() throws {
        let result = try Tool.run(
            "/usr/bin/env",
            [
                "python3", "-c",
                """
                import os, select, subprocess
                reader, writer = os.pipe()
                run = subprocess.Popen(['\(tool)', '--', '/bin/sh', '-c', 'echo up; read line'], pass_fds=[writer],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                os.close(writer)
                run.stdout.readline()
                print(select.select([reader], [], [], 0.3)[0])
                run.stdin.close()
                print(run.wait(10), os.read(reader, 1))
                """,
            ]
        )
        #expect(result.output == "[]\n1 b''\n", "\(result.output) \(result.errors)")
    }

    /// As `nohup` and the background jobs of a script do.
    @Test(arguments: [("SIGHUP", SIGHUP), ("SIGINT", SIGINT)])
    func aSignalThatTheCallerIgnoredDoesNotEndTheRun(name: String, number: Int32) throws {
        let ending = try Tool.run(
            "/usr/bin/env",
            [
                "python3", "-c",
                """
                import os, signal, subprocess, sys
                results = []
                for ignored in [True, False]:
                    signal.signal(signal.\(name), signal.SIG_IGN if ignored else signal.SIG_DFL)
                    run = subprocess.Popen(['\(tool)', '--', '/bin/sh', '-c', 'echo up; read line; exit 5'],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, restore_signals=False)
                    run.stdout.readline()
                    run.send_signal(\(number))
                    try:
                        run.wait(0.3)
                    except subprocess.TimeoutExpired:
                        run.stdin.write(b'\\n')
                        run.stdin.close()
                    results.append(run.wait(10))
                print(results)
                """,
            ]
        )
        #expect(ending.output == "[5, 130]\n", "\(ending.errors)")
    }

    @Test func anOptionReplacesAVariableAndMayEmptyIt() throws {
        let result = try Tool.run(
            tool,
            ["--env", "HOME=/a", "--env", "HOME=/b", "--env", "EMPTY=", "--", "/usr/bin/env"]
        )
        let lines = result.output.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("HOME=") } == ["HOME=/b"])
        #expect(lines.contains("EMPTY="))
    }

    @Test func aFileInsideAFolderThatIsThereAlreadyCanBeNamed() throws {
        let result = try Tool.run(tool, ["--ro", "/usr/bin/env", "--", "/usr/bin/env", "true"])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test(arguments: [
        (["--ro", "/"], "whole host"), (["--ro", "/usr/.."], "whole host"),
        (["--timeout", "9223372036854775807"], "--timeout takes"), (["--env", "=x"], "NAME=VALUE"),
    ])
    func whatCannotBeMeantIsAUsageError(options: [String], words: String) throws {
        let result = try Tool.run(tool, options + ["--", "/bin/true"])
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    /// As root, `--receipt /dev/null` would otherwise put a file in the place of the machine's device.
    @Test func aReceiptTakesThePlaceOfNoDeviceLinkOrPipe() throws {
        let scratch = try Scratch()
        let link = scratch.appending("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "elsewhere")
        let pipe = scratch.appending("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [link, pipe] {
            let result = try Tool.run(tool, ["--receipt", path, "--", "/bin/true"])
            #expect(result.status == 2)
            #expect(result.errors.contains("cannot be written"), "\(result.errors)")
        }
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string)) == ["link", "pipe"])
    }

    @Test func aRunThatWasKilledFromOutsideSaysSo() throws {
        let scratch = try Scratch()
        let receipt = scratch.appending("receipt.json")
        let process = try Tool.start(tool, ["--receipt", receipt, "--", "/bin/sh", "-c", "echo up; read line"])
        let output = (process.standardOutput as? Pipe)?.fileHandleForReading
        #expect(output?.readData(ofLength: 3) == Data("up\n".utf8))
        let id = process.processIdentifier
        let children = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        let initializer = try #require(children.split(separator: " ").first.flatMap { pid_t($0) })
        kill(initializer, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationStatus == 125)
        let errors = (process.standardError as? Pipe)?.fileHandleForReading.readDataToEndOfFile() ?? Data()
        #expect(String(decoding: errors, as: UTF8.self).contains("ended from outside"))
        #expect(try String(contentsOfFile: receipt, encoding: .utf8).contains("\"launcher_error\""))
    }
}
