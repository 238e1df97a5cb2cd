/// Who the run is on the host and inside.
package enum Identity {
    /// The first host id that a run started by root takes, and how many there are.
    ///
    /// One id for each process id of the host: two runs at the same time never share one, so neither can signal or
    /// trace the other and each has limits of its own. The range lies above what Debian and systemd hand out.
    package static let first: UInt32 = 1_900_000_000
    package static let count: UInt32 = 4_194_304
    /// What the payload sees as its user and group; never 0.
    package static let inner: UInt32 = 1000

    /// Whether root is an ordinary user of the host: the range above is not mapped here, and 0 is another's id outside.
    ///
    /// - Parameter map: the text of `/proc/self/uid_map`.
    /// - Returns: false where root is root, or where that cannot be told.
    package static func isOrdinaryRoot(map: String) -> Bool {
        var outsideOfRoot: Int?
        for line in splitWords(map) {
            let numbers = line.compactMap { Int($0) }
            guard numbers.count == 3 else { continue }
            let (inside, outside, length) = (numbers[0], numbers[1], numbers[2])
            if inside <= Int(first), Int(first) + Int(count) <= inside + length { return false }
            if inside == 0, length > 0 { outsideOfRoot = outside }
        }
        return outsideOfRoot.map { $0 != 0 } ?? false
    }

    /// The host id of a run whose supervisor, started by root, has this process id.
    package static func ofRun(supervisor: Int32) -> UInt32 {
        first + UInt32(truncatingIfNeeded: supervisor) % count
    }
}
