import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-run trace` as a person meets it, on learnwares that try what strict denies.
@Suite(.serialized) struct TraceTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch(mode: 0o755)
        try scratch.write("x.csv", "1,2\n3,4\n")
    }

    /// Packs a learnware of `Tests/Hostile`.
    private func pack(_ name: String) throws -> String {
        let source = Checkout.root.appending("Tests/Hostile").appending(name).appending("__init__.py")
        return try pack(model: String(contentsOfFile: source.string, encoding: .utf8))
    }

    private func pack(model: String, extra: String = "") throws -> String {
        try scratch.write("p/learnware.yaml", "name: x\nmodel: {class_name: Model, kwargs: {}}\n" + extra)
        try scratch.write("p/requirements.txt", "numpy\n")
        try scratch.write("p/__init__.py", model)
        let zip = scratch.appending("p.zip")
        let result = try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip])
        #expect(result.status == 0, "\(result.errors)")
        return zip
    }

    private func run(_ command: String, _ zip: String, _ options: [String] = []) throws -> ToolResult {
        try Tool.run(
            "lw-run",
            [
                command, zip, "--input", scratch.appending("x.csv"), "--python", "/usr/bin/python3", "--progress",
                "quiet",
            ] + options,
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    private func object(_ result: ToolResult) throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any],
            "\(result.output)\(result.errors)"
        )
    }

    private func changes(_ object: [String: Any]) -> [String: String] {
        let all = object["changes"] as? [[String: Any]] ?? []
        let pairs = all.map { ($0["call"] as? String ?? "", $0["change"] as? String ?? "") }
        return Dictionary(pairs) { first, _ in first }
    }

    @Test func locksAreProposedAndNothingIsGranted() throws {
        let zip = try pack("locks-a-file")
        let result = try run("trace", zip, ["--output", scratch.appending("y.csv")])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors == "")
        for words in [
            "ended: ok, 2 rows predicted\n", "flock(operation 2)", "  + syscalls.arguments.flock: argument 1 = 2\n",
            "  + syscalls.arguments.fcntl: argument 1 = 6\n", "extends: strict\n", "nothing was granted\n",
        ] {
            #expect(result.output.contains(words), "\(result.output)")
        }
        // The model saw EPERM of both, as it does under predict.
        let traced = try String(contentsOfFile: scratch.appending("y.csv"), encoding: .utf8)
        #expect(traced == "1,1\n1,1\n")
        #expect(try run("predict", zip).output == traced)
    }

    @Test func whatAModelRaisesIsExplainedByWhatItWasRefused() throws {
        let result = try run("predict", try pack("opens-sockets"))
        #expect(result.status == 8, "\(result.errors)")
        #expect(result.errors.contains("the sandbox refused it socket(AF_UNSPEC) 138×"), "\(result.errors)")
    }

    @Test func theSavedProfileIsRightAndIsWhatPredictThenTakes() throws {
        let zip = try pack("locks-a-file")
        let file = scratch.appending("mine.yaml")
        let result = try run("trace", zip, ["--save", file])
        #expect(result.status == 0, "\(result.errors)")
        let check = try Tool.run("lw-run", ["profile", "check", file])
        #expect(check.status == 0, "\(check.errors)")
        #expect(check.output.contains("mine is right"), "\(check.output)")
        let diff = try Tool.run("lw-run", ["profile", "diff", "strict", file])
        #expect(
            diff.output == """
                more   allows fcntl also with argument 1, as 32 bits, = 0x6
                more   allows flock with argument 1, as 32 bits, = 0x2 (before: answered EPERM)

                """
        )
        #expect(try run("predict", zip, ["--profile", file]).output == "0,0\n0,0\n")
        // Filters of an earlier run are used again.
        let again = try run("predict", zip, ["--profile", file, "--receipt"])
        #expect(again.output == "0,0\n0,0\n")
        #expect(again.errors.contains("profile mine"), "\(again.errors)")
    }

    @Test func aSavedProfileIsReplacedOnlyByForce() throws {
        let zip = try pack("locks-a-file")
        let file = try scratch.write("mine.yaml", "kept")
        let refused = try run("trace", zip, ["--save", file])
        #expect(refused.status == 3)
        #expect(refused.errors.contains("mine.yaml: exists already; --force replaces it"), "\(refused.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "kept")
        #expect(try run("trace", zip, ["--save", file, "--force"]).status == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("extends: strict"))
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).sorted()
        #expect(files == ["mine.yaml", "p", "p.zip", "x.csv"])
    }

    @Test func whatNobodyMayGrantIsDeniedInBothRuns() throws {
        let zip = try pack("tries-everything")
        let output = scratch.appending("y.csv")
        let traced = try run("trace", zip, ["--json", "--output", output])
        #expect(traced.status == 0, "\(traced.errors)")
        // Each of them met EPERM: nothing got through while nothing ended the run.
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "1,1,1,1,1\n1,1,1,1,1\n")
        let object = try object(traced)
        #expect(object["schema"] as? String == "learnware/trace/1")
        #expect(object["additions"] as? [String] == ["+ syscalls.arguments.flock: argument 1 = 1"])
        let denials = try #require(object["denials"] as? [[String: Any]])
        let refusals = denials.map { "\($0["call"] ?? "") \($0["never_granted"] as? String ?? "-")" }
        #expect(
            refusals == ["flock -", "socket network", "setrlimit limits", "mount hard_list", "ptrace hard_list"]
        )
        #expect(object["granted"] is NSNull)

        let granted = try run("trace", zip, ["--json", "--grant", "--output", output])
        // The second run is what predict would be: it ends at the first call of the hard list.
        #expect(granted.status == 22, "\(granted.errors)")
        #expect(granted.errors.contains("violation(syscall, mount)"), "\(granted.errors)")
        let second = try self.object(granted)
        #expect(
            changes(second) == [
                "flock(operation 1)": "gone", "socket(AF_INET)": "still_denied", "setrlimit": "still_denied",
                "mount(\"/lw/package\")": "still_denied", "ptrace(PTRACE_TRACEME)": "not_tried",
            ]
        )
        #expect(second["output_of"] as? String == "traced")
    }

    @Test func grantingRunsAgainAndSaysWhatChanged() throws {
        let zip = try pack("locks-a-file")
        let output = scratch.appending("y.csv")
        let result = try run("trace", zip, ["--grant", "--output", output])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("  gone          flock(operation 2)\n"), "\(result.output)")
        #expect(result.output.contains("2 rows of the run with the additions"), "\(result.output)")
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "0,0\n0,0\n")
    }

    @Test(arguments: Caller.available)
    func rootAndAnOrdinaryUserAreToldTheSame(caller: Caller) throws {
        let zip = try pack("locks-a-file")
        let result = try Tool.run(
            Installed.tool("lw-run", for: caller),
            [
                "trace", zip, "--input", scratch.appending("x.csv"), "--python", "/usr/bin/python3", "--grant",
                "--json",
            ] + (caller == .ordinaryUser ? ["--offline"] : []),
            as: caller,
            environment: Home.environment(for: caller)
        )
        #expect(result.status == 0, "\(result.errors)")
        let object = try object(result)
        #expect(
            object["additions"] as? [String] == [
                "+ syscalls.arguments.flock: argument 1 = 2", "+ syscalls.arguments.fcntl: argument 1 = 6",
            ]
        )
        #expect(changes(object) == ["flock(operation 2)": "gone", "fcntl(command 6)": "gone"])
        let runs = ["traced", "granted"].compactMap { object[$0] as? [String: Any] }
        #expect(runs.map { $0["outcome"] as? String } == ["ok", "ok"])
    }

    @Test func usesOfOneCallAreKeptApartWithTheirCounts() throws {
        let zip = try pack(
            model: """
                import fcntl
                import numpy as np
                from learnware.model import BaseModel
                class Model(BaseModel):
                    def __init__(self):
                        super().__init__(input_shape=(2,), output_shape=(1,))
                    def predict(self, X):
                        for operation in [1, 2, 2, 5, 1, 2] + [0x100 + n for n in range(20)]:
                            try:
                                fcntl.flock(0, operation)
                            except OSError:
                                pass
                        return X[:, 0]
                """
        )
        let object = try object(run("trace", zip, ["--json"]))
        let denials = try #require(object["denials"] as? [[String: Any]])
        let counts = denials.prefix(4).map { "\($0["description"] ?? "") \($0["count"] ?? 0)" }
        #expect(
            counts == [
                "flock(operation 1) 2", "flock(operation 2) 3", "flock(operation 5) 1", "flock(operation 256) 1",
            ]
        )
        // Sixteen are kept apart, and the report does not claim to be whole.
        #expect(denials.count == 16)
        #expect(object["all_kinds_kept"] as? Bool == false)
    }

    @Test func namesOfTheModelCannotForgeAReportOrAProfile() throws {
        let zip = try pack("names-with-escapes")
        let file = scratch.appending("mine.yaml")
        let result = try run("trace", zip, ["--save", file, "--output", scratch.appending("y.csv")])
        #expect(result.status == 0, "\(result.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for shown in [result.output, result.errors, text] {
            #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" })
            #expect(!shown.contains("secret-of-the-host"))
        }
        #expect(text.contains("# 1×, first mkdir(\"/lw/package/\\u{1b}[2J\\u{a}    ptrace,\\u{a}\")\n"), "\(text)")
        #expect(text.contains("# 1×, first unlink(a path outside)\n"), "\(text)")
        #expect(try Tool.run("lw-run", ["profile", "check", file]).status == 0)
        #expect(try String(contentsOfFile: scratch.appending("y.csv"), encoding: .utf8) == "1\n1\n")
    }

    /// Nobody reads the status pipe before the end: what a run can make the supervisor say must fit into it.
    @Test func aFloodOfPathsLosesNoReport() throws {
        let zip = try pack("floods-the-report")
        let object = try object(run("trace", zip, ["--json"]))
        let denials = try #require(object["denials"] as? [[String: Any]])
        #expect(denials.count == 44, "\(denials.map { $0["call"] ?? "" })")
        #expect((object["traced"] as? [String: Any])?["outcome"] as? String == "ok")
    }

    @Test func aModelThatCannotBeLoadedIsTracedToo() throws {
        let zip = try pack(
            model: """
                import fcntl
                from learnware.model import BaseModel
                class Model(BaseModel):
                    def __init__(self):
                        super().__init__(input_shape=(2,), output_shape=(1,))
                        with open("/lw/package/__init__.py") as file:
                            fcntl.flock(file, fcntl.LOCK_SH)
                    def predict(self, X):
                        return X[:, 0]
                """
        )
        let result = try run("trace", zip, ["--grant"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("the model could not be loaded"), "\(result.output)")
        #expect(result.output.contains("  gone          flock(operation 1)\n"), "\(result.output)")
        #expect(result.output.contains("ended: ok, 2 rows predicted\n"), "\(result.output)")
        let predicted = try run("predict", zip)
        #expect(predicted.status == 7)
        #expect(predicted.errors.contains("the sandbox refused it flock(operation 1)"), "\(predicted.errors)")
    }

    @Test func aModelThatTriesNothingNeedsNothing() throws {
        let zip = try pack("well-behaved")
        let file = scratch.appending("mine.yaml")
        let result = try run("trace", zip, ["--save", file, "--grant"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("denied: nothing\n"), "\(result.output)")
        #expect(result.output.contains("nothing to propose"), "\(result.output)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func aProfileFileThatCannotBeUsedIsRefused() throws {
        let zip = try pack("well-behaved")
        let file = try scratch.write("mine.yaml", "name: mine\nabout: x\nextends: strict\n", mode: 0o666)
        let result = try run("predict", zip, ["--profile", file])
        #expect(result.status == 2)
        #expect(result.errors.contains("may be written by others, so it is not trusted"), "\(result.errors)")
        let hard = try scratch.write(
            "hard.yaml",
            "name: hard\nabout: x\nextends: strict\nsyscalls: {allow: [ptrace]}\n"
        )
        let forbidden = try run("predict", zip, ["--profile", hard])
        #expect(forbidden.status == 2)
        #expect(forbidden.errors.contains("no profile may allow it"), "\(forbidden.errors)")
        #expect(try run("predict", zip, ["--profile", scratch.appending("none.yaml")]).status == 3)
    }

    @Test(arguments: [["--force"], ["--save", "mine.txt"], ["--batch", "0"], ["--profile", "scratch"]])
    func badUsageExitsWith2(options: [String]) throws {
        #expect(try run("trace", scratch.appending("none.zip"), options).status == 2)
    }
}
