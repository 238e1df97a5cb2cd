import Sandbox
import Synchronization

/// Does what a pool's state decides: starts and ends models, and wakes callers.
final class PoolCore: Sendable {
    typealias Instant = PoolState.Instant

    /// A model that one call has, alone.
    struct Lease: Sendable {
        let call: PoolState.CallID
        let instance: PoolState.InstanceID
        let pooled: PooledModel
    }

    private typealias Caller = CheckedContinuation<Result<Lease, RunError>, Never>

    private struct Shared {
        var state: PoolState
        var callers: [PoolState.CallID: Caller] = [:]
        var models: [PoolState.InstanceID: PooledModel] = [:]
        var starts: [PoolState.InstanceID: Task<Void, Never>] = [:]
        var recipes: [PoolKey: PoolRecipe] = [:]
        var closers: [CheckedContinuation<Void, Never>] = []
        var alarm: (at: Instant, task: Task<Void, Never>)?
        var lastCall = 0
    }

    /// What is done when the lock is free again.
    private enum Effect {
        case answer(Caller, Result<Lease, RunError>)
        case end(PoolState.InstanceID, PooledModel)
        case closed(CheckedContinuation<Void, Never>)
    }

    private let shared: Mutex<Shared>
    private let memory: Int
    /// Runners that wait for packages which are not known yet.
    let spares: SpareShelf

    init(limits: PoolLimits) {
        memory = limits.memory
        spares = SpareShelf(limits: limits)
        shared = Mutex(Shared(state: PoolState(limits: limits)))
    }

    // MARK: - Calls

    /// Waits for a model of the package that no other call has.
    func lease(_ key: PoolKey, _ recipe: PoolRecipe) async throws(RunError) -> Lease {
        let call = shared.withLock { shared in
            shared.lastCall += 1
            return shared.lastCall
        }
        return try await wait(for: call, key) { shared, now in
            if shared.recipes[key] == nil { shared.recipes[key] = recipe }
            return shared.state.call(call, key, at: now)
        }
    }

    /// Gives a model back that had ended before it got the call, and waits for another.
    func leaseAgain(_ lease: Lease, _ key: PoolKey) async throws(RunError) -> Lease {
        try await wait(for: lease.call, key) { shared, now in shared.state.lost(lease.instance, at: now) }
    }

    /// Gives a model back.
    func finish(_ lease: Lease, _ finish: PoolState.Finish) {
        handle { shared, now in shared.state.finished(lease.instance, finish, at: now) }
    }

    private func wait(
        for call: PoolState.CallID,
        _ key: PoolKey,
        _ event: @escaping @Sendable (inout Shared, Instant) -> [PoolState.Action]
    ) async throws(RunError) -> Lease {
        let result: Result<Lease, RunError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                handle { shared, now in
                    shared.callers[call] = continuation
                    return event(&shared, now)
                }
                // A cancellation that came before the call was known found nothing to cancel.
                if Task.isCancelled { cancel(call, key) }
            }
        } onCancel: {
            cancel(call, key)
        }
        return try result.get()
    }

    private func cancel(_ call: PoolState.CallID, _ key: PoolKey) {
        handle { shared, _ in shared.state.cancelled(call, key) }
    }

    // MARK: - Events

    private func handle(_ event: (inout Shared, Instant) -> [PoolState.Action]) {
        let effects = shared.withLock { shared -> [Effect] in
            let now = ContinuousClock.now
            let actions = event(&shared, now)
            let effects = actions.compactMap { perform($0, &shared) }
            setAlarm(&shared, after: actions, now)
            guard shared.state.isClosed, shared.state.instances.isEmpty else { return effects }
            defer { shared.closers = [] }
            return effects + shared.closers.map { .closed($0) }
        }
        for effect in effects {
            switch effect {
            case .answer(let caller, let result): caller.resume(returning: result)
            case .closed(let closer): closer.resume()
            case .end(let id, let pooled): end(id, pooled)
            }
        }
    }

    private func perform(_ action: PoolState.Action, _ shared: inout Shared) -> Effect? {
        switch action {
        case .run(let call, let instance):
            guard let caller = shared.callers.removeValue(forKey: call), let pooled = shared.models[instance] else {
                return nil
            }
            return .answer(caller, .success(Lease(call: call, instance: instance, pooled: pooled)))
        case .fail(let call, let error):
            return shared.callers.removeValue(forKey: call).map { .answer($0, .failure(error)) }
        case .start(let instance, let key):
            guard let recipe = shared.recipes[key] else { return nil }
            shared.starts[instance] = Task { await self.start(instance, recipe) }
            return nil
        case .end(let instance):
            return shared.models.removeValue(forKey: instance).map { .end(instance, $0) }
        }
    }

    private func start(_ instance: PoolState.InstanceID, _ recipe: PoolRecipe) async {
        do throws(RunError) {
            let pooled = try await recipe.start(spares)
            let bytes = pooled.model.residentBytes ?? 0
            handle { shared, now in
                shared.starts[instance] = nil
                shared.models[instance] = pooled
                return shared.state.started(instance, bytes: bytes, at: now)
            }
        } catch {
            handle { shared, now in
                shared.starts[instance] = nil
                return shared.state.startFailed(instance, error, at: now)
            }
        }
    }

    private func end(_ instance: PoolState.InstanceID, _ pooled: PooledModel) {
        Task {
            await pooled.end()
            handle { shared, now in shared.state.ended(instance, at: now) }
        }
    }

    // MARK: - Time

    private func setAlarm(_ shared: inout Shared, after actions: [PoolState.Action], _ now: Instant) {
        // The usual call finds a model, and gives it back to nobody: nothing is due earlier than before.
        if let alarm = shared.alarm, alarm.at > now, shared.state.waitingCount == 0, actions.count <= 1 { return }
        guard let due = shared.state.due(after: now) else {
            shared.alarm?.task.cancel()
            shared.alarm = nil
            return
        }
        if let alarm = shared.alarm, alarm.at <= due, alarm.at > now { return }
        shared.alarm?.task.cancel()
        let task = Task { [weak self] in
            do {
                try await Task.sleep(until: due, clock: .continuous)
                self?.tick()
            } catch {
                // Another alarm took its place.
            }
        }
        shared.alarm = (due, task)
    }

    private func tick() {
        let models = shared.withLock { $0.models }
        let sizes = models.compactMapValues { $0.model.residentBytes }
        // Those that wait for nobody in particular go first.
        if spares.count > 0, sizes.values.reduce(spares.bytes, +) > memory { spares.endAll() }
        handle { shared, now in
            let actions = shared.state.measured(sizes, at: now) + shared.state.tick(at: now)
            shared.recipes = shared.recipes.filter { shared.state.knows($0.key) }
            return actions
        }
    }

    // MARK: - End

    /// Ends everything; whoever waits or has a model gets an error.
    func beginClosing() {
        spares.beginClosing()
        handle { shared, _ in
            for start in shared.starts.values { start.cancel() }
            for pooled in shared.models.values { pooled.model.interruptNow() }
            shared.alarm?.task.cancel()
            shared.recipes = [:]
            return shared.state.close()
        }
    }

    /// Waits until nothing is left after ``beginClosing()``.
    func waitForEnd() async {
        await spares.waitForEnd()
        await withCheckedContinuation { continuation in
            handle { shared, _ in
                shared.closers.append(continuation)
                return []
            }
        }
    }

    func status() -> PoolStatus {
        let spares = spares.count
        return shared.withLock { PoolStatus($0.state, spares: spares) }
    }
}
