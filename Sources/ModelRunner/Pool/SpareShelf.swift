import Synchronization

/// The runners that a pool holds ready for packages that it does not know yet, one for an environment.
///
/// The key is the whole plan of a run but for the package: environment, interpreter, profile, limits.
final class SpareShelf: Sendable {
    private struct Shared {
        var spares: [String: (runner: SpareRunner, since: ContinuousClock.Instant)] = [:]
        var making: [String: Task<Void, Never>] = [:]
        var ending: [ObjectIdentifier: Task<Void, Never>] = [:]
        /// Models that were started in each environment.
        var starts: [String: Int] = [:]
        var isClosed = false
    }

    private let limit: Int
    private let idle: Duration
    private let shared = Mutex(Shared())

    init(limits: PoolLimits) {
        limit = limits.spares
        idle = .seconds(limits.idleSeconds)
    }

    /// A runner that waits for such a package; nobody else gets it.
    func take(_ key: String) -> SpareRunner? {
        shared.withLock { $0.spares.removeValue(forKey: key)?.runner }
    }

    /// A model was started; once it is not the first of its environment, a runner is made for the next.
    func modelStarted(_ key: String, _ make: @escaping @Sendable () async throws(RunError) -> SpareRunner) {
        let isLikely = shared.withLock { shared in
            shared.starts[key, default: 0] += 1
            return shared.starts[key, default: 0] > 1
        }
        if isLikely { _ = begin(key, make) }
    }

    /// Makes a runner, and waits until it is ready.
    func prepare(
        _ key: String,
        _ make: @escaping @Sendable () async throws(RunError) -> SpareRunner
    ) async {
        await begin(key, make)?.value
    }

    private func begin(
        _ key: String,
        _ make: @escaping @Sendable () async throws(RunError) -> SpareRunner
    ) -> Task<Void, Never>? {
        shared.withLock { shared in
            if let task = shared.making[key] { return task }
            guard limit > 0, !shared.isClosed, shared.spares[key] == nil else { return nil }
            let task = Task(priority: .utility) { self.put(key, try? await make()) }
            shared.making[key] = task
            return task
        }
    }

    private func put(_ key: String, _ made: SpareRunner?) {
        shared.withLock { shared in
            shared.making[key] = nil
            guard let made else { return }
            guard !shared.isClosed else { return end([made], &shared) }
            shared.spares[key] = (made, .now)
            let oldest = shared.spares.sorted { $0.value.since < $1.value.since }.dropLast(limit)
            end(oldest.compactMap { shared.spares.removeValue(forKey: $0.key)?.runner }, &shared)
        }
        guard made != nil else { return }
        Task { [weak self, idle] in
            try? await Task.sleep(for: idle)
            self?.endIdle()
        }
    }

    private func endIdle() {
        let now = ContinuousClock.now
        shared.withLock { shared in
            let keys = shared.spares.filter { now - $0.value.since >= idle }.keys
            end(keys.compactMap { shared.spares.removeValue(forKey: $0)?.runner }, &shared)
        }
    }

    private func end(_ runners: [SpareRunner], _ shared: inout Shared) {
        for runner in runners {
            shared.ending[ObjectIdentifier(runner)] = Task {
                await runner.end()
                self.shared.withLock { $0.ending[ObjectIdentifier(runner)] = nil }
            }
        }
    }

    /// How many wait.
    var count: Int { shared.withLock { $0.spares.count } }

    /// Bytes of all of them, seen from outside.
    var bytes: Int {
        shared.withLock { $0.spares.values.map(\.runner) }.reduce(0) { $0 + $1.residentBytes }
    }

    /// Ends all of them: their memory is needed.
    func endAll() {
        shared.withLock { shared in
            end(shared.spares.values.map(\.runner), &shared)
            shared.spares = [:]
        }
    }

    /// Makes none any more, and ends those that are there.
    func beginClosing() {
        shared.withLock { shared in
            shared.isClosed = true
            for task in shared.making.values { task.cancel() }
        }
        endAll()
    }

    /// Waits until nothing is left after ``beginClosing()``.
    func waitForEnd() async {
        for task in shared.withLock({ Array($0.making.values) }) { await task.value }
        for task in shared.withLock({ Array($0.ending.values) }) { await task.value }
    }
}
