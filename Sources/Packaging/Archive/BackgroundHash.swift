import Crypto

/// SHA-256 on a thread of its own, fed block by block; for files so large that hashing them would hold up the rest.
final class BackgroundHash: Sendable {
    private struct State {
        var waiting: [[UInt8]] = []
        var isComplete = false
        var isAbandoned = false
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
    ) throws(PackageError) -> SHA256.Digest? {
        let hash = BackgroundHash()
        let digest = Monitor<SHA256.Digest?>(nil)
        var failure: PackageError?
        var isFed = false
        try Workers.run(1) {
            digest.update { $0 = hash.finish() }
        } watch: {
            guard !isFed else { return }
            isFed = true
            do throws(PackageError) {
                try feed(hash)
                hash.state.update { $0.isComplete = true }
            } catch {
                failure = error
                hash.state.update { $0.isAbandoned = true }
            }
        }
        if let failure { throw failure }
        return digest.update { $0 }
    }

    /// The hashing thread.
    private func finish() -> SHA256.Digest {
        var hash = SHA256()
        while true {
            let blocks = state.wait { state -> [[UInt8]]? in
                guard state.waiting.isEmpty else {
                    defer { state.waiting = [] }
                    return state.waiting
                }
                return state.isComplete || state.isAbandoned ? [] : nil
            }
            guard let blocks else { continue }
            guard !blocks.isEmpty else { return hash.finalize() }
            for block in blocks { hash.update(data: block) }
        }
    }
}
