import Foundation
import LaunchPlan
import Sandbox
import SandboxPolicy
import SystemPackage
import TestSupport
import Testing

/// What a launcher tells is whole, however short, long or violent the run was.
@Suite struct ReportTests {
    /// A run that is over before its supervisor first looks still says what held it.
    @Test func everyLayerOfTheShortestRunsIsReported() async throws {
        let scratch = try Scratch()
        let counts = try await withThrowingTaskGroup(of: [Int].self) { group in
            for worker in 0..<8 {
                let receipt = scratch.appending("\(worker).json")
                group.addTask {
                    try (0..<30).map { _ in
                        let result = try Tool.run("lw-sandbox", ["--receipt", receipt, "--", "/bin/true"])
                        #expect(result.status == 0, "\(result.errors)")
                        let data = FileManager.default.contents(atPath: receipt) ?? Data()
                        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
                        return (object?["layers"] as? [Any])?.count ?? 0
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(counts) == [LaunchPlan.Layer.allCases.count])
    }

    /// Forty calls with the longest texts: more than the pipe holds, which nobody reads before the end.
    private static let flood = """
        import ctypes
        libc = ctypes.CDLL(None)
        text = ctypes.c_char_p(b'\\xff' * 300)
        calls = [76, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 132, 133, 188, 189, 190, 191, 192, 193, 194, 195, 197, 198,
                 199, 235, 254, 258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316]
        for call in calls:
            libc.syscall(call, text, text, text, text)
        # Calls without a text, so that there are more kinds than were once told apart.
        for call in [41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 58, 64, 65, 66, 68, 69, 70, 71, 74, 75,
                     77, 105, 106, 109, 112, 113, 114, 116, 117, 119, 122, 123, 141, 142, 144]:
            libc.syscall(call, -1, -1, -1, -1, -1, -1)
        print('done', len(calls) + 40)
        """

    @Test func aFloodOfDeniedTextsIsReportedToItsLastLine() throws {
        let resources = try Resources.locate(executable: Checkout.products.appending("lw-run"))
        let profile = try CompiledProfile(named: "strict", resources: resources)
        var grants = RunGrants()
        grants.mounts = [.readOnly(source: "/usr", path: "/usr"), .link(path: "/lib", target: "usr/lib")]
        grants.mounts += [.link(path: "/lib64", target: "usr/lib64")]
        grants.command = ["/usr/bin/python3", "-I", "-S", "-c", Self.flood]
        var process = try SandboxProcess(
            plan: profile.launchPlan(processors: 1, grants: grants),
            filter: profile.filter,
            fallbackFilter: profile.fallbackFilter,
            launcher: resources.launcher,
            errorTailLimit: 4096
        )
        var text: [UInt8] = []
        var outgoing: [ArraySlice<UInt8>] = []
        _ = try process.pump(&outgoing, until: Deadline(seconds: 10), interrupt: nil) {
            (bytes: ArraySlice<UInt8>) throws(Never) -> Bool in
            text += bytes
            return false
        }
        #expect(String(decoding: text, as: UTF8.self) == "done 77\n")
        let start = ContinuousClock.now
        let status = process.end(grace: 0)
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(status.denials.count == 77, "\(status.denials.map(\.number))")
        // The last line of all.
        #expect(status.peakMemory != nil)
    }

    @Test func thePersonsToolReportsTheSameFlood() throws {
        let scratch = try Scratch()
        let receipt = scratch.appending("receipt.json")
        let result = try Tool.run(
            "lw-sandbox",
            ["--receipt", receipt, "--timeout", "10", "--", "/usr/bin/python3", "-I", "-S", "-c", Self.flood]
        )
        #expect(result.output == "done 77\n", "\(result.errors)")
        let data = FileManager.default.contents(atPath: receipt) ?? Data()
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        #expect((object?["denials"] as? [Any])?.count == 77)
    }
}
