package import SystemPackage

/// A zip of data, such as `.npz`, under the rules for packages but two: sizes may stand in more bits than they need, as
/// `numpy.savez` writes them, and zeros may be packed as tightly as deflate can.
package struct DataArchive: Sendable {
    private let archive: Archive

    /// Inflated bytes of one file, up to which nothing is asked of how tightly it is packed.
    private static let ratioFreeBytes = 1 << 30

    /// Checks the zip's structure; nothing is inflated yet.
    ///
    /// - Parameters:
    ///   - descriptor: the open file, which is closed with this value.
    ///   - path: what it is called in errors.
    ///   - limits: bounds on everything that is declared.
    /// - Throws: ``PackageError`` with the rule that is broken.
    package init(
        _ descriptor: FileDescriptor,
        named path: FilePath,
        limits: ArchiveLimits = .standard
    ) throws(PackageError) {
        var limits = limits
        limits.allowsSpareZip64 = true
        limits.ratioFreeBytes = Self.ratioFreeBytes
        limits.ratioFreeTotal = Self.ratioFreeBytes
        let owned: OwnedDescriptor
        do throws(Errno) {
            owned = try OwnedDescriptor(descriptor.rawValue)
        } catch {
            throw PackageError(.unreadable, "the zip cannot be read: \(error)", code: error)
        }
        archive = try Archive(
            data: InputFile(owned, named: path.string, limit: limits.archiveBytes),
            limits: limits
        )
    }

    /// The names of its files, ordered by their bytes.
    package var names: [String] { archive.members.filter { !$0.isFolder }.map(\.name) }

    /// Inflates one file and compares it with what is declared of it.
    ///
    /// - Parameters:
    ///   - name: one of ``names``.
    ///   - write: takes the contents, block by block; they are whole only when this returns.
    /// - Throws: ``PackageError`` when the contents are not what the zip declares, and what `write` throws.
    package func extract(
        _ name: String,
        _ write: (UnsafeRawBufferPointer) throws(PackageError) -> Void
    ) throws(PackageError) {
        guard let member = archive.member(named: name) else {
            throw PackageError(.fileMissing, "the zip has no such file", entry: name)
        }
        try EntryReader(archive.file).forEachBlock(of: member, pace: Pace(seconds: archive.limits.seconds), write)
    }
}

extension PackageError {
    /// That what was unpacked cannot be kept.
    package init(keeping code: Errno) {
        self.init(
            .writeFailed,
            "what the zip holds cannot be written to the folder for temporary files: \(code)",
            code: code
        )
    }
}
