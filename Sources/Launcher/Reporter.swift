import CLinux
import CPosix
import LaunchPlan

/// Tells whoever started the run what was done, one line a fact, over the status pipe.
///
/// Three processes write to the same pipe; each line is one `write` below `PIPE_BUF`, so lines never mix.
struct Reporter {
    let descriptor: Int32
    private var last: Int64

    init(descriptor: Int32) {
        self.descriptor = descriptor
        last = lw_monotonic_microseconds()
    }

    /// Reports that `step` is done and how long it took.
    mutating func done(_ step: String) {
        let now = lw_monotonic_microseconds()
        line("step \(step) \(now - last)")
        last = now
    }

    func took(_ step: String, _ microseconds: Int64) {
        line("step \(step) \(microseconds)")
    }

    /// Reports what was seen of a layer.
    func found(_ layer: LaunchPlan.Layer, _ state: LayerReport.State, _ evidence: String) {
        line("layer \(layer.rawValue) \(state.rawValue) \(encodeWord(evidence))")
    }

    func failed(_ error: StepError) {
        line("failed \(error.step) \(error.code) \(encodeWord(String(error.subject.prefix(512))))")
    }

    func exited(_ code: Int32) {
        line("exited \(code)")
    }

    func signalled(_ number: Int32) {
        line("signalled \(number)")
    }

    func ended(_ ending: RunStatus.Ending) {
        line("ended " + joinWords(ending.words))
    }

    func denied(_ call: DeniedCall) {
        line("denied " + joinWords(call.words))
    }

    func used(memoryKills: Int, refusedProcesses: Int, peakMemory: Int) {
        line("used \(memoryKills) \(refusedProcesses) \(peakMemory)")
    }

    private func line(_ text: String) {
        var text = text
        text.append("\n")
        text.withUTF8 { bytes in
            // A reader that went away cannot be told; the lifeline ends the run.
            _ = write(descriptor, bytes.baseAddress, bytes.count)
        }
    }
}
