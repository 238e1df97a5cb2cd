/// Named bounds for a zip from outside; nothing is allocated, inflated or written past them.
package struct ArchiveLimits: Sendable {
    /// Bytes of the zip itself.
    package var archiveBytes = 16 << 30
    /// Files and folders in all.
    package var entries = 4096
    /// Inflated bytes of one file.
    package var fileBytes = 8 << 30
    /// Inflated bytes of all files.
    package var totalBytes = 16 << 30
    /// The most bytes that one packed byte may become.
    package var ratio = 200
    /// Inflated bytes up to which the ratio does not matter.
    package var ratioFreeBytes = 1 << 20
    /// Bytes of a name.
    package var nameBytes = 1024
    /// Bytes of one component of a name.
    package var componentBytes = 255
    /// Components of a name.
    package var depth = 16

    package init() {}

    package static let standard = ArchiveLimits()
}
