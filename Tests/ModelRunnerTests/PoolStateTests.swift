import ModelRunner
import TestSupport
import Testing

/// What a pool decides, without a single process.
@Suite struct PoolStateTests {
    private let start = ContinuousClock.now

    private func key(_ name: String) -> PoolKey { PoolKey(digest: name, options: RunOptions()) }

    private func at(_ seconds: Double) -> PoolState.Instant { start + .seconds(seconds) }

    private func state(_ change: (inout PoolLimits) -> Void = { _ in }) -> PoolState {
        var limits = PoolLimits()
        change(&limits)
        return PoolState(limits: limits)
    }

    private func error(_ message: String) -> RunError { RunError(.load, .loadFailed, message) }

    /// Actions in words, to compare.
    private func words(_ actions: [PoolState.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .run(let call, let instance): "run \(call) on \(instance)"
            case .fail(let call, let error): "fail \(call): \(error.message)"
            case .start(let instance, let key): "start \(instance) \(key.digest)"
            case .end(let instance): "end \(instance)"
            }
        }
    }

    @Test func callsOfAPackageShareOneModelInTheirOrder() {
        var state = state()
        #expect(words(state.call(1, key("a"), at: at(0))) == ["start 1 a"])
        #expect(words(state.call(2, key("a"), at: at(0))) == [])
        #expect(words(state.started(1, bytes: 10, at: at(1))) == ["run 1 on 1"])
        #expect(words(state.call(3, key("a"), at: at(1))) == [])
        #expect(words(state.finished(1, .ready, at: at(2))) == ["run 2 on 1"])
        #expect(words(state.finished(1, .ready, at: at(3))) == ["run 3 on 1"])
        #expect(words(state.finished(1, .ready, at: at(4))) == [])
        #expect(words(state.call(4, key("a"), at: at(5))) == ["run 4 on 1"])
    }

    @Test func packagesNeverShareAModel() {
        var state = state()
        #expect(words(state.call(1, key("a"), at: at(0))) == ["start 1 a"])
        #expect(words(state.call(2, key("b"), at: at(0))) == ["start 2 b"])
        #expect(words(state.started(2, bytes: 1, at: at(1))) == ["run 2 on 2"])
        #expect(words(state.started(1, bytes: 1, at: at(1))) == ["run 1 on 1"])
    }

    @Test func furtherCopiesStartWhileCallsWait() {
        var state = state { $0.copies = 2 }
        #expect(words(state.call(1, key("a"), at: at(0))) == ["start 1 a"])
        #expect(words(state.call(2, key("a"), at: at(0))) == ["start 2 a"])
        #expect(words(state.call(3, key("a"), at: at(0))) == [])
    }

    @Test func theLeastRecentlyUsedMakesRoom() {
        var state = state { $0.models = 2 }
        for (call, name) in [(1, "a"), (2, "b")] {
            _ = state.call(call, key(name), at: at(0))
            _ = state.started(call, bytes: 1, at: at(0))
            _ = state.finished(call, .ready, at: at(Double(call)))
        }
        #expect(words(state.call(3, key("a"), at: at(3))) == ["run 3 on 1"])
        _ = state.finished(1, .ready, at: at(4))
        #expect(words(state.call(4, key("c"), at: at(5))) == ["end 2"])
        // One goes already: no second one for the same call.
        #expect(words(state.tick(at: at(5.1))) == [])
        #expect(words(state.ended(2, at: at(6))) == ["start 3 c"])
    }

    @Test func memoryBeyondTheBudgetGoesLeastRecentlyUsedFirst() {
        var state = state { $0.memory = 100 }
        for (call, name) in [(1, "a"), (2, "b"), (3, "c")] {
            _ = state.call(call, key(name), at: at(0))
            _ = state.started(call, bytes: 20, at: at(0))
            _ = state.finished(call, .ready, at: at(Double(call)))
        }
        #expect(words(state.measured([1: 20, 2: 20, 3: 90], at: at(4))) == ["end 1", "end 2"])
        // Those that end hold their memory until they are gone, and what was seen of a package counts beforehand.
        #expect(words(state.call(4, key("a"), at: at(5))) == [])
        #expect(words(state.ended(1, at: at(6))) == [])
        #expect(words(state.ended(2, at: at(6))) == ["end 3"])
        #expect(words(state.ended(3, at: at(7))) == ["start 4 a"])
    }

    @Test func aModelThatIsLargerThanTheBudgetAnswersAndIsNotKept() {
        var state = state { $0.memory = 100 }
        #expect(words(state.call(1, key("a"), at: at(0))) == ["start 1 a"])
        #expect(words(state.started(1, bytes: 500, at: at(1))) == ["run 1 on 1"])
        #expect(words(state.finished(1, .ready, at: at(2))) == ["end 1"])
    }

    @Test func aPackageThatIsNeverIdleYieldsAfterItsTurn() {
        var state = state {
            $0.models = 1
            $0.turnSeconds = 1
        }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.call(2, key("a"), at: at(0))
        _ = state.call(3, key("a"), at: at(0))
        #expect(words(state.started(1, bytes: 1, at: at(0.1))) == ["run 1 on 1"])
        #expect(words(state.call(4, key("b"), at: at(0.2))) == [])
        #expect(words(state.finished(1, .ready, at: at(0.5))) == ["run 2 on 1"])
        #expect(words(state.finished(1, .ready, at: at(1.2))) == ["end 1"])
        // Though a call of the first package came before that of the second.
        #expect(words(state.ended(1, at: at(1.3))) == ["start 2 b"])
    }

    @Test func theWaitingPackageGetsThePlaceThatWasYielded() {
        var state = state {
            $0.models = 1
            $0.turnSeconds = 1
        }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.started(1, bytes: 1, at: at(0.1))
        #expect(words(state.call(2, key("b"), at: at(0.2))) == [])
        #expect(words(state.call(3, key("a"), at: at(0.3))) == [])
        #expect(words(state.finished(1, .ready, at: at(1.2))) == ["end 1"])
        #expect(words(state.ended(1, at: at(1.3))) == ["start 2 b"])
        #expect(words(state.started(2, bytes: 1, at: at(1.4))) == ["run 2 on 2"])
        #expect(words(state.finished(2, .ready, at: at(1.5))) == ["end 2"])
        #expect(words(state.ended(2, at: at(1.6))) == ["start 3 a"])
    }

    @Test func aModelThatCannotBeLoadedIsAnsweredAtOnceUntilItsPauseIsOver() {
        var state = state { $0.firstPause = 1 }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.call(2, key("a"), at: at(0))
        #expect(words(state.startFailed(1, error("no"), at: at(1))) == ["fail 1: no", "fail 2: no"])
        #expect(words(state.call(3, key("a"), at: at(1.9))) == ["fail 3: no"])
        #expect(words(state.call(4, key("a"), at: at(2))) == ["start 2 a"])
        // The second failure in a row pauses twice as long.
        #expect(words(state.startFailed(2, error("no"), at: at(3))) == ["fail 4: no"])
        #expect(words(state.call(5, key("a"), at: at(4.9))) == ["fail 5: no"])
        #expect(words(state.call(6, key("a"), at: at(5))) == ["start 3 a"])
    }

    @Test func callsWaitWhileAModelThatCrashedPauses() {
        var state = state { $0.firstPause = 1 }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.started(1, bytes: 1, at: at(0))
        #expect(words(state.finished(1, .failed, at: at(1))) == ["end 1"])
        #expect(words(state.ended(1, at: at(1.1))) == [])
        #expect(words(state.call(2, key("a"), at: at(1.2))) == [])
        #expect(state.due(after: at(1.2)) == at(2))
        #expect(words(state.tick(at: at(2))) == ["start 2 a"])
        _ = state.started(2, bytes: 1, at: at(2))
        #expect(words(state.finished(2, .ready, at: at(2))) == [])
        // An answer forgets what was before it: the next pause is the first again.
        _ = state.call(3, key("a"), at: at(3))
        _ = state.finished(2, .failed, at: at(4))
        _ = state.call(4, key("a"), at: at(4))
        #expect(state.due(after: at(4)) == at(5))
    }

    @Test func aCallWhoseModelWasGoneKeepsItsPlaceAndItsDeadline() {
        var state = state {
            $0.firstPause = 1
            $0.waitSeconds = 10
        }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.started(1, bytes: 1, at: at(1))
        #expect(words(state.call(2, key("a"), at: at(2))) == [])
        #expect(words(state.lost(1, at: at(3))) == ["end 1"])
        #expect(words(state.tick(at: at(4))) == ["start 2 a"])
        #expect(words(state.started(2, bytes: 1, at: at(5))) == ["run 1 on 2"])
        #expect(words(state.lost(2, at: at(6))) == ["end 2"])
        #expect(words(state.tick(at: at(10))) == ["fail 1: no model was free for the call within 10 s", "start 3 a"])
    }

    @Test func theQueueIsBounded() {
        var state = state { $0.waitingCalls = 2 }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.call(2, key("b"), at: at(0))
        #expect(words(state.call(3, key("a"), at: at(0))).first?.hasPrefix("fail 3: 2 calls wait") == true)
        #expect(words(state.cancelled(1, key("a"))).first?.hasPrefix("fail 1:") == true)
        #expect(words(state.cancelled(1, key("a"))) == [])
        #expect(words(state.call(4, key("b"), at: at(0))) == [])
    }

    @Test func anIdleModelIsEndedInTime() {
        var state = state { $0.idleSeconds = 10 }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.started(1, bytes: 1, at: at(1))
        _ = state.finished(1, .ready, at: at(2))
        #expect(words(state.tick(at: at(11.9))) == [])
        #expect(words(state.tick(at: at(12))) == ["end 1"])
        _ = state.ended(1, at: at(13))
        #expect(state.due(after: at(13)) == nil)
    }

    @Test func closingAnswersThoseWhoWaitAndStartsNothing() {
        var state = state { $0.models = 2 }
        _ = state.call(1, key("a"), at: at(0))
        _ = state.started(1, bytes: 1, at: at(1))
        _ = state.call(2, key("a"), at: at(1))
        _ = state.call(3, key("b"), at: at(1))
        #expect(Set(words(state.close())).count == 2)
        #expect(words(state.finished(1, .ready, at: at(2))) == ["end 1"])
        #expect(words(state.started(2, bytes: 1, at: at(2))) == ["end 2"])
        #expect(words(state.call(4, key("a"), at: at(3))) == ["fail 4: the pool of models was closed"])
    }

    @Test func everyOptionOfARunIsToldApartOrSaidToHaveNoMeaning() {
        let labels = Set(Mirror(reflecting: RunOptions()).children.compactMap(\.label))
        #expect(labels == PoolKey.told.union(PoolKey.withoutMeaning))
        let changes: [@Sendable (inout RunOptions) -> Void] = [
            { $0.callSeconds = 1 }, { $0.loadSeconds = 1 }, { $0.memory = 1 }, { $0.threads = 1 },
        ]
        let keys = changes.map { change in
            var other = RunOptions()
            change(&other)
            return PoolKey(digest: "a", options: other)
        }
        #expect(Set(keys + [PoolKey(digest: "a", options: RunOptions())]).count == changes.count + 1)
    }

    /// A long random history: whatever happens, each call is answered once, and no bound is passed.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyCallIsAnsweredOnce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var world = PoolWorld(
            state: state {
                $0.models = 3
                $0.copies = 2
                $0.memory = 100
                $0.waitingCalls = 12
                $0.waitSeconds = 30
                $0.idleSeconds = 20
                $0.firstPause = 0.5
                $0.longestPause = 4
            },
            start: start
        )
        for _ in 0..<3000 { world.step(&random) }
        world.settle(&random)
        #expect(world.faults == [])
        #expect(world.answered == world.asked)
        #expect(world.runs > 300)
    }
}

