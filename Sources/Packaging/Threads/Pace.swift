import Synchronization

/// Tells work on several threads when to give up, and those who wait how far it has come.
final class Pace: Sendable {
    private let deadline: ContinuousClock.Instant
    private let seconds: Double
    private let isStopped = Atomic(false)
    private let done = Atomic(0)
    private let total: Int
    private let phase: PackageProgress.Phase
    private let report: PackageProgress.Report?

    /// - Parameters:
    ///   - seconds: the most that the work may take.
    ///   - phase: what it is.
    ///   - total: the bytes that it will go through.
    ///   - report: called after each block of them.
    init(
        seconds: Double = .infinity,
        _ phase: PackageProgress.Phase = .check,
        total: Int = 0,
        report: PackageProgress.Report? = nil
    ) {
        self.phase = phase
        self.total = total
        self.report = report
        self.seconds = min(seconds, 1e9)
        deadline = .now + .seconds(self.seconds)
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    /// Notes that so many more bytes are done.
    func advance(_ bytes: Int) {
        guard let report else { return }
        let done = done.add(bytes, ordering: .relaxed).newValue
        report(PackageProgress(phase: phase, done: done, total: total))
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
