import Glibc
import SystemPackage

/// A few threads that do the work of one call; the calling thread waits for them and watches for its own cancellation.
///
/// Threads of their own, because the work blocks in the file system: tasks would hold up others on the same pool.
enum Workers {
    /// How many threads are worth having here.
    static let count = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// Runs `body` with each index from 0, on up to ``count`` threads that take the indices in order.
    ///
    /// - Parameters:
    ///   - total: how many indices there are.
    ///   - pace: stopped when the calling task is cancelled.
    ///   - worker: called once on each thread; it asks for one index after the other, until there is none.
    /// - Throws: what the lowest failing index threw, whichever thread was faster.
    static func forEach(
        _ total: Int,
        pace: Pace,
        _ worker: @escaping @Sendable (Queue) -> Void
    ) throws(PackageError) {
        let queue = Queue(total: total)
        try run(min(count, total)) {
            worker(queue)
        } watch: {
            if Task.isCancelled { pace.stop() }
        }
        if let failure = queue.failure { throw failure }
    }

    /// Hands out indices in order.
    final class Queue: Sendable {
        private struct State {
            var next = 0
            var end: Int
            var failure: PackageError?
        }

        private let state: Monitor<State>

        fileprivate init(total: Int) {
            state = Monitor(State(end: total))
        }

        /// The next index; nil when there is none, or one before it has failed.
        func next() -> Int? {
            state.update { state in
                guard state.next < state.end else { return nil }
                defer { state.next += 1 }
                return state.next
            }
        }

        /// Ends the work behind an index; those before it have all been taken, and may yet fail themselves.
        func fail(_ error: PackageError, at index: Int) {
            state.update { state in
                guard state.failure == nil || index < state.end else { return }
                state.failure = error
                state.end = index
            }
        }

        fileprivate var failure: PackageError? { state.update { $0.failure } }
    }

    /// Runs `body` on some threads, and meanwhile `watch` on this one, until all have ended.
    ///
    /// - Throws: ``PackageError`` when no thread can be started, and what `watch` throws; it must then have made every
    ///   `body` end.
    static func run(
        _ threads: Int,
        _ body: @escaping @Sendable () -> Void,
        watch: () throws(PackageError) -> Void
    ) throws(PackageError) {
        let ended = Monitor(0)
        var started: [pthread_t] = []
        defer { for thread in started { pthread_join(thread, nil) } }
        for _ in 0..<threads {
            let job = Unmanaged.passRetained(Job(body, ended))
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, runJob, job.toOpaque())
            guard code == 0 else {
                job.release()
                guard started.isEmpty else { break }
                let reason = Errno(rawValue: code)
                throw PackageError(.unreadable, "no thread can be started: \(reason)", code: reason)
            }
            started.append(thread)
        }
        let expected = started.count
        repeat { try watch() } while ended.wait({ $0 == expected ? true : nil }) == nil
    }

    private final class Job: Sendable {
        private let body: @Sendable () -> Void
        private let ended: Monitor<Int>

        init(_ body: @escaping @Sendable () -> Void, _ ended: Monitor<Int>) {
            self.body = body
            self.ended = ended
        }

        func run() {
            body()
            ended.update { $0 += 1 }
        }
    }

    private static let runJob: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }
}
