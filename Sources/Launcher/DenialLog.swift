import CLinux
import CPosix
import LaunchPlan

/// Answers the calls that the filter refused, and keeps account of them.
struct DenialLog {
    /// What to do after an answer.
    enum Verdict {
        case carryOn
        case end(RunStatus.Ending)
    }

    private let denials: LaunchPlan.Denials
    /// What may still be said of texts, in bytes of the status lines: a run decides how long its texts are, and must not
    /// decide how long its report is.
    private var textRoom = 16 << 10
    private(set) var calls: [DeniedCall] = []
    private var count = 0

    /// `AUDIT_ARCH_…` of this machine, as the filter was compiled for it.
    private static let architecture: UInt32 = {
        #if arch(x86_64)
        0xC000_003E
        #else
        0xC000_00B7
        #endif
    }()
    /// The x32 calls begin here; negative ones lie above.
    private static let firstForeign: UInt32 = 0x4000_0000
    private static let longestText = 255

    init(_ denials: LaunchPlan.Denials) {
        self.denials = denials
    }

    /// Looked up line by line: most runs are denied nothing, and tables for it would take longer than all of it.
    private func error(for call: UInt32) -> Int32 {
        Int32(denials.answers.first { $0.calls.contains(call) }?.error ?? UInt16(EPERM))
    }

    private func textIndex(of call: UInt32) -> Int? {
        denials.texts.first { $0.calls.contains(call) }?.index
    }

    private func distinctIndex(of call: UInt32) -> Int? {
        denials.distinct.first { $0.calls.contains(call) }?.index
    }

    /// Takes one call from the listener and answers it.
    mutating func answerNext(_ listener: Int32) -> Verdict {
        var notification = lw_notification()
        // Gone again when its process was killed meanwhile.
        guard lw_next_notification(listener, &notification) >= 0 else { return .carryOn }
        let isForeign =
            notification.architecture != Self.architecture || notification.number >= Self.firstForeign
        let call = note(notification, listener)
        let isViolation = isForeign || denials.violations.contains(notification.number)
        if isViolation, denials.endsAtViolation { return .end(.violation(call)) }
        _ = lw_deny(listener, notification.id, error(for: notification.number))
        count += 1
        return count > denials.budget ? .end(.denialBudget(count)) : .carryOn
    }

    private mutating func note(_ notification: lw_notification, _ listener: Int32) -> DeniedCall {
        let raw = notification.arguments
        var call = DeniedCall(
            architecture: notification.architecture,
            number: notification.number,
            count: 1,
            arguments: [raw.0, raw.1, raw.2, raw.3, raw.4, raw.5]
        )
        if let place = calls.firstIndex(where: { isSame($0, call) }) {
            calls[place].count += 1
            return calls[place]
        }
        guard hasRoom(for: call) else { return call }
        if call.architecture == Self.architecture, let index = textIndex(of: call.number),
            let text = text(at: call.arguments[index], notification, listener)
        {
            let size = encodeWord(text).utf8.count
            if size <= textRoom {
                textRoom -= size
                call.text = DeniedCall.Text(index: index, value: text)
            }
        }
        calls.append(call)
        return call
    }

    /// Whether two calls are counted together.
    private func isSame(_ one: DeniedCall, _ other: DeniedCall) -> Bool {
        guard one.number == other.number, one.architecture == other.architecture else { return false }
        guard one.architecture == Self.architecture, let index = distinctIndex(of: one.number) else { return true }
        // The kernel reads these arguments as 32-bit numbers, and so does the filter.
        return UInt32(truncatingIfNeeded: one.arguments[index]) == UInt32(truncatingIfNeeded: other.arguments[index])
    }

    private func hasRoom(for call: DeniedCall) -> Bool {
        guard calls.count < DeniedCall.mostKept else { return false }
        let uses = calls.count { $0.number == call.number && $0.architecture == call.architecture }
        return uses < DeniedCall.mostUses
    }

    private func text(at address: UInt64, _ notification: lw_notification, _ listener: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Self.longestText)
        let length = lw_read_text(pid_t(notification.pid), address, &buffer, buffer.count)
        // Only now is it certain that the process id was not another's when its memory was read.
        guard length > 0, lw_notification_waits(listener, notification.id) else { return nil }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
