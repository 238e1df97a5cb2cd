/// A zip's central directory, as it stands in the file.
///
/// libarchive inflates, but it does not say everything that decides whether an entry may be trusted: it cuts a name
/// at a NUL, turns a pipe into an empty file and drops the second of two records with one offset, all without a
/// word. So the directory is read here too, and every entry that libarchive yields must be one of these.
struct CentralDirectory {
    let records: [Record]

    /// One file or folder, as declared.
    struct Record {
        /// The name's bytes, with a folder's trailing `/`.
        let name: [UInt8]
        let flags: UInt16
        let method: UInt16
        let packedSize: UInt64
        let size: UInt64
        /// The Unix mode with its type bits; 0 where the zip was not made on Unix.
        let mode: UInt16
        /// The offset of the entry's own header.
        let offset: UInt64

        /// Bits 0, 6 and 13: encrypted, strongly encrypted, encrypted directory.
        var isEncrypted: Bool { flags & 0x2041 != 0 }
    }

    /// Where the records stand and how many there are.
    private struct Location {
        var count: UInt64
        var size: UInt64
        var offset: UInt64
        /// The offset of what follows the records.
        var end: Int
    }

    init(of file: InputFile, limits: ArchiveLimits) throws(PackageError) {
        let location = try Self.locate(in: file)
        guard location.count <= limits.entries else {
            throw PackageError(
                .tooManyEntries,
                "the zip has \(location.count) entries; at most \(limits.entries) are allowed"
            )
        }
        // A record has 46 bytes, a name and extra fields; 16 KiB each is far more than any tool writes.
        guard location.size <= UInt64(limits.entries) << 14, location.size <= UInt64(file.size) else {
            throw Self.damaged("its directory is too large")
        }
        guard location.offset.addingReportingOverflow(location.size) == (UInt64(location.end), false) else {
            throw Self.damaged("there are bytes before it or inside it that belong to no entry")
        }
        let bytes = try file.bytes(at: Int(location.offset), count: Int(location.size))
        var cursor = ByteCursor(bytes[...])
        var records: [Record] = []
        for _ in 0..<location.count {
            guard let record = Record(reading: &cursor) else { throw Self.damaged("its directory is broken") }
            records.append(record)
        }
        guard cursor.rest.isEmpty else { throw Self.damaged("its directory holds more than it declares") }
        self.records = records
    }

    private static func damaged(_ reason: String) -> PackageError {
        PackageError(.damaged, "the zip is damaged or was put together by hand: \(reason)")
    }

    /// Finds the end record, which closes every zip, and its 64-bit form where there is one.
    private static func locate(in file: InputFile) throws(PackageError) -> Location {
        let tailStart = max(0, file.size - 65_557)
        let tail = try file.bytes(at: tailStart, count: file.size - tailStart)
        guard let place = tail.indices.dropLast(21).last(where: { isEndRecord(tail[$0...]) }) else {
            throw PackageError(.damaged, "the file is no zip, or its end is missing")
        }
        var cursor = ByteCursor(tail[(place + 4)...])
        let disks = (cursor.word(), cursor.word())
        let counts = (cursor.word(), cursor.word())
        guard let size = cursor.double(), let offset = cursor.double(), disks == (0, 0), counts.0 == counts.1,
            let count = counts.0
        else { throw damaged("it has several parts") }
        let end = tailStart + place
        guard count == .max || size == .max || offset == .max else {
            return Location(count: UInt64(count), size: UInt64(size), offset: UInt64(offset), end: end)
        }
        return try locateLarge(in: file, endRecord: end)
            ?? Location(count: UInt64(count), size: UInt64(size), offset: UInt64(offset), end: end)
    }

    private static func isEndRecord(_ bytes: ArraySlice<UInt8>) -> Bool {
        var cursor = ByteCursor(bytes)
        guard cursor.double() == 0x0605_4B50, cursor.skip(16), let comment = cursor.word() else { return false }
        return cursor.rest.count == Int(comment)
    }

    /// Reads the zip64 end record through its locator, which stands right before the plain end record.
    private static func locateLarge(in file: InputFile, endRecord: Int) throws(PackageError) -> Location? {
        guard endRecord >= 20 else { return nil }
        var locator = ByteCursor(try file.bytes(at: endRecord - 20, count: 20)[...])
        guard locator.double() == 0x0706_4B50 else { return nil }
        guard locator.double() == 0, let offset = locator.quad(), offset <= UInt64(endRecord - 20) else {
            throw damaged("its 64-bit end record is broken")
        }
        var record = ByteCursor(try file.bytes(at: Int(offset), count: min(56, endRecord - 20 - Int(offset)))[...])
        guard record.double() == 0x0606_4B50, record.skip(12), record.double() == 0, record.double() == 0,
            let here = record.quad(), let count = record.quad(), here == count,
            let size = record.quad(), let start = record.quad()
        else { throw damaged("its 64-bit end record is broken") }
        return Location(count: count, size: size, offset: start, end: Int(offset))
    }
}

extension CentralDirectory.Record {
    fileprivate init?(reading cursor: inout ByteCursor) {
        guard cursor.double() == 0x0201_4B50, cursor.skip(4), let flags = cursor.word(), let method = cursor.word(),
            cursor.skip(8), let packed = cursor.double(), let size = cursor.double(),
            let nameLength = cursor.word(), let extraLength = cursor.word(), let commentLength = cursor.word(),
            cursor.skip(4), let attributes = cursor.double(), let offset = cursor.double(),
            let name = cursor.bytes(Int(nameLength)), let extra = cursor.bytes(Int(extraLength)),
            cursor.skip(Int(commentLength))
        else { return nil }
        var large = Self.largeFields(in: extra)
        func resolve(_ short: UInt32) -> UInt64? { short == .max ? large.quad() : UInt64(short) }
        guard let size = resolve(size), let packed = resolve(packed), let offset = resolve(offset) else { return nil }
        self.init(
            name: Array(name),
            flags: flags,
            method: method,
            packedSize: packed,
            size: size,
            mode: UInt16(truncatingIfNeeded: attributes >> 16),
            offset: offset
        )
    }

    /// The body of the zip64 extra field (0x0001), empty when there is none.
    private static func largeFields(in extra: ArraySlice<UInt8>) -> ByteCursor {
        var cursor = ByteCursor(extra)
        while let tag = cursor.word(), let length = cursor.word(), let body = cursor.bytes(Int(length)) {
            if tag == 1 { return ByteCursor(body) }
        }
        return ByteCursor([])
    }
}

/// Reads little-endian numbers from the front of some bytes; nil where they end.
private struct ByteCursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func skip(_ count: Int) -> Bool {
        bytes(count) != nil
    }

    mutating func word() -> UInt16? { number() }
    mutating func double() -> UInt32? { number() }
    mutating func quad() -> UInt64? { number() }

    private mutating func number<Number: FixedWidthInteger>() -> Number? {
        guard let bytes = bytes(Number.bitWidth / 8) else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}
