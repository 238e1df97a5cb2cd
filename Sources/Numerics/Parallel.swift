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
        forEach(count, threads: threads, with: ()) { piece, _ in body(piece) }
    }

    /// Calls a closure once for each piece, on several threads at a time, each with a value of its own to work with.
    ///
    /// - Parameters:
    ///   - count: how many pieces there are.
    ///   - threads: how many threads share them; nil for one a core.
    ///   - scratch: what every thread begins with a copy of.
    ///   - body: does the piece with this number; calls run side by side, so each writes only what is its own.
    package static func forEach<Scratch>(
        _ count: Int,
        threads: Int?,
        with scratch: Scratch,
        _ body: (Int, inout Scratch) -> Void
    ) {
        let workers = min(max(1, threads ?? cores), count)
        guard workers > 1 else {
            var scratch = scratch
            for piece in 0..<count { body(piece, &scratch) }
            return
        }
        let next = Atomic<Int>(0)
        // SAFETY: neither outlives this call; the scratch is copied by each thread before it is changed, and callers
        // have each piece write only what no other piece touches.
        nonisolated(unsafe) let (start, work) = (scratch, body)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            var scratch = start
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < count else { return }
                work(piece, &scratch)
            }
        }
    }
}

/// Rows in pieces: enough of them to keep threads busy, each large enough to be worth one.
package struct Pieces: Sendable {
    package let count: Int
    package let height: Int
    private let rows: Int

    /// - Parameters:
    ///   - rows: how many rows there are.
    ///   - most: how many pieces at most.
    ///   - least: how many rows a piece has at least.
    package init(rows: Int, most: Int = 16, least: Int = 256) {
        self.rows = rows
        height = max(least, (rows + most - 1) / most)
        count = (rows + height - 1) / height
    }

    package subscript(piece: Int) -> Range<Int> {
        piece * height..<min(rows, (piece + 1) * height)
    }
}
