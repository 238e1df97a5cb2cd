import LaunchPlan
import Testing

@Suite("A run's status")
struct RunStatusTests {
    @Test("comes back from its lines")
    func lines() {
        let call = DeniedCall(
            architecture: 0xC000_003E,
            number: 87,
            count: 3,
            arguments: [0x7FFF_FFFF_FFFF_FFFF, 1, 2, 3, 4, .max],
            text: .init(index: 0, value: "a b\n\u{1B}[31m")
        )
        let status = RunStatus(
            text: """
                step namespaces 400
                layer seccomp active proved%20filter
                layer walls active x
                denied \(call.words.joined(separator: " "))
                ended violation \(call.words.joined(separator: " "))
                used 1 2 3
                signalled 9
                """
        )
        #expect(status.steps.map(\.name) == ["namespaces"] && status.steps.map(\.microseconds) == [400])
        #expect(status.layers == [LayerReport(.seccomp, .active, "proved filter")])
        #expect(status.denials == [call])
        #expect(status.ending == .violation(call))
        #expect(status.memoryKills == 1 && status.refusedProcesses == 2 && status.peakMemory == 3)
        #expect(status.signal == 9)
    }

    @Test(
        "passes over what no launcher writes",
        arguments: ["denied 1 2 3", "ended", "ended violation 1", "step a", ""]
    )
    func foreign(line: String) {
        #expect(RunStatus(text: line) == RunStatus())
    }
}
