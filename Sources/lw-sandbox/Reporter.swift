import CLinux
import Glibc
import LaunchPlan

/// Tells whoever started the run what was done, one line a fact, over the status pipe.
///
/// Three processes write to the same pipe; each line is one `write` far below `PIPE_BUF`, so lines never mix.
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

    func failed(_ error: StepError) {
        let subject = error.subject.utf8.prefix(512).map { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%") ? Character(Unicode.Scalar(byte)) : "?"
        }
        line("failed \(error.step) \(error.code) \(String(subject))")
    }

    func exited(_ code: Int32) {
        line("exited \(code)")
    }

    func signalled(_ number: Int32) {
        line("signalled \(number)")
    }

    private func line(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        // A reader that went away cannot be told; the lifeline ends the run.
        _ = write(descriptor, bytes, bytes.count)
    }
}
