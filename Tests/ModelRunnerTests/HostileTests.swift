import Documents
import Foundation
import ModelRunner
import Packaging
import Sandbox
import SystemPackage
import Tensors
import TestSupport
import Testing

/// Real learnwares that misbehave, run by the real runner: each has its own outcome, and nothing is left of any.
@Suite(.serialized) struct HostileTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try TestStore.make(in: scratch)
    }

    private func package(_ name: String, extra: String = "", field: String = "") throws -> Package {
        let source = Checkout.root.appending("Tests/Hostile").appending(name).appending("__init__.py")
        try scratch.write("p/learnware.yaml", "name: \(name)\nmodel: {class_name: Model, kwargs: {}}\n" + extra)
        try scratch.write("p/requirements.txt", "numpy\n")
        let text = try String(contentsOfFile: source.string, encoding: .utf8)
        try scratch.write("p/__init__.py", text.replacingOccurrences(of: "@FIELD@", with: field))
        let zip = scratch.path.appending("p.zip")
        return try PackageBuilder.build(scratch.path.appending("p"), to: zip).package
    }

    private func predict(
        _ name: String,
        seconds: Double = 20,
        loadSeconds: Double = 60,
        calls: Int = 1,
        allowsNaN: Bool = false,
        extra: String = "",
        field: String = ""
    ) async throws -> (RunResult<[Double]>) {
        var options = RunOptions()
        options.python = "/usr/bin/python3"
        options.callSeconds = seconds
        options.loadSeconds = loadSeconds
        let resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let package = try package(name, extra: extra, field: field)
        return try await withModel(package, options: options, resources: resources, store: store) {
            model throws(RunError) in
            var last: [Double] = []
            for _ in 0..<calls {
                do {
                    let input = try Tensor(name: "X", doubles: [1, 2, 3, 4], shape: [2, 2])
                    last = try await model.predict([input], allowsNaN: allowsNaN)[0].doubles()
                } catch let error as RunError {
                    throw error
                } catch {
                    Issue.record(error)
                }
            }
            return last
        }
    }

    private func leftovers() -> [String] { TestStore.leftovers(of: scratch) }

    private func failure(
        of name: String,
        seconds: Double = 20,
        loadSeconds: Double = 60,
        calls: Int = 1,
        extra: String = "",
        field: String = ""
    ) async throws -> RunError {
        let start = ContinuousClock.now
        let error = await #expect(throws: RunError.self) {
            try await predict(
                name,
                seconds: seconds,
                loadSeconds: loadSeconds,
                calls: calls,
                extra: extra,
                field: field
            )
        }
        #expect(ContinuousClock.now - start < .seconds(min(seconds, loadSeconds) + 60))
        #expect(leftovers() == [])
        return try #require(error)
    }

    @Test func aModelThatDoesAsItShouldIsTheMeasure() async throws {
        let result = try await predict("well-behaved", calls: 3)
        #expect(result.value == [3, 7])
        #expect(result.report.outcome == .ok)
        #expect(result.report.calls == 3)
        let active = result.report.isolation.layers.filter { $0.state == .active }.map(\.name)
        #expect(
            active == [
                "namespaces", "root", "identity", "capabilities", "no_new_privs", "landlock", "seccomp",
                "denial_reports", "limits", "descriptors", "supervision",
            ] || result.report.isolation.level == "full"
        )
        #expect(leftovers() == [])
    }

    @Test func printingDoesNotDisturbTheProtocol() async throws {
        let result = try await predict("prints-a-megabyte", calls: 2)
        #expect(result.value == [3, 7])
        #expect(result.report.standardErrorTail.hasSuffix("garbage on descriptor 1\n"))
        #expect(leftovers() == [])
    }

    @Test func garbageOnTheProtocolEndsTheRun() async throws {
        let error = try await failure(of: "writes-to-the-protocol")
        #expect(error.cause == .runnerDied)
        #expect(error.message.contains("not JSON"))
        #expect(error.message.contains("\\u{1b}[2J"), "\(error.message)")
    }

    @Test func aSecondReplyEndsTheRun() async throws {
        let error = try await failure(of: "answers-twice", calls: 2)
        #expect(error.cause == .runnerDied)
    }

    @Test func outputsThatCannotStandSideBySideAreRefused() async throws {
        let error = try await failure(of: "forges-uneven-outputs")
        #expect(error.cause == .outputInvalid)
        #expect(error.message.contains("'b'"), "\(error.message)")
    }

    @Test func aKeyThatIsSlowToNormaliseIsRefusedAtOnce() async throws {
        let start = ContinuousClock.now
        let error = try await failure(of: "forges-a-slow-key")
        #expect(error.cause == .runnerDied)
        #expect(error.message.contains("a key of"), "\(error.message)")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func moreBytesThanTheQuestionAllowsAreRefusedBeforeTheyCome() async throws {
        let error = try await failure(of: "announces-a-flood")
        #expect(error.cause == .runnerDied)
        #expect(error.message.contains("4294967296 bytes announced"), "\(error.message)")
    }

    @Test func aCallPastItsDeadlineIsATimeout() async throws {
        let error = try await failure(of: "sleeps", seconds: 1)
        #expect(error.cause == .timeout)
        #expect(error.phase == .predict)
        #expect(error.message.contains("within 1 s"))
    }

    @Test func anImportPastItsDeadlineIsATimeoutThoughItIgnoresSignals() async throws {
        let error = try await failure(of: "sleeps-while-loading", loadSeconds: 1)
        #expect(error.cause == .timeout)
        #expect(error.phase == .load)
    }

    @Test func aMissingPredictionIsAnInvalidOutput() async throws {
        let error = try await failure(of: "wrong-length")
        #expect(error.cause == .outputInvalid)
        #expect(error.message.contains("1 predictions"))
        #expect(error.message.contains("2 rows"))
    }

    @Test func notANumberIsAnInvalidOutputUnlessAllowed() async throws {
        let error = try await failure(of: "returns-nan")
        #expect(error.cause == .outputInvalid)
        #expect(error.message.contains("row 2"))
        let allowed = try await predict("returns-nan", allowsNaN: true)
        #expect(allowed.value[0] == 1)
        #expect(allowed.value[1].isNaN)
    }

    @Test func anExceptionIsQuotedWithItsOwnFrames() async throws {
        let error = try await failure(of: "raises")
        #expect(error.cause == .modelRaised)
        let shown = error.message + (error.quotation ?? "")
        #expect(shown.contains("all is well"))
        #expect(!shown.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
        #expect(error.quotation?.contains("__init__.py") == true)
    }

    @Test func anExitInTheMiddleOfACallIsNotASuccess() async throws {
        let error = try await failure(of: "exits-in-a-call")
        #expect(error.cause == .runnerDied)
        #expect(error.message.contains("exit code 0 in the middle of a call"))
    }

    @Test func aSignalIsNamed() async throws {
        let error = try await failure(of: "aborts-in-a-call")
        #expect(error.cause == .runnerDied)
        #expect(error.outcome == .signalled(SIGABRT))
    }

    @Test func aClosedOutputEndsARunThatGoesOn() async throws {
        let error = try await failure(of: "closes-its-output")
        #expect(error.cause == .runnerDied)
        #expect(error.message.contains("closed its output"))
    }

    @Test func noProcessCanBeLeftBehind() async throws {
        let error = try await failure(of: "leaves-a-grandchild")
        #expect(error.cause == .modelRaised)
        for attempt in ["fork", "spawn", "subprocess", "clone"] {
            #expect(error.message.contains("\(attempt): Operation not permitted"), "\(error.message)")
        }
    }

    @Test func theHostCannotBeRead() async throws {
        let error = try await failure(of: "reads-host-files")
        #expect(error.cause == .modelRaised)
        #expect(!error.message.contains("READ"), "\(error.message)")
        #expect(!error.message.contains("THERE"), "\(error.message)")
        #expect(error.message.contains("/etc/shadow: No such file or directory"))
    }

    @Test func noSocketOfAnyFamilyOpens() async throws {
        let error = try await failure(of: "opens-sockets")
        #expect(error.message.hasSuffix("RuntimeError: Operation not permitted"), "\(error.message)")
        #expect(error.denials.map(\.call) == ["socket"])
        #expect(error.denials.first?.count == 46 * 3)
        #expect(error.hint?.contains("socket(AF_UNSPEC) 138×") == true, "\(error.hint ?? "")")
    }

    @Test func nothingCanBeLeftForTheNextRun() async throws {
        let error = try await failure(of: "writes-files")
        #expect(error.cause == .modelRaised)
        #expect(!error.message.contains("WROTE"), "\(error.message)")
        #expect(error.message.contains("/x: Read-only file system"), "\(error.message)")
        #expect(error.message.contains("/lw/package/x: Read-only file system"), "\(error.message)")
        #expect(error.message.contains("/lw/env/site-packages/x.pth: Read-only file system"), "\(error.message)")
    }

    @Test func aPickleBombIsNoPredictionAndNeverUnpickled() async throws {
        let error = try await failure(of: "returns-a-pickle-bomb")
        #expect(error.cause == .outputInvalid)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/lw-pickle-bomb"))
    }

    @Test(arguments: [
        "line", "jsonrpc", "id", "result", "error", "outputs", "datatype", "shape", "data", "element", "parameters",
        "blob",
    ])
    func aPickleInAFieldOfTheReplyBreaksTheProtocol(field: String) async throws {
        let error = try await failure(of: "forges-pickles", field: field)
        #expect(error.cause == .runnerDied, "\(error.message)")
        guard case .protocolError = error.outcome else {
            Issue.record("\(error.outcome.map(\.description) ?? "no outcome")")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/lw-pickle-bomb"))
    }

    @Test func memoryEndsAtItsLimit() async throws {
        let error = try await failure(of: "takes-memory")
        #expect(error.cause == .modelRaised)
        #expect(error.message.contains("MemoryError"), "\(error.message)")
    }

    @Test func sharedMemoryEndsAtTheLimitOfTheRun() async throws {
        let error = try await failure(of: "takes-shared-memory", extra: "sandbox: {memory: 512MiB}\n")
        #expect(error.cause == .limit, "\(error.message)")
        #expect(error.outcome == .outOfMemory(by: Checkout.isRoot ? "cgroup" : "resident"))
        #expect(error.message.contains("512 MiB in the middle of a call"), "\(error.message)")
    }

    @Test func threadsEndAtTheLimitOfTheRun() async throws {
        let error = try await failure(of: "starts-threads")
        #expect(error.message.contains("can't start new thread"), "\(error.message)")
        if Checkout.isRoot {
            #expect(error.outcome == .processLimit)
            #expect(error.hint?.contains("'processes' refused it") == true, "\(error.hint ?? "")")
        }
    }

    @Test func aForbiddenCallIsAViolation() async throws {
        let error = try await failure(of: "calls-ptrace")
        #expect(error.cause == .violation)
        #expect(error.outcome == .violation(kind: "syscall", detail: "ptrace"))
        #expect(error.message.contains("ptrace(PTRACE_"), "\(error.message)")
    }

    @Test func aRunThatIsUnderWayIsSeenByTheCheckForLeftovers() async throws {
        let task = Task { try await predict("sleeps", seconds: 600) }
        try await Task.sleep(for: .seconds(4))
        #expect(leftovers().count >= (Checkout.isRoot ? 3 : 1))
        task.cancel()
        _ = try? await task.value
        #expect(leftovers() == [])
    }

    @Test func cancellingATaskEndsItsRun() async throws {
        let task = Task { try await predict("sleeps", seconds: 600) }
        try await Task.sleep(for: .seconds(3))
        let start = ContinuousClock.now
        task.cancel()
        let error = await #expect(throws: RunError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(error?.cause == .cancelled)
        #expect(leftovers() == [])
    }
}
