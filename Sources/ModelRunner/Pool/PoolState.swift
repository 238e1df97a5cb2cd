/// What a pool decides, without doing any of it: which call runs where, what starts, and what ends.
///
/// Every event takes the time and returns what to do, in order. Each call that came in is answered by exactly one
/// `run` or `fail`, unless it is given back by ``lost(_:at:)``, after which the same holds again.
package struct PoolState: Sendable {
    package typealias Instant = ContinuousClock.Instant
    package typealias CallID = Int
    package typealias InstanceID = Int

    /// What the owner of the state has to do.
    package enum Action: Sendable {
        /// Let the call have the model, alone.
        case run(CallID, on: InstanceID)
        /// Answer the call with an error.
        case fail(CallID, RunError)
        /// Start a model, and report ``started(_:bytes:at:)`` or ``startFailed(_:_:at:)``.
        case start(InstanceID, PoolKey)
        /// End a model that no call has, and report ``ended(_:at:)``.
        case end(InstanceID)
    }

    /// How a call left the model that it had.
    package enum Finish: Sendable {
        /// Ready for the next, with an answer or without.
        case ready
        /// Not to be used again, by the caller's own wish.
        case discarded
        /// Not to be used again, by its own fault.
        case failed
    }

    struct Instance: Sendable {
        enum Stage { case starting, idle, busy, ending }
        let key: PoolKey
        var stage = Stage.starting
        var bytes: Int
        /// When it was asked for, became ready, or was used last.
        var since: Instant
        /// When it got its place.
        var turn: Instant
        var startTime = Duration.zero
        /// The call that has it.
        var current: Waiting?
        var calls = 0
    }

    struct Waiting: Sendable {
        let call: CallID
        let arrival: Int
        let since: Instant
        let deadline: Instant
    }

    /// What is known of one package.
    struct Shelf: Sendable {
        var waiting: [Waiting] = []
        /// When it gave its place to another package.
        var yielded: Instant?
        /// Failures since its last answer.
        var failures = 0
        var pausedUntil: Instant?
        /// Why it could not be started the last time.
        var refusal: RunError?
        /// Its size when it was seen last.
        var bytes = 0
    }

    let limits: PoolLimits
    var instances: [InstanceID: Instance] = [:]
    var shelves: [PoolKey: Shelf] = [:]
    package private(set) var waitingCount = 0
    private(set) var isClosed = false
    private var lastInstance = 0
    private var lastArrival = 0

    package init(limits: PoolLimits) {
        self.limits = limits
    }

    // MARK: - Calls

    /// A call wants a model.
    package mutating func call(_ call: CallID, _ key: PoolKey, at now: Instant) -> [Action] {
        guard !isClosed else { return [.fail(call, .poolClosed)] }
        guard waitingCount < max(1, limits.waitingCalls) else { return [.fail(call, .queueFull(waitingCount))] }
        lastArrival += 1
        let deadline = now + .seconds(limits.waitSeconds)
        let waiting = Waiting(call: call, arrival: lastArrival, since: now, deadline: deadline)
        shelves[key, default: Shelf()].waiting.append(waiting)
        waitingCount += 1
        return schedule(now)
    }

    /// The caller wants out; nothing happens when the call has its model already, or its answer.
    package mutating func cancelled(_ call: CallID, _ key: PoolKey) -> [Action] {
        guard let place = shelves[key]?.waiting.firstIndex(where: { $0.call == call }) else { return [] }
        shelves[key]?.waiting.remove(at: place)
        waitingCount -= 1
        return [.fail(call, .cancelledWaiting)]
    }

    /// The call is done with its model.
    package mutating func finished(_ instance: InstanceID, _ finish: Finish, at now: Instant) -> [Action] {
        guard var known = instances[instance], known.stage == .busy else { return [] }
        known.since = now
        known.current = nil
        known.calls += 1
        switch finish {
        case .ready:
            known.stage = .idle
            shelves[known.key]?.failures = 0
        case .discarded, .failed:
            known.stage = .ending
            if finish == .failed { pause(known.key, refusal: nil, at: now) }
        }
        instances[instance] = known
        if finish != .ready { return [.end(instance)] + schedule(now) }
        if isClosed { return [end(instance)] }
        guard mustYield(instance, at: now) else { return schedule(now) }
        shelves[known.key]?.yielded = now
        return [end(instance)] + schedule(now)
    }

    /// The model had ended before it got its call, which waits again, in its old place.
    package mutating func lost(_ instance: InstanceID, at now: Instant) -> [Action] {
        guard let known = instances[instance], let waiting = known.current else { return [] }
        instances[instance]?.stage = .ending
        instances[instance]?.current = nil
        guard !isClosed else { return [.end(instance), .fail(waiting.call, .poolClosed)] }
        pause(known.key, refusal: nil, at: now)
        shelves[known.key, default: Shelf()].waiting.insert(waiting, at: 0)
        waitingCount += 1
        return [.end(instance)] + schedule(now)
    }

    // MARK: - Models

    /// A model is loaded and has this resident size.
    package mutating func started(_ instance: InstanceID, bytes: Int, at now: Instant) -> [Action] {
        guard var known = instances[instance], known.stage == .starting else { return [] }
        known.stage = .idle
        known.bytes = bytes
        known.startTime = now - known.since
        known.since = now
        known.turn = now
        instances[instance] = known
        shelves[known.key]?.bytes = bytes
        shelves[known.key]?.refusal = nil
        return isClosed ? [end(instance)] : schedule(now)
    }

    /// A model could not be started: those who wait for it get the reason.
    package mutating func startFailed(_ instance: InstanceID, _ error: RunError, at now: Instant) -> [Action] {
        guard let key = instances.removeValue(forKey: instance)?.key else { return [] }
        pause(key, refusal: error, at: now)
        return failAll(key, error) + schedule(now)
    }

    /// A model and all that belonged to it is gone.
    package mutating func ended(_ instance: InstanceID, at now: Instant) -> [Action] {
        instances.removeValue(forKey: instance)
        return schedule(now)
    }

    /// Sizes seen from outside, by model.
    package mutating func measured(_ sizes: [InstanceID: Int], at now: Instant) -> [Action] {
        for (instance, bytes) in sizes {
            guard let key = instances[instance]?.key else { continue }
            instances[instance]?.bytes = bytes
            shelves[key]?.bytes = bytes
        }
        return schedule(now)
    }

    // MARK: - Time and end

    /// Time has passed.
    package mutating func tick(at now: Instant) -> [Action] {
        var actions: [Action] = []
        for (key, shelf) in shelves {
            let late = shelf.waiting.filter { $0.deadline <= now }
            if !late.isEmpty {
                shelves[key]?.waiting.removeAll { $0.deadline <= now }
                waitingCount -= late.count
                actions += late.map { .fail($0.call, .waitedTooLong(limits.waitSeconds)) }
            }
            let isOver = shelf.pausedUntil.map { $0 + .seconds(limits.longestPause) < now } ?? true
            let isUsed = instances.values.contains { $0.key == key }
            if isOver, !isUsed, shelves[key]?.waiting.isEmpty == true { shelves[key] = nil }
        }
        let keep = Duration.seconds(limits.idleSeconds)
        for (id, instance) in instances where instance.stage == .idle && now - instance.since >= keep {
            actions.append(end(id))
        }
        return actions + schedule(now)
    }

    /// When ``tick(at:)`` has something to do, if nothing else happens before; nil for never.
    package func due(after now: Instant) -> Instant? {
        var times: [Instant] = []
        for shelf in shelves.values {
            times += shelf.waiting.map(\.deadline).min().map { [$0] } ?? []
            if let pause = shelf.pausedUntil {
                times.append(
                    pause > now && !shelf.waiting.isEmpty ? pause : max(now, pause) + .seconds(limits.longestPause)
                )
            }
        }
        // Sizes change without a word.
        if !instances.isEmpty { times.append(now + .seconds(min(1, max(0.01, limits.idleSeconds / 4)))) }
        return times.min()
    }

    /// No call is taken any more; those that have a model keep it until they are done.
    package mutating func close() -> [Action] {
        isClosed = true
        let waiting = shelves.values.flatMap(\.waiting)
        shelves = [:]
        waitingCount = 0
        let idle = instances.filter { $0.value.stage == .idle }.keys.sorted()
        return waiting.map { .fail($0.call, .poolClosed) } + idle.map { end($0) }
    }

    /// True while the package has a model, a call, or a failure that counts.
    func knows(_ key: PoolKey) -> Bool {
        shelves[key] != nil || instances.values.contains { $0.key == key }
    }

    // MARK: - Parts

    mutating func end(_ instance: InstanceID) -> Action {
        instances[instance]?.stage = .ending
        return .end(instance)
    }

    mutating func makeInstance(_ key: PoolKey, at now: Instant) -> Action {
        lastInstance += 1
        instances[lastInstance] = Instance(key: key, bytes: shelves[key]?.bytes ?? 0, since: now, turn: now)
        return .start(lastInstance, key)
    }

    mutating func takeFirst(_ key: PoolKey) -> Waiting? {
        guard shelves[key]?.waiting.isEmpty == false else { return nil }
        waitingCount -= 1
        return shelves[key]?.waiting.removeFirst()
    }

    mutating func failAll(_ key: PoolKey, _ error: RunError) -> [Action] {
        let waiting = shelves[key]?.waiting ?? []
        shelves[key]?.waiting = []
        waitingCount -= waiting.count
        return waiting.map { .fail($0.call, error) }
    }

    private mutating func pause(_ key: PoolKey, refusal: RunError?, at now: Instant) {
        guard !isClosed else { return }
        var shelf = shelves[key] ?? Shelf()
        let seconds = min(limits.longestPause, limits.firstPause * Double(1 << min(shelf.failures, 24)))
        shelf.failures += 1
        shelf.pausedUntil = now + .seconds(seconds)
        shelf.refusal = refusal
        shelves[key] = shelf
    }
}
