import Synchronization

/// Lets one line of progress through every five seconds.
package final class Pace: Sendable {
    private let report: @Sendable (String) -> Void
    private let told = Mutex(ContinuousClock.now)

    package init(_ report: @escaping @Sendable (String) -> Void) {
        self.report = report
    }

    package func tell(_ line: @autoclosure () -> String) {
        let isDue = told.withLock { told in
            guard ContinuousClock.now - told > .seconds(5) else { return false }
            told = .now
            return true
        }
        if isDue { report(line()) }
    }
}
