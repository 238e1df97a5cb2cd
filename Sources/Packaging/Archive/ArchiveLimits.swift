/// Named bounds for a zip from outside; nothing is allocated, inflated or written past them.
public struct ArchiveLimits: Hashable, Sendable {
    /// Bytes of the zip itself.
    public var archiveBytes = 16 << 30
    /// Files and folders in all.
    public var entries = 4096
    /// Inflated bytes of one file.
    public var fileBytes = 8 << 30
    /// Inflated bytes of all files.
    public var totalBytes = 16 << 30
    /// The most bytes that one packed byte may become.
    public var ratio = 200
    /// Inflated bytes up to which the ratio does not matter.
    public var ratioFreeBytes = 1 << 20
    /// Inflated bytes of all files up to which the ratio of the whole does not matter.
    public var ratioFreeTotal = 64 << 20
    /// Bytes of a name.
    public var nameBytes = 1024
    /// Bytes of a name that all names together may have on average, counted on the most entries that there may be.
    public var usualNameBytes = 256
    /// Bytes of one component of a name.
    public var componentBytes = 255
    /// Components of a name.
    public var depth = 16
    /// True to let 64-bit sizes stand where 32 bits would do, as `numpy.savez` writes them; they must still agree.
    package var allowsSpareZip64 = false
    /// Wall-clock seconds that one pass over the contents may take.
    public var seconds = 1800.0

    /// The usual bounds.
    public init() {}

    /// The usual bounds.
    public static let standard = ArchiveLimits()
}
