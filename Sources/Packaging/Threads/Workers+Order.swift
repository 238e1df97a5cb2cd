extension Workers {
    /// Computes something for each index from 0 on several threads, and takes the results in order on this one.
    ///
    /// At most two results for each thread wait for their turn, so memory does not grow with their number.
    ///
    /// - Parameters:
    ///   - total: how many indices there are.
    ///   - worker: called once on each thread; it answers one index after the other with ``Pipeline/next()`` and
    ///     ``Pipeline/put(_:at:)``, until there is none.
    ///   - take: takes the results from index 0 on; it returns false to leave the rest undone.
    /// - Throws: the failure of the lowest index that has one, and what `take` throws.
    static func inOrder<Output: Sendable>(
        _ total: Int,
        worker: @escaping @Sendable (Pipeline<Output>) -> Void,
        take: (Int, Output) throws(PackageError) -> Bool
    ) throws(PackageError) {
        let threads = min(count, total)
        let pipeline = Pipeline<Output>(total: total, room: 2 * threads)
        try run(threads) {
            worker(pipeline)
        } watch: { () throws(PackageError) in
            // Whatever ends this loop, no thread may wait for it any longer.
            defer { pipeline.end() }
            while true {
                try checkCancellation()
                switch pipeline.take() {
                case .ended: return
                case .notYet: continue
                case .result(let index, let result):
                    guard try take(index, try result.get()) else { return }
                }
            }
        }
    }

    /// Hands out indices in order, and keeps results until their turn.
    final class Pipeline<Output: Sendable>: Sendable {
        private struct State {
            var next = 0
            var taken = 0
            var end: Int
            var results: [Int: Result<Output, PackageError>] = [:]
        }

        enum Turn {
            case ended
            case notYet
            case result(Int, Result<Output, PackageError>)
        }

        private let state: Monitor<State>
        private let room: Int

        fileprivate init(total: Int, room: Int) {
            state = Monitor(State(end: total))
            self.room = room
        }

        /// The next index, as soon as there is room for its result; nil when there is none.
        func next() -> Int? {
            while true {
                let answer = state.wait { [room] state -> Int?? in
                    guard state.next < state.end else { return .some(nil) }
                    guard state.next < state.taken + room else { return nil }
                    defer { state.next += 1 }
                    return state.next
                }
                if let answer { return answer }
            }
        }

        func put(_ result: Result<Output, PackageError>, at index: Int) {
            state.update { $0.results[index] = result }
        }

        fileprivate func take() -> Turn {
            let turn = state.wait { state -> Turn? in
                guard state.taken < state.end else { return .ended }
                guard let result = state.results.removeValue(forKey: state.taken) else { return nil }
                defer { state.taken += 1 }
                return .result(state.taken, result)
            }
            return turn ?? .notYet
        }

        fileprivate func end() {
            state.update { state in
                state.end = 0
                state.results = [:]
            }
        }
    }
}
