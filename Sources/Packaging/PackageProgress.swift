/// How far a work on a package has come, for whoever waits for it.
///
/// Showing it, and showing it seldom enough, is the caller's.
public struct PackageProgress: Hashable, Sendable {
    /// What a function that takes long calls after each block, from whatever thread the block was worked on.
    public typealias Report = @Sendable (PackageProgress) -> Void

    /// What is being done.
    public let phase: Phase
    /// Bytes so far, of all files.
    public let done: Int
    /// Bytes in all; 0 when that is not known.
    public let total: Int

    /// What is being done; the raw value is the stable name for reports.
    public enum Phase: String, Sendable {
        /// Reading and packing the files of a folder.
        case pack
        /// Inflating and checking the entries of a zip.
        case check
        /// Writing files.
        case write
    }

    /// Makes a report.
    public init(phase: Phase, done: Int, total: Int) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}
