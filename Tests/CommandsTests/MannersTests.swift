import Foundation
import SystemPackage
import TestSupport
import Testing

/// What all tools have in common at a terminal.
@Suite(.serialized) struct MannersTests {
    private static let tools = ["lw-dock", "lw-pack", "lw-run", "lw-sandbox"]

    @Test func allToolsHaveOneVersion() throws {
        let versions = try Self.tools.map { try Tool.run($0, ["--version"]) }
        #expect(versions.allSatisfy { $0.status == 0 })
        let numbers = versions.map { $0.output.split(separator: " ").last }
        #expect(Set(numbers).count == 1)
        for (tool, version) in Swift.zip(Self.tools, versions) { #expect(version.output.hasPrefix(tool + " ")) }
    }

    @Test(arguments: [
        ("lw-pack", ["inspect"]), ("lw-pack", ["nothing"]), ("lw-pack", ["build", "x"]), ("lw-run", ["predict"]),
        ("lw-run", ["predict", "x.zip", "--input", "x", "--progress", "loud"]), ("lw-sandbox", ["--nothing"]),
    ])
    func usageErrorsBeginAsAllErrorsDo(tool: String, arguments: [String]) throws {
        let result = try Tool.run(tool, arguments)
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("error: "), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    /// Only who makes specifications needs their libraries: a host that runs learnwares installs neither.
    @Test func onlyLwPackLinksTheNumericLibraries() throws {
        func needed(_ tool: String) throws -> String {
            let file = Checkout.products.appending(tool).string
            let result = try Tool.run("/usr/bin/env", ["readelf", "--dynamic", file])
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        let (run, pack) = (try needed("lw-run"), try needed("lw-pack"))
        for library in ["libopenblas", "liblapacke", "libcld2"] {
            #expect(!run.contains(library), "lw-run needs \(library)")
            #expect(pack.contains(library), "lw-pack does not need \(library), or this test is blind")
        }
    }

    /// Every command of a tool, as its help lists them.
    private func commands(of tool: String, _ path: [String] = []) throws -> [[String]] {
        let help = try Tool.run(tool, path + ["--help"]).output.split(separator: "\n", omittingEmptySubsequences: false)
        let listed = help.drop { !$0.hasPrefix("SUBCOMMANDS:") }.dropFirst().prefix { !$0.isEmpty }
        // A name stands two places in; the lines of its abstract stand further in.
        let names = listed.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap { line in
            line.split(separator: " ").first.map(String.init)
        }
        return try [path] + names.flatMap { try commands(of: tool, path + [$0]) }
    }

    @Test(arguments: ["lw-dock", "lw-pack", "lw-run"]) func everyHelpHasAnExample(tool: String) throws {
        let all = try commands(of: tool)
        #expect(all.count > 2)
        for path in all {
            let help = try Tool.run(tool, path + ["--help"]).output
            #expect(help.lowercased().contains("example:"), "\(tool) \(path)")
            #expect(help.contains("  \(tool) "), "\(tool) \(path)")
        }
    }

    @Test func theExamplesOfLwDockWork() throws {
        for path in try commands(of: "lw-dock") {
            let scratch = try Scratch()
            let (given, zip) = (scratch.appending("given"), scratch.appending("my-model.zip"))
            #expect(try Tool.run("lw-pack", ["init", given, "--template", "numpy"]).status == 0)
            #expect(try Tool.run("lw-pack", ["build", given, "-o", zip]).status == 0)
            if !path.isEmpty, path != ["init"] {
                let market = scratch.appending("my-market")
                #expect(try Tool.run("lw-dock", ["init", market]).status == 0)
                #expect(try Tool.run("lw-dock", ["add", "--market", market, zip]).status == 0)
                if path == ["reuse"] {
                    let checked = ["check", "--market", market]
                    #expect(try Tool.run("lw-dock", checked, environment: Home.environment(for: .tester)).status == 0)
                }
                if path == ["rebuild"] { try FileManager.default.removeItem(atPath: market + "/market.sqlite") }
            }
            if path == ["import"] {
                let semantic = try String(contentsOfFile: given + "/semantic_specification.json", encoding: .utf8)
                try PythonMarketFolder(scratch.appending("python-market")).add("00000000", zip: zip, semantic: semantic)
            }
            try scratch.write("X.csv", (0..<60).map { "\($0 % 7),\($0 % 5),\($0 % 3),\($0)" }.joined(separator: "\n"))
            try runExamples(of: "lw-dock", path, in: scratch)
        }
    }

    private func runExamples(of tool: String, _ path: [String], in scratch: Scratch) throws {
        let help = try Tool.run(tool, path + ["--help"]).output
        // An example may need another tool first.
        let examples = help.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("lw-") }
        #expect(!examples.isEmpty)
        for example in examples {
            let bin = Checkout.products.string
            let run = try Tool.run(
                "/bin/sh",
                ["-c", "cd \"$0\" && PATH=\(bin):$PATH && \(example)", scratch.path.string],
                environment: Home.environment(for: .tester)
            )
            #expect(run.status == 0, "\(example): \(run.errors)")
        }
    }

    @Test func theExamplesOfLwPackWork() throws {
        for path in try commands(of: "lw-pack") {
            let scratch = try Scratch()
            let (given, zip) = (scratch.appending("given"), scratch.appending("my-model.zip"))
            #expect(try Tool.run("lw-pack", ["init", given, "--template", "numpy"]).status == 0)
            #expect(try Tool.run("lw-pack", ["build", given, "-o", zip]).status == 0)
            let rows = (0..<60).map { "\($0 % 7),\($0 % 5),\($0 % 3),\($0)" }
            try scratch.write("X.csv", rows.joined(separator: "\n"))
            try runExamples(of: "lw-pack", path, in: scratch)
        }
    }

    /// What a program says on a terminal, both streams together.
    private func onTerminal(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
        let program = """
            import os, pty, sys
            pid, master = pty.fork()
            if pid == 0:
                os.execv(sys.argv[1], sys.argv[1:])
            said = b''
            while True:
                try:
                    part = os.read(master, 65536)
                except OSError:
                    break
                if not part:
                    break
                said += part
            os.waitpid(pid, 0)
            sys.stdout.buffer.write(said)
            """
        let path = Checkout.products.appending("lw-pack").string
        let variables = ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 }
        return try Tool.run("/usr/bin/python3", ["-c", program, path] + arguments, environment: variables).output
    }

    @Test func errorsAreRedOnATerminalAlone() throws {
        let missing = ["inspect", "/nonexistent.zip"]
        #expect(try onTerminal(missing).contains("\u{1B}[31;1merror:\u{1B}[0m"))
        #expect(try onTerminal(["inspect"]).contains("\u{1B}[31;1merror:"))
        for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let said = try onTerminal(missing, environment)
            #expect(said.contains("error:") && !said.contains("\u{1B}"), "\(said)")
        }
        #expect(!(try onTerminal(missing + ["--json"])).contains("\u{1B}"))
        #expect(!(try Tool.run("lw-pack", missing).errors).contains("\u{1B}"))
    }

