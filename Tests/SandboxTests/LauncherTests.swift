import Foundation
import SystemPackage
import TestSupport
import Testing

/// The launcher as a person uses it, with real programs inside, as root and as an ordinary user.
@Suite struct LauncherTests {
    private func run(_ arguments: [String], as caller: Caller) throws -> ToolResult {
        try Tool.run(Installed.tool("lw-sandbox", for: caller), arguments, as: caller)
    }

    private func python(_ program: String, as caller: Caller, _ options: [String] = []) throws -> ToolResult {
        try run(options + ["--", "/usr/bin/python3", "-I", "-S", "-c", program], as: caller)
    }

    @Test(arguments: Caller.available)
    func aCommandRunsAndItsStatusIsPassedOn(caller: Caller) throws {
        let result = try python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)", as: caller)
        #expect(result.status == 7)
        #expect(result.output == "out\n")
        #expect(result.errors == "err\n")
    }

    @Test(arguments: Caller.available)
    func theRootIsFreshAndNothingInItCanBeWritten(caller: Caller) throws {
        let result = try python(
            """
            import os
            print(sorted(os.listdir('/')))
            for path in ['/etc/passwd', '/etc/shadow', '/root', '/home', '/proc', '/sys', '/tmp', '/var', '/dev/shm']:
                print(path, os.path.exists(path))
            for path in ['/x', '/usr/x', '/dev/x', '/lw/x']:
                try:
                    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
                    print('WROTE', path)
                except OSError as error:
                    print(path, error.errno)
            """,
            as: caller
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(!result.output.contains("True"))
        #expect(!result.output.contains("WROTE"))
        let lines = result.output.split(separator: "\n")
        #expect(lines.first?.contains("'dev'") == true)
        #expect(lines.first?.contains("etc") == false)
        // EROFS, or EPERM and ENOENT where there is no such folder.
        #expect(lines.contains("/usr/x 30"))
        #expect(lines.contains("/x 30"))
    }

    @Test(arguments: Caller.available)
    func noIdentityOfTheHostIsLeft(caller: Caller) throws {
        let result = try python(
            """
            import os
            print(os.getresuid(), os.getresgid())
            for call in [lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([])]:
                try:
                    call()
                    print('CHANGED')
                except OSError as error:
                    print(error.errno)
            """,
            as: caller
        )
        #expect(result.output == "(1000, 1000, 1000) (1000, 1000, 1000)\n1\n1\n1\n")
    }

    @Test(.enabled(if: Checkout.isRoot))
    func rootGivesUpItsFilesAndGroups() throws {
        // Group-readable for root's own group: what a launcher that keeps supplementary groups could still open.
        let scratch = try Scratch(mode: 0o755)
        let secret = try scratch.write("secret", "root only", mode: 0o640)
        let result = try Tool.run(
            Checkout.products.appending("lw-sandbox").string,
            [
                "--ro", scratch.path.string, "--", "/usr/bin/python3", "-I", "-S", "-c",
                """
                import os
                print(os.getgroups())
                try:
                    print(open('\(secret)').read())
                except OSError as error:
                    print(error.errno)
                """,
            ]
        )
        // Group 0 is not mapped, so even a kept group would show as 65534.
        #expect(result.output == "[]\n13\n")
    }

    @Test(
        arguments: Caller.available,
        [
            // What is tried, and the errno that the model meets.
            ("socket", "import socket; socket.socket()", 1),
            ("socketpair", "import socket; socket.socketpair()", 1),
            ("fork", "import os; os.fork()", 1),
            ("signal PID 1", "import os; os.kill(1, 9)", 1),
            (
                "set a limit",
                "import ctypes; c=ctypes.CDLL(None, use_errno=True); c.setrlimit(7, (ctypes.c_long*2)(9, 9)); raise OSError(ctypes.get_errno(), '')",
                1
            ),
            ("memfd", "import os; os.memfd_create('x')", 1),
            ("priority", "import os; os.setpriority(os.PRIO_PROCESS, 0, -5)", 1),
            ("link", "import os; os.symlink('a', '/tmp/b')", 1),
            ("terminal input", "import fcntl; fcntl.ioctl(0, 0x5412, b'x')", 1),
            ("lock", "import fcntl; fcntl.flock(0, fcntl.LOCK_EX)", 1),
            (
                "clone3",
                "import ctypes; c=ctypes.CDLL(None, use_errno=True); c.syscall(435, 0, 0); raise OSError(ctypes.get_errno(), '')",
                38
            ),
            (
                "io_uring",
                "import ctypes; c=ctypes.CDLL(None, use_errno=True); c.syscall(425, 1, 0); raise OSError(ctypes.get_errno(), '')",
                38
            ),
            (
                "a call of the future",
                "import ctypes; c=ctypes.CDLL(None, use_errno=True); c.syscall(500); raise OSError(ctypes.get_errno(), '')",
                38
            ),
        ]
    )
    func whatLibrariesTryMeetsAnError(caller: Caller, attempt: (name: String, program: String, code: Int)) throws {
        let program = """
            try:
                exec(\(String(reflecting: attempt.program)))
                print('DONE')
            except OSError as error:
                print(error.errno)
            """
        let result = try python(program, as: caller)
        #expect(result.output == "\(attempt.code)\n", "\(attempt.name): \(result.errors)")
    }

    @Test(
        arguments: Caller.available,
        [
            ("ptrace", 101), ("mount", 165), ("umount2", 166), ("pivot_root", 155), ("unshare", 272), ("setns", 308),
            ("bpf", 321), ("perf_event_open", 298), ("userfaultfd", 323), ("keyctl", 250), ("add_key", 248),
            ("kexec_load", 246), ("init_module", 175), ("process_vm_readv", 310), ("open_by_handle_at", 304),
            ("personality", 135), ("modify_ldt", 154), ("iopl", 172), ("reboot", 169), ("swapon", 167), ("acct", 163),
            ("settimeofday", 164), ("fsopen", 430), ("open_tree", 428), ("move_mount", 429), ("mount_setattr", 442),
            ("fanotify_init", 300), ("quotactl", 179), ("x32 read", 0x4000_0000), ("negative", -1),
        ]
    )
    func aCallThatNoModelNeedsEndsTheRun(caller: Caller, attempt: (name: String, number: Int)) throws {
        let result = try python(
            "import ctypes; ctypes.CDLL(None).syscall(\(attempt.number), 0, 0, 0, 0, 0)",
            as: caller
        )
        #expect(result.status == 126, "\(attempt.name): \(result.status) \(result.errors)")
        let name = ["x32 read": "x32 call 0", "negative": "call -1"][attempt.name] ?? attempt.name
        #expect(result.errors.contains("forbids: \(name)"), "\(result.errors)")
    }

    @Test(arguments: Caller.available)
    func noDescriptorButTheThreeIsInside(caller: Caller) throws {
        let result = try python(
            """
            import os
            for number in range(3, 1024):
                try:
                    os.fstat(number)
                    print(number)
                except OSError:
                    pass
            """,
            as: caller
        )
        #expect(result.output == "")
        #expect(result.status == 0)
    }

    @Test(arguments: Caller.available)
    func theEnvironmentIsTheProfilesAlone(caller: Caller) throws {
        let result = try Tool.run(
            Installed.tool("lw-sandbox", for: caller),
            ["--", "/usr/bin/env"],
            as: caller,
            environment: ["SECRET_TOKEN": "x", "LD_PRELOAD": ""]
        )
        let names = result.output.split(separator: "\n").map { $0.prefix { $0 != "=" } }
        #expect(
            Set(names) == [
                "HOME", "PATH", "LANG", "MPLBACKEND", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                "LOKY_MAX_CPU_COUNT",
            ]
        )
    }

    @Test(arguments: Caller.available)
    func threadsWorkAndTheirNumberIsBounded(caller: Caller) throws {
        let result = try python(
            """
            import threading, time
            started = 0
            stop = threading.Event()
            try:
                for _ in range(1000):
                    threading.Thread(target=stop.wait, daemon=True).start()
                    started += 1
            except RuntimeError as error:
                print(error)
            stop.set()
            print(8 < started < 200)
            """,
            as: caller
        )
        #expect(result.output == "can't start new thread\nTrue\n", "\(result.errors)")
    }

    @Test(arguments: Caller.available)
    func memoryIsBounded(caller: Caller) throws {
        let result = try python("bytearray(6 << 30)", as: caller)
        #expect(result.status == 1)
        #expect(result.errors.contains("MemoryError"))
    }

    @Test(arguments: Caller.available)
    func memoryMappedToShareIsBoundedToo(caller: Caller) throws {
        let result = try python(
            """
            import mmap
            blocks = []
            try:
                for _ in range(16):
                    blocks.append(mmap.mmap(-1, 1 << 30, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
            except OSError as error:
                print(error.errno, len(blocks) < 6)
            """,
            as: caller
        )
        #expect(result.output == "12 True\n", "\(result.errors)")
    }

    @Test(arguments: Caller.available)
    func aDeadlineEndsTheCommand(caller: Caller) throws {
        let result = try python("import time; time.sleep(60)", as: caller, ["--timeout", "1"])
        #expect(result.status == 124)
        #expect(result.seconds < 5)
    }

    /// A host that mounts something after the run began, below a folder that the run sees.
    @Test(.enabled(if: Checkout.isRoot), arguments: Caller.available)
    func whatTheHostMountsLaterDoesNotAppearInside(caller: Caller) throws {
        let scratch = try Scratch(mode: 0o755)
        let shared = scratch.appending("shared")
        try FileManager.default.createDirectory(atPath: shared + "/sub", withIntermediateDirectories: true)
        let program = """
            mount -t tmpfs none \(shared) && mount --make-shared \(shared) && mkdir \(shared)/sub
            """
        #expect(try Tool.run("/bin/sh", ["-c", program]).status == 0)
        defer { _ = try? Tool.run("/bin/sh", ["-c", "umount -R \(shared)"]) }
        let process = try Tool.start(
            Installed.tool("lw-sandbox", for: caller),
            [
                "--ro", shared, "--", "/usr/bin/python3", "-u", "-c",
                "import os; print('up'); input(); print(os.listdir('\(shared)/sub'))",
            ],
            as: caller
        )
        let output = (process.standardOutput as? Pipe)?.fileHandleForReading
        func line() -> String {
            var text = ""
            while let byte = output?.readData(ofLength: 1), !byte.isEmpty, byte != Data("\n".utf8) {
                text += String(decoding: byte, as: UTF8.self)
            }
            return text
        }
        #expect(line() == "up")
        let later = "mount -t tmpfs none \(shared)/sub && touch \(shared)/sub/later"
        #expect(try Tool.run("/bin/sh", ["-c", later]).status == 0)
        (process.standardInput as? Pipe)?.fileHandleForWriting.write(Data("go\n".utf8))
        #expect(line() == "[]")
        process.waitUntilExit()
    }

    @Test func aFolderAsStandardInputIsRefused() throws {
        let result = try Tool.run(
            "/bin/sh",
            ["-c", "\(Checkout.products)/lw-sandbox -- /bin/true < /"]
        )
        #expect(result.status == 125)
        #expect(result.errors.contains("descriptors"), "\(result.errors)")
    }

    @Test(arguments: [[], ["--receipt"]])
    func killingTheToolEndsItsCommand(options: [String]) throws {
        let scratch = try Scratch()
        let all = options.isEmpty ? [] : options + [scratch.appending("r.json")]
        let mark = "lw-mark-\(UInt64.random(in: 0 ... .max))"
        let process = try Tool.start("lw-sandbox", all + ["--", "/usr/bin/python3", "-c", "input()", mark])
        func isRunning() -> Bool {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.contains { name in
                let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
                return Int(name) != nil && line.starts(with: Data("/usr/bin/python3".utf8))
                    && line.contains(Data(mark.utf8))
            }
        }
        for _ in 0..<100 where !isRunning() { usleep(50_000) }
        #expect(isRunning())
        kill(process.processIdentifier, SIGKILL)
        for _ in 0..<20 where isRunning() { usleep(50_000) }
        #expect(!isRunning())
    }

    @Test(arguments: Caller.available)
    func aWakeThatReachesOtherProcessesIsRefused(caller: Caller) throws {
        let result = try python(
            """
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            word = ctypes.c_int(0)
            for operation in [1, 3, 4, 5, 10, 0x81, 0x8a]:
                done = libc.syscall(202, ctypes.byref(word), operation, 1, 0, 0, -1)
                print(operation, ctypes.get_errno() if done < 0 else 'done')
            """,
            as: caller
        )
        let lines = result.output.split(separator: "\n")
        #expect(lines.prefix(5).allSatisfy { $0.hasSuffix(" 1") }, "\(result.output)")
        #expect(lines.suffix(2).allSatisfy { !$0.hasSuffix(" 1") }, "\(result.output)")
    }

    @Test(arguments: [
        (["--bogus"], 2, "unknown option '--bogus'"), ([], 2, "no command"), (["--profile"], 2, "needs a value"),
        (["--profile", "none", "--", "true"], 125, "none.plan"),
        (["--profile", "../x", "--", "true"], 125, "no profile name"),
        (["--ro", "/no/such", "--", "true"], 2, "/no/such"), (["--timeout", "x", "--", "true"], 2, "--timeout"),
        (["--", "no-such-program"], 125, "no program 'no-such-program'"),
    ])
    func badUsageIsOneSentence(arguments: [String], status: Int32, words: String) throws {
        let result = try Tool.run("lw-sandbox", arguments)
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.output == "")
    }

    @Test func theReceiptNamesEveryStepAndItsTime() throws {
        let scratch = try Scratch()
        let file = scratch.appending("receipt.json")
        let result = try Tool.run("lw-sandbox", ["--receipt", file, "--", "/bin/true"])
        #expect(result.status == 0, "\(result.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for step in ["namespaces", "root", "limits", "capabilities", "no-new-privileges", "descriptors", "seccomp"] {
            #expect(text.contains("\"\(step)\""), "\(step)")
        }
        #expect(text.contains("\"outcome\": \"ok\""))
    }

    private func copyPlans(to scratch: Scratch) throws {
        for name in ["strict.plan", "strict.bpf", "strict.kill.bpf"] {
            try FileManager.default.copyItem(
                atPath: Checkout.root.appending(".build/plans/\(name)").string,
                toPath: scratch.appending(name)
            )
        }
    }

    @Test func aPlanThatCannotBeReadIsToldWithItsFileAndLine() throws {
        let scratch = try Scratch(mode: 0o700)
        try copyPlans(to: scratch)
        let plan = scratch.appending("strict.plan")
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        try (text + "mystery\n").write(toFile: plan, atomically: false, encoding: .utf8)
        let result = try Tool.run("lw-sandbox", ["--plans", scratch.path.string, "--", "/bin/true"])
        #expect(result.status == 125)
        let line = text.split(separator: "\n").count + 1
        #expect(result.errors == "error: \(plan), line \(line): unknown word 'mystery'\n")
    }

    @Test func plansFromAFolderThatOthersMayWriteToAreRefused() throws {
        let scratch = try Scratch()
        try copyPlans(to: scratch)
        chmod(scratch.path.string, 0o777)
        let open = try Tool.run("lw-sandbox", ["--plans", scratch.path.string, "--", "/bin/true"])
        #expect(open.status == 125)
        #expect(open.errors.contains("written by others"))
        chmod(scratch.path.string, 0o700)
        #expect(try Tool.run("lw-sandbox", ["--plans", scratch.path.string, "--", "/bin/true"]).status == 0)
        chmod(scratch.appending("strict.bpf"), 0o666)
        #expect(try Tool.run("lw-sandbox", ["--plans", scratch.path.string, "--", "/bin/true"]).status == 125)
    }
}

extension Data {
    fileprivate func contains(_ other: Data) -> Bool { range(of: other) != nil }
}