/// Plays callers and models around a pool's state.
private struct PoolWorld {
    var state: PoolState
    let start: PoolState.Instant
    var seconds = 0.0
    var asked: Set<Int> = []
    var answered: Set<Int> = []
    var faults: [String] = []
    var runs = 0
    private var keys: [Int: PoolKey] = [:]
    private var starting: [Int: PoolKey] = [:]
    private var loaded: [Int: PoolKey] = [:]
    private var running: [Int: Int] = [:]
    private var ending: Set<Int> = []
    private let names = ["a", "b", "c", "d", "e"].map { PoolKey(digest: $0, options: RunOptions()) }

    init(state: PoolState, start: PoolState.Instant) {
        self.state = state
        self.start = start
    }

    private var now: PoolState.Instant { start + .seconds(seconds) }

    mutating func step(_ random: inout SeededGenerator) {
        seconds += Double.random(in: 0..<0.4, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0...3:
            let call = asked.count + 1
            let key = names[Int.random(in: 0..<names.count, using: &random)]
            asked.insert(call)
            keys[call] = key
            obey(state.call(call, key, at: now))
        case 4: cancel(&random)
        case 5...8: progress(&random)
        case 9: measure(&random)
        default: obey(state.tick(at: now))
        }
    }

    private mutating func cancel(_ random: inout SeededGenerator) {
        guard let call = asked.subtracting(answered).subtracting(running.values).sorted().randomElement(using: &random),
            let key = keys[call]
        else { return }
        obey(state.cancelled(call, key))
    }

