import CLinux

/// A point of the monotonic clock by which something must have happened.
package struct Deadline: Sendable {
    /// The whole length, for messages, rounded up.
    package let seconds: Int
    private let end: Int64

    package init(seconds: Double) {
        self.seconds = Int(seconds.rounded(.up))
        end = lw_monotonic_microseconds() + Int64(seconds * 1_000_000)
    }

    package var hasPassed: Bool { lw_monotonic_microseconds() >= end }

    /// For `poll`: never 0 before the deadline has passed.
    package var millisecondsLeft: Int32 {
        let left = (end - lw_monotonic_microseconds() + 999) / 1000
        return Int32(clamping: max(0, left))
    }
}
