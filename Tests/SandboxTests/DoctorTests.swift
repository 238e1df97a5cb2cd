import Foundation
import TestSupport
import Testing

/// What doctor says is what a run then gets, wherever it runs.
@Suite struct DoctorTests {
    private struct Report: Decodable {
        struct Layer: Decodable {
            var name: String
            var state: String
            var remedy: String?
        }

        struct Trial: Decodable {
            var name: String
            var held: Bool
            var answer: String
        }

        var level: String
        var usable: Bool
        var failure: String?
        var layers: [Layer]
        var trials: [Trial]
    }

    private struct Receipt: Decodable {
        var outcome: String
        var layers: [Report.Layer]

        /// As an isolation record names it.
        var level: String {
            let order = ["landlock", "denial_reports", "cgroup"]
            let weak = layers.filter { $0.state != "active" }.map(\.name)
            let names = order.filter(weak.contains).map { "no-" + $0.replacing("_", with: "-") }
            return names.isEmpty ? "full" : names.joined(separator: "+")
        }
    }

    private static func bin(_ name: String) -> String { Installed.tool(name, for: .ordinaryUser) }

    private func doctor(_ around: [String], as caller: Caller) throws -> (status: Int32, report: Report?, said: String)
    {
        let words = around + [Self.bin("lw-run"), "doctor", "--json"]
        let result = try Tool.run(words[0], Array(words.dropFirst()), as: caller)
        let report = try? JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        return (result.status, report, result.errors)
    }

    private func run(_ around: [String], _ options: [String] = [], as caller: Caller, program: String = "print('up')")
        throws -> (result: ToolResult, receipt: Receipt?)
    {
        let scratch = try Scratch(mode: 0o777)
        let file = scratch.appending("receipt.json")
        let words =
            around + [Self.bin("lw-sandbox"), "--receipt", file] + options
            + ["--", "/usr/bin/python3", "-I", "-S", "-c", program]
        let result = try Tool.run(words[0], Array(words.dropFirst()), as: caller)
        let data = FileManager.default.contents(atPath: file) ?? Data()
        return (result, try? JSONDecoder().decode(Receipt.self, from: data))
    }

    @Test(arguments: Caller.available)
    func everyTrialHoldsAndTheLevelIsTheRuns(caller: Caller) throws {
        let (status, found, said) = try doctor(["/usr/bin/env"], as: caller)
        let report = try #require(found, "\(said)")
        #expect(status == 0 && report.usable && report.failure == nil, "\(said)")
        #expect(report.trials.count == 11)
        #expect(report.trials.allSatisfy { $0.held }, "\(report.trials)")
        if Checkout.isRoot, caller == .ordinaryUser {
            #expect(report.level == "no-cgroup")
            let answer = report.trials.first { $0.name == "memory-limit" }?.answer
            #expect(answer == "out_of_memory(resident)")
            let remedy = report.layers.first { $0.name == "cgroup" }?.remedy
            #expect(remedy?.isEmpty == false)
        }
        #expect(try run(["/usr/bin/env"], as: caller).receipt?.level == report.level)
    }