    private mutating func measure(_ random: inout SeededGenerator) {
        var sizes: [Int: Int] = [:]
        for id in loaded.keys.sorted() { sizes[id] = Int.random(in: 1..<60, using: &random) }
        obey(state.measured(sizes, at: now))
    }

    /// Something that is under way comes to its end.
    mutating func progress(_ random: inout SeededGenerator) {
        let under = starting.keys.map { $0 } + running.keys + ending
        guard let id = under.sorted().randomElement(using: &random) else { return }
        if ending.remove(id) != nil {
            obey(state.ended(id, at: now))
        } else if let key = starting.removeValue(forKey: id) {
            if Int.random(in: 0..<5, using: &random) == 0 {
                return obey(state.startFailed(id, RunError(.load, .loadFailed, "no"), at: now))
            }
            loaded[id] = key
            obey(state.started(id, bytes: Int.random(in: 1..<60, using: &random), at: now))
        } else if let call = running.removeValue(forKey: id) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: return obey(state.lost(id, at: now))
            case 1:
                answer(call)
                obey(state.finished(id, .failed, at: now))
            case 2:
                answer(call)
                obey(state.finished(id, .discarded, at: now))
            default:
                answer(call)
                obey(state.finished(id, .ready, at: now))
            }
        }
    }

    /// Closes the pool and lets everything come to its end.
    mutating func settle(_ random: inout SeededGenerator) {
        obey(state.close())
        while !(starting.isEmpty && running.isEmpty && ending.isEmpty) { progress(&random) }
        if !loaded.isEmpty { faults.append("models were left: \(loaded.keys.sorted())") }
    }

    private mutating func answer(_ call: Int) {
        if !answered.insert(call).inserted { faults.append("call \(call) was answered twice") }
    }

    private mutating func obey(_ actions: [PoolState.Action]) {
        for action in actions {
            switch action {
            case .run(let call, let id):
                runs += 1
                if loaded[id] != keys[call] { faults.append("call \(call) got a model that is not its own") }
                if running[id] != nil { faults.append("model \(id) got two calls") }
                running[id] = call
            case .fail(let call, _):
                answer(call)
            case .start(let id, let key):
                starting[id] = key
                if starting.count + loaded.count + ending.count > 3 { faults.append("more than 3 models") }
            case .end(let id):
                if running[id] != nil { faults.append("model \(id) was ended under its call") }
                if loaded.removeValue(forKey: id) == nil { faults.append("model \(id) was ended twice") }
                ending.insert(id)
            }
        }
    }
}
