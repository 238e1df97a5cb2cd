import CLinux
import Glibc
import LaunchPlan

/// Answers the calls that the filter refused, and keeps account of them.
struct DenialLog {
    /// What to do after an answer.
    enum Verdict {
        case carryOn
        case end(RunStatus.Ending)
    }

    private let denials: LaunchPlan.Denials
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
    /// Distinct calls that are kept apart, so that a run cannot fill the supervisor's memory.
    private static let mostCalls = 64
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
        let (number, architecture) = (notification.number, notification.architecture)
        if let place = calls.firstIndex(where: { $0.number == number && $0.architecture == architecture }) {
            calls[place].count += 1
            return calls[place]
        }
        let raw = notification.arguments
        var call = DeniedCall(
            architecture: architecture,
            number: number,
            count: 1,
            arguments: [raw.0, raw.1, raw.2, raw.3, raw.4, raw.5]
        )
        if architecture == Self.architecture, let index = textIndex(of: number) {
            call.text = text(at: call.arguments[index], notification, listener).map { .init(index: index, value: $0) }
        }
        if calls.count < Self.mostCalls { calls.append(call) }
        return call
    }

    private func text(at address: UInt64, _ notification: lw_notification, _ listener: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Self.longestText)
        let length = lw_read_text(pid_t(notification.pid), address, &buffer, buffer.count)
        // Only now is it certain that the process id was not another's when its memory was read.
        guard length > 0, lw_notification_waits(listener, notification.id) else { return nil }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