    @Test func whatIsLeftOutIsCutShortForPeopleButNotInJSON() throws {
        let scratch = try Scratch()
        let folder = scratch.appending("m")
        #expect(try Tool.run("lw-pack", ["init", folder, "--template", "numpy"]).status == 0)
        for index in 0..<30 { try scratch.write("m/\(index)~", "") }
        let shown = try Tool.run("lw-pack", ["build", folder, "-o", scratch.appending("m.zip")])
        #expect(shown.errors.split(separator: "\n").count == 21)
        #expect(shown.errors.contains("left out: 10 more"))
        let json = try Tool.run("lw-pack", ["build", folder, "-o", scratch.appending("m.zip"), "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect((object?["left_out"] as? [Any])?.count == 30)
    }

    @Test(arguments: tools) func theBashCompletionIsInstalledAndParses(tool: String) throws {
        let share = Installed.bin.removingLastComponent().appending("share")
        let file = share.appending("bash-completion/completions/\(tool)").string
        let check = try Tool.run("/usr/bin/env", ["bash", "-n", file])
        #expect(check.status == 0, "\(check.errors)")
        for other in ["zsh/site-functions/_\(tool)", "fish/vendor_completions.d/\(tool).fish"] {
            let text = try String(contentsOfFile: share.appending(other).string, encoding: .utf8)
            #expect(text.contains(tool))
        }
    }

    @Test(arguments: [
        ("lw-pack", "lw-pack bu", "build"), ("lw-pack", "lw-pack init m --template light", "lightgbm"),
        ("lw-run", "lw-run pre", "predict"), ("lw-sandbox", "lw-sandbox --pro", "--profile"),
    ])
    func bashCompletes(tool: String, line: String, answer: String) throws {
        let file = Installed.bin.removingLastComponent().appending("share/bash-completion/completions/\(tool)").string
        // As bash does it: the words of the line, and then the function that `complete -F` named.
        let program = """
            source "$0"
            function=$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            read -ra COMP_WORDS <<< "$2"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
            "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try Tool.run("/usr/bin/env", ["bash", "-c", program, file, tool, line])
        let answers = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(answers.contains(answer), "\(result.output) \(result.errors)")
    }
}