    /// Places where runs start: doctor's level is the receipt's.
    @Test(
        arguments: Caller.available,
        [
            ("a pid namespace", ["/usr/bin/unshare", "--user", "--map-current-user", "--pid", "--fork"]),
            ("bwrap", ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]),
        ]
    )
    func nestedRunsGetWhatDoctorPredicts(caller: Caller, place: (name: String, words: [String])) throws {
        let (status, found, said) = try doctor(["/usr/bin/env"] + place.words, as: caller)
        let (result, receipt) = try run(["/usr/bin/env"] + place.words, as: caller)
        if let report = found {
            #expect((status == 0) == (result.status == 0), "\(place.name): \(said) \(result.errors)")
            if let failure = report.failure {
                #expect(status == 24)
                #expect(result.status == 125 && report.level == "none")
                let step = failure.components(separatedBy: "step '").last?.prefix { $0 != "'" } ?? "none"
                #expect(result.errors.contains("step '\(step)' failed"), "\(failure): \(result.errors)")
            } else {
                #expect(receipt?.level == report.level, "\(place.name)")
            }
        } else {
            // Root's files belong to nobody there: both refuse them, for the same reason.
            #expect(said.contains("not trusted") && result.errors.contains("not trusted"), "\(said) \(result.errors)")
        }
    }

    /// Places where nothing starts: the step that doctor names is the one that a run fails at.
    @Test(arguments: [
        ("an unmapped user", Caller.ordinaryUser, ["/usr/bin/unshare", "-U"], "namespaces"),
        ("mounts of somebody else's", .tester, ["/usr/bin/unshare", "-Ur"], "sources"),
        ("ids that are not there", .tester, ["/usr/bin/unshare", "-Urm"], "identity"),
        (
            "bwrap as one id", .tester,
            ["/usr/bin/env", "bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-user"],
            "identity"
        ),
    ])
    func whereNothingStartsTheStepIsNamed(name: String, caller: Caller, around: [String], step: String) throws {
        guard Checkout.isRoot else { return }
        try expectFailure(name, caller, around, step: step)
    }

    @Test(arguments: Caller.available, ["namespaces", "root"])
    func anOuterFilterThatRefusesIsNamedByItsStep(caller: Caller, step: String) throws {
        let filter = step == "root" ? OuterFilter.withoutMount : .withoutUserNamespaces
        try expectFailure(step, caller, try filter.command([]), step: step, remedy: "seccomp filter")
    }

    private func expectFailure(
        _ name: String,
        _ caller: Caller,
        _ around: [String],
        step: String,
        remedy: String = ""
    ) throws {
        let (status, found, said) = try doctor(around, as: caller)
        #expect(status == 24, "\(name): \(said)")
        let report = try #require(found, "\(name): \(said)")
        #expect(report.failure?.contains("'\(step)'") == true && report.level == "none" && !report.usable)
        let advice = report.layers.compactMap(\.remedy)
        #expect(!advice.isEmpty && advice.allSatisfy { remedy.isEmpty || $0.contains(remedy) }, "\(name): \(advice)")
        let (result, receipt) = try run(around, as: caller)
        #expect(result.status == 125, "\(name): \(result.errors)")
        #expect(result.errors.contains("set-up step '\(step)' failed") && result.errors.contains("lw-run doctor"))
        #expect(receipt?.outcome.hasPrefix("setup_failed(\(step), ") ?? true, "\(name)")
    }

    @Test(arguments: Caller.available)
    func withoutLandlockAPersonMustSaySo(caller: Caller) throws {
        let around = try OuterFilter.withoutLandlock.command([])
        let refused = try run(around, as: caller)
        #expect(refused.result.status == 125)
        #expect(refused.result.errors.contains("--allow-degraded landlock"), "\(refused.result.errors)")
        #expect(refused.receipt?.outcome == "setup_failed(landlock, 38)")
        let allowed = try run(around, ["--allow-degraded", "landlock"], as: caller)
        #expect(allowed.result.status == 0, "\(allowed.result.errors)")
        #expect(allowed.receipt?.layers.contains { $0.name == "landlock" && $0.state == "absent" } == true)
        let (status, found, said) = try doctor(around, as: caller)
        let report = try #require(found, "\(said)")
        #expect(report.level == allowed.receipt?.level)
        // The other layers hold, and doctor tried them.
        #expect(status == 0 && report.trials.count == 11 && report.trials.allSatisfy { $0.held }, "\(report.trials)")
        #expect(report.layers.first { $0.name == "landlock" }?.remedy?.contains("--allow-degraded landlock") == true)
    }

    @Test(arguments: Caller.available, [false, true])
    func withoutAListenerAnUnnamedCallEndsTheRun(caller: Caller, listens: Bool) throws {
        let around = try (listens ? OuterFilter.listening : .withoutListener).command([])
        let works = try run(around, as: caller)
        #expect(works.result.status == 0 && works.result.output == "up\n", "\(works.result.errors)")
        #expect(works.receipt?.layers.contains { $0.name == "denial_reports" && $0.state == "degraded" } == true)
        #expect(try doctor(around, as: caller).report?.level == works.receipt?.level)
        // io_setup stands in no list; socket is answered by the kernel itself.
        let program = "import ctypes; c = ctypes.CDLL(None); print(c.socket(2, 1, 0), flush=True); c.syscall(206, 1, 0)"
        let ended = try run(around, as: caller, program: program)
        #expect(ended.result.status == 126 && ended.result.output == "-1\n", "\(ended.result.errors)")
        #expect(ended.receipt?.outcome == "violation(unnamed)")
    }
}
