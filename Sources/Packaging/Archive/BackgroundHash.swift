import Crypto

/// SHA-256 on a thread of its own, fed block by block; for files so large that hashing them would hold up the rest.
final class BackgroundHash: Sendable {
    private struct State {
        var waiting: [[UInt8]] = []
        /// No more blocks will come: the feeder has given all of them, or has failed.
        var isFed = false
        /// What has been hashed, once the thread has ended.
        var hash = SHA256()
    }

    private let state = Monitor(State())
    /// Blocks of at most 256 KiB that may wait.
    private static let room = 4

    /// Takes a block over; waits while too many wait.
    func update(_ block: UnsafeRawBufferPointer) {
        let copy = Array(block)
        while state.wait({ state -> Void? in
            guard state.waiting.count < Self.room else { return nil }
            state.waiting.append(copy)
            return ()
        }) == nil {}
    }

    /// Hashes what the feeder gives.
    ///
    /// - Parameter feed: runs on the calling thread, and calls ``update(_:)``.
    /// - Returns: the hash of all blocks.
    /// - Throws: what `feed` throws.
    static func of(
        _ feed: (BackgroundHash) throws(PackageError) -> Void
    ) throws(PackageError) -> SHA256.Digest {
        let background = BackgroundHash()
        try Workers.run(1) {
            background.run()
        } watch: { () throws(PackageError) in
            guard !background.state.update({ $0.isFed }) else { return }
            defer { background.state.update { $0.isFed = true } }
            try feed(background)
        }
        return background.state.update { $0.hash.finalize() }
    }

    /// The hashing thread.
    private func run() {
        var hash = SHA256()
        while true {
            let blocks = state.wait { state -> [[UInt8]]? in
                guard state.waiting.isEmpty else {
                    defer { state.waiting = [] }
                    return state.waiting
                }
                return state.isFed ? [] : nil
            }
            guard let blocks else { continue }
            guard !blocks.isEmpty else { break }
            for block in blocks { hash.update(data: block) }
        }
        let done = hash
        state.update { $0.hash = done }
    }
}
