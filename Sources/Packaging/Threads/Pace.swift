import Synchronization

/// Tells work on several threads when to give up: when somebody stopped it, or when its time is over.
final class Pace: Sendable {
    private let deadline: ContinuousClock.Instant
    private let seconds: Double
    private let isStopped = Atomic(false)

    init(seconds: Double) {
        self.seconds = seconds
        deadline = .now + .seconds(seconds)
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    /// - Throws: ``PackageError`` with `interrupted` or `time`.
    func check() throws(PackageError) {
        guard !isStopped.load(ordering: .relaxed) else { throw PackageError(.interrupted, "interrupted") }
        guard ContinuousClock.now < deadline else {
            throw PackageError(
                .time,
                "reading the contents takes more than \(seconds) seconds, which is the most that is allowed",
                hint: "if you trust the zip, raise the limit with --max-seconds"
            )
        }
    }
}
