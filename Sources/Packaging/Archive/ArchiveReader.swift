import CArchive
import Documents
import Glibc
import SystemPackage

/// One pass over a zip with libarchive's seekable zip reader, and only that one.
///
/// Its streaming reader believes the local headers and shows entries that the directory does not list; its other
/// formats and filters are code that a stranger's file has no business to reach. Any answer other than "ok" and
/// "end" is fatal, warnings included: a bad checksum is one of those.
struct ArchiveReader: ~Copyable {
    private let archive: OpaquePointer
    private let source: ArchiveSource
    private var entry: OpaquePointer?

    private init(_ archive: OpaquePointer, _ file: InputFile) {
        self.archive = archive
        source = ArchiveSource(file)
    }

    deinit {
        archive_read_free(archive)
    }

    static func open(_ file: InputFile) throws(PackageError) -> ArchiveReader {
        guard let archive = archive_read_new() else {
            throw PackageError(.unreadable, "the zip cannot be read: \(Errno.noMemory)", code: .noMemory)
        }
        let reader = ArchiveReader(archive, file)
        let context = Unmanaged.passUnretained(reader.source).toOpaque()
        guard archive_read_support_format_zip_seekable(archive) == ARCHIVE_OK,
            archive_read_set_seek_callback(archive, seekSource) == ARCHIVE_OK,
            archive_read_open2(archive, context, nil, readSource, skipSource, nil) == ARCHIVE_OK
        else { throw reader.fault() }
        return reader
    }

    /// Moves to the next entry and returns the bytes of its name; nil at the end.
    mutating func next() throws(PackageError) -> [UInt8]? {
        switch archive_read_next_header(archive, &entry) {
        case ARCHIVE_OK: break
        case ARCHIVE_EOF: return nil
        default: throw fault()
        }
        guard let entry, let name = archive_entry_pathname_utf8(entry) else {
            throw PackageError(.nameEncoding, "an entry's name is not valid UTF-8")
        }
        return Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    }

    /// What libarchive takes the current entry for: `S_IFREG`, `S_IFDIR` or another type.
    var fileType: mode_t {
        archive_entry_filetype(entry)
    }

    var isLink: Bool {
        archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil
    }

    /// Inflates the current entry block by block.
    ///
    /// - Parameters:
    ///   - member: the entry as the directory declares it; not one byte more is passed on.
    ///   - body: called with each block, which is valid only during the call.
    /// - Throws: ``PackageError`` when the contents are damaged or of another size, and what `body` throws.
    mutating func forEachBlock(
        of member: ArchiveMember,
        _ body: (UnsafeRawBufferPointer) throws(PackageError) -> Void
    ) throws(PackageError) {
        var produced = 0
        while true {
            try checkCancellation()
            var start: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            switch archive_read_data_block(archive, &start, &count, &offset) {
            case ARCHIVE_OK: break
            case ARCHIVE_EOF:
                guard produced == member.size else { throw Self.sizeMismatch(member) }
                return
            default: throw fault(in: member)
            }
            guard offset == produced, count <= member.size - produced else { throw Self.sizeMismatch(member) }
            produced += count
            guard count > 0 else { continue }
            try body(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    private static func sizeMismatch(_ member: ArchiveMember) -> PackageError {
        PackageError(
            .sizeMismatch,
            "the entry '\(Printable(member.path))' has another size than the \(member.size) bytes it declares",
            entry: member.path
        )
    }

    private func fault(in member: ArchiveMember? = nil) -> PackageError {
        if let code = source.failure {
            return PackageError(.unreadable, "the zip cannot be read: \(code)", code: code)
        }
        let said = archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
        let reason = said.split(whereSeparator: \.isNewline).joined(separator: "; ")
        let place = member.map { "the entry '\(Printable($0.path))'" } ?? "the zip"
        return PackageError(.damaged, "\(place) is damaged: \(Printable(reason))", entry: member?.path)
    }
}

/// What libarchive reads from: the file, with a place of its own.
private final class ArchiveSource {
    private let file: InputFile
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var offset = 0
    private(set) var failure: Errno?

    init(_ file: InputFile) {
        self.file = file
    }

    deinit {
        buffer.deallocate()
    }

    /// The next block, valid until the next call; -1 after a failure.
    func readBlock(_ block: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(Errno) {
            let count = try file.read(into: buffer, at: offset)
            offset += count
            block.pointee = UnsafeRawPointer(buffer.baseAddress)
            return count
        } catch {
            failure = error
            return -1
        }
    }

    func skip(_ request: Int64) -> Int64 {
        let step = max(0, min(Int(request), file.size - offset))
        offset += step
        return Int64(step)
    }

    func seek(_ distance: Int64, from origin: Int32) -> Int64 {
        let base =
            switch origin {
            case SEEK_SET: 0
            case SEEK_CUR: offset
            default: file.size
            }
        let (target, overflows) = base.addingReportingOverflow(Int(distance))
        guard !overflows, target >= 0, target <= file.size else { return Int64(ARCHIVE_FATAL) }
        offset = target
        return Int64(target)
    }

    static func of(_ context: UnsafeMutableRawPointer) -> ArchiveSource {
        Unmanaged<ArchiveSource>.fromOpaque(context).takeUnretainedValue()
    }
}

private func readSource(
    _: OpaquePointer?,
    _ context: UnsafeMutableRawPointer?,
    _ block: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
    guard let context, let block else { return -1 }
    return ArchiveSource.of(context).readBlock(block)
}

private func skipSource(_: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ request: Int64) -> Int64 {
    guard let context else { return 0 }
    return ArchiveSource.of(context).skip(request)
}

private func seekSource(
    _: OpaquePointer?,
    _ context: UnsafeMutableRawPointer?,
    _ distance: Int64,
    _ origin: Int32
) -> Int64 {
    guard let context else { return Int64(ARCHIVE_FATAL) }
    return ArchiveSource.of(context).seek(distance, from: origin)
}

/// Runs `body` with a UTF-8 character set on this thread; without one libarchive gives some names up.
///
/// The process's own locale stays as it is: other threads may be formatting numbers.
func withUTF8Names<Result: ~Copyable>(
    _ body: () throws(PackageError) -> Result
) throws(PackageError) -> Result {
    guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return try body() }
    let previous = uselocale(locale)
    defer {
        uselocale(previous)
        freelocale(locale)
    }
    return try body()
}
