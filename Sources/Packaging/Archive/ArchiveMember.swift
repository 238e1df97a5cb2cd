import Documents
import Glibc

/// One file or folder of a zip whose declaration has been checked, and where its contents lie.
struct ArchiveMember: Hashable, Sendable {
    /// The name in the zip, without a folder's trailing `/`.
    var path: String
    /// The name inside the package: without the one folder that some zips put around everything.
    var name: String
    var isFolder: Bool
    /// Inflated bytes.
    var size: Int
    /// 0o755 for folders and for files that their owner may execute, else 0o644.
    var mode: UInt16
    var isDeflated: Bool
    /// CRC-32 of the inflated contents.
    var checksum: UInt32
    /// Where in the zip the packed contents lie.
    var packed: Range<Int>
    /// Where in the zip the entry begins.
    var offset: Int

    /// 4.5, which brought 64-bit sizes; later versions are about ciphers and methods that are not read.
    static let newestVersion: UInt16 = 45

    static func versionReason(_ version: UInt16) -> String {
        "asks for version \(version / 10).\(version % 10) of the zip format; 4.5 is the newest that is read"
    }

    /// Checks what one record of the directory declares, by itself.
    ///
    /// - Parameters:
    ///   - record: one that ``CentralDirectory/Record/validate(limits:archiveSize:)`` let through.
    ///   - contents: where the packed contents begin.
    ///   - limits: bounds on the name.
    /// - Throws: ``PackageError`` with the rule that the name breaks.
    init(
        checking record: CentralDirectory.Record,
        contents: Int,
        limits: ArchiveLimits
    ) throws(PackageError) {
        name = try EntryName.validated(
            record.isFolder ? record.name.dropLast() : record.name[...],
            limits: limits,
            offset: record.position
        )
        path = name
        isFolder = record.isFolder
        size = Int(clamping: record.size)
        isDeflated = record.method == 8
        checksum = record.checksum
        packed = contents..<contents + Int(record.packedSize)
        offset = Int(record.offset)
        // Systems other than Unix have no Unix modes, whatever stands in their place.
        let isUnix = record.madeBy == 3
        let isExecutable = isUnix && record.attributes >> 16 & UInt32(S_IXUSR) != 0
        mode = isFolder || isExecutable ? 0o755 : 0o644
    }
}

extension CentralDirectory.Record {
    private static let systems: Set<UInt8> = [0, 3, 10, 14, 19]
    /// Bits 1 and 2 say how hard deflate tried.
    private static let knownFlags: UInt16 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 11

    func refuse(_ rule: PackageError.Rule, _ reason: String, hint: String? = nil) -> PackageError {
        .refusal(rule, name, reason, hint: hint, at: position)
    }

    /// Checks everything that needs no other part of the zip.
    func validate(limits: ArchiveLimits, archiveSize: Int) throws(PackageError) {
        guard !isEncrypted else { throw refuse(.encrypted, "is encrypted") }
        guard flags & ~Self.knownFlags == 0 else {
            throw refuse(.flags, "has flags (0x\(String(flags, radix: 16))) that readers do not agree on")
        }
        guard method == 0 || method == 8 else {
            throw refuse(.method, "is packed with method \(method); only stored and deflated entries are read")
        }
        guard version <= ArchiveMember.newestVersion else {
            throw refuse(.version, ArchiveMember.versionReason(version))
        }
        guard Self.systems.contains(madeBy) else {
            throw refuse(.madeBy, "was made on system \(madeBy), whose names and modes mean something else")
        }
        guard !hasComment else { throw refuse(.entryComment, "has a comment, which no reader of packages shows") }
        guard isUTF8 || name.allSatisfy({ $0 < 0x80 }) else {
            throw refuse(
                .nameEncoding,
                "has a name that is not ASCII and not marked as UTF-8",
                hint: "pack it with 'lw-pack build', which marks such names"
            )
        }
        try validateKind()
        try validateSizes(limits: limits, archiveSize: archiveSize)
    }

    private func validateKind() throws(PackageError) {
        let mode = mode_t(attributes >> 16)
        switch mode & S_IFMT {
        case 0: break
        case S_IFREG:
            guard !isFolder else { throw refuse(.folder, "has the name of a folder and the mode of a file") }
        case S_IFDIR:
            guard isFolder else { throw refuse(.folder, "has the mode of a folder and the name of a file") }
        case S_IFLNK: throw refuse(.link, "is a symbolic link; a package holds plain files only")
        default: throw refuse(.specialFile, "is a device, a pipe or a socket; a package holds plain files only")
        }
        // DOS attributes: 0x10 is a folder, 0x08 the name of a disk.
        guard attributes & 0x08 == 0 else { throw refuse(.specialFile, "is the name of a disk and no file") }
        guard !isFolder || size == 0 else { throw refuse(.folder, "is a folder with contents") }
        guard isFolder || attributes & 0x10 == 0 else {
            throw refuse(.folder, "has the attribute of a folder and the name of a file")
        }
        guard mode & (S_ISUID | S_ISGID | S_ISVTX) == 0 else {
            throw refuse(.setID, "asks for set-user-id, set-group-id or the sticky bit")
        }
    }

    private func validateSizes(limits: ArchiveLimits, archiveSize: Int) throws(PackageError) {
        guard offset < UInt64(archiveSize) else { throw refuse(.localHeader, "begins behind the end of the zip") }
        guard packedSize <= UInt64(archiveSize) else {
            throw refuse(.overlap, "declares \(packedSize) packed bytes, more than the zip has")
        }
        guard size <= UInt64(limits.fileBytes) else {
            throw refuse(
                .fileTooLarge,
                "has \(size) bytes; at most \(limits.fileBytes) are unpacked",
                hint: "if you trust it, raise the limit with --max-file-size"
            )
        }
        guard method == 8 || size == packedSize else {
            throw refuse(.sizeMismatch, "is stored as it is, and has \(packedSize) bytes instead of \(size)")
        }
        let allowed = packedSize.multipliedReportingOverflow(by: UInt64(limits.ratio))
        guard size <= UInt64(limits.ratioFreeBytes) || allowed.overflow || size <= allowed.partialValue else {
            throw refuse(
                .ratio,
                "becomes \(size) bytes out of \(packedSize), more than \(limits.ratio) to one",
                hint: "if you trust it, raise the limit with --max-ratio"
            )
        }
    }
}
