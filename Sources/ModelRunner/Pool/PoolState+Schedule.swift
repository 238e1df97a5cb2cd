extension PoolState {
    /// Gives idle models to those who wait, and starts and ends models so that all get their turn.
    ///
    /// Within a package calls go in the order in which they came; between packages that wait for a place, the one that
    /// waits longest.
    mutating func schedule(_ now: Instant) -> [Action] {
        guard !isClosed else { return [] }
        var actions: [Action] = []
        if waitingCount > 0 {
            let hungry = shelves.compactMap { key, shelf in
                shelf.waiting.first.map { (key, since: max($0.since, shelf.yielded ?? $0.since), $0.arrival) }
            }
            for (key, _, _) in hungry.sorted(by: { ($0.since, $0.2) < ($1.since, $1.2) }) {
                actions += serve(key, at: now)
            }
        }
        while total > limits.memory, let victim = leastRecentlyUsed {
            actions.append(end(victim))
        }
        return actions
    }

    private mutating func serve(_ key: PoolKey, at now: Instant) -> [Action] {
        var actions: [Action] = []
        let own = instances.filter { $0.value.key == key }
        for (id, instance) in own.sorted(by: { $0.key < $1.key }) where instance.stage == .idle {
            guard let waiting = takeFirst(key) else { return actions }
            instances[id]?.stage = .busy
            instances[id]?.current = waiting
            actions.append(.run(waiting.call, on: id))
        }
        let starting = own.values.count { $0.stage == .starting }
        let running = own.values.count { $0.stage != .ending }
        let missing = min((shelves[key]?.waiting.count ?? 0) - starting, max(1, limits.copies) - running)
        guard missing > 0 else { return actions }
        if let pause = shelves[key]?.pausedUntil, pause > now {
            // A model that cannot be loaded is not waited for: the next attempt would most likely say the same.
            if let refusal = shelves[key]?.refusal { actions += failAll(key, refusal) }
            return actions
        }
        for _ in 0..<missing {
            guard hasRoom(for: key) else {
                // A further copy is worth nobody else's place.
                if running == 0 { actions += makeRoom() }
                break
            }
            actions.append(makeInstance(key, at: now))
        }
        return actions
    }

    /// True when a model more may run; one always may.
    private func hasRoom(for key: PoolKey) -> Bool {
        guard !instances.isEmpty else { return true }
        // Those that are ending hold theirs until they are gone.
        let held = instances.values.reduce(shelves[key]?.bytes ?? 0) { $0 + $1.bytes }
        return instances.count < max(1, limits.models) && held < limits.memory
    }

    /// Ends the least recently used idle model, unless one is going already.
    private mutating func makeRoom() -> [Action] {
        guard !instances.values.contains(where: { $0.stage == .ending }), let victim = leastRecentlyUsed else {
            return []
        }
        return [end(victim)]
    }

    /// True when this model had its turn, and another package waits for a place.
    func mustYield(_ id: InstanceID, at now: Instant) -> Bool {
        guard waitingCount > 0, let instance = instances[id], shelves[instance.key]?.waiting.isEmpty == false else {
            return false
        }
        let turn = max(.seconds(limits.turnSeconds), instance.startTime * 2)
        guard now - instance.turn >= turn, !instances.values.contains(where: { $0.stage == .ending }) else {
            return false
        }
        return shelves.contains { key, shelf in
            key != instance.key && !shelf.waiting.isEmpty && (shelf.pausedUntil ?? now) <= now
                && !instances.values.contains { $0.key == key && $0.stage != .ending } && !hasRoom(for: key)
        }
    }

    /// Bytes of all models that are to stay, as they were seen last.
    private var total: Int {
        instances.values.reduce(0) { $1.stage == .ending ? $0 : $0 + $1.bytes }
    }

    private var leastRecentlyUsed: InstanceID? {
        instances.filter { $0.value.stage == .idle }.min { ($0.value.since, $0.key) < ($1.value.since, $1.key) }?.key
    }
}
