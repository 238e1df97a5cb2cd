import CNumerics
import Dispatch
import Synchronization

/// Numbered pieces of work, shared by threads.
///
/// What the pieces are never depends on the number of threads, and callers add up what they give in the order of the
/// pieces, so results are the same to the last bit for every number of threads.
package enum Parallel {
    /// How many threads there are without a number that a caller gave: one a core.
    package static let cores: Int = max(1, lw_core_count())

    /// Calls a closure once for each piece, on several threads at a time.
    ///
    /// - Parameters:
    ///   - count: how many pieces there are.
    ///   - threads: how many threads share them; nil for one a core.
    ///   - body: does the piece with this number; calls run side by side, so each writes only what is its own.
    package static func forEach(_ count: Int, threads: Int?, _ body: (Int) -> Void) {
        forEach(count, threads: threads, makeScratch: {}) { piece, _ in body(piece) }
    }

    /// Calls a closure once for each piece, on several threads at a time, each with something of its own.
    ///
    /// - Parameters:
    ///   - count: how many pieces there are.
    ///   - threads: how many threads share them; nil for one a core.
    ///   - makeScratch: makes what one thread works with.
    ///   - body: does the piece with this number; calls run side by side, so each writes only what is its own.
    package static func forEach<Scratch>(
        _ count: Int,
        threads: Int?,
        makeScratch: () -> Scratch,
        _ body: (Int, inout Scratch) -> Void
    ) {
        let workers = min(max(1, threads ?? cores), count)
        guard workers > 1 else {
            var scratch = makeScratch()
            for piece in 0..<count { body(piece, &scratch) }
            return
        }
        let next = Atomic<Int>(0)
        // SAFETY: neither outlives this call, and callers have each piece write only what no other piece touches.
        nonisolated(unsafe) let (makeScratch, body) = (makeScratch, body)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var scratch = makeScratch()
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < count else { return }
                body(piece, &scratch)
            }
        }
    }
}
