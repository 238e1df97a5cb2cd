/// The record that ends a zip, and its 64-bit form where there is one.
///
/// It must be the file's last 22 bytes: readers that search for it backwards then all find this one first.
/// Source: APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
struct EndRecord {
    /// How many records the central directory holds.
    let count: Int
    /// Where the central directory begins.
    let directoryOffset: Int
    /// The bytes of the central directory, which ends where the end records begin.
    let directorySize: Int

    private static let size = 22
    private static let locatorSize = 20
    private static let largeSize = 56

    /// - Throws: ``PackageError`` when the end of the file is not the plain end of one zip.
    init(of file: InputFile) throws(PackageError) {
        let start = try Self.position(in: file)
        var cursor = ByteCursor(try file.bytes(at: start, count: Self.size)[...])
        guard cursor.skip(4), let disk = cursor.word(), let firstDisk = cursor.word(), let here = cursor.word(),
            let count = cursor.word(), let size = cursor.double(), let offset = cursor.double()
        else { throw Self.refuse(.noZip, "is no zip", at: start) }
        let large = try LargeEnd(in: file, endRecord: start)
        let end = large?.position ?? start
        // A field either says what its 64-bit form says, or stands aside for it.
        func agrees<Short: FixedWidthInteger & UnsignedInteger>(_ short: Short, _ long: UInt64?) -> Bool {
            long.map { short == .max || UInt64(short) == $0 } ?? true
        }
        guard agrees(count, large?.count), agrees(here, large?.count), agrees(size, large?.size),
            agrees(offset, large?.offset)
        else { throw Self.refuse(.zip64, "has two end records that contradict each other", at: end) }
        guard disk == 0, firstDisk == 0, here == count else {
            throw Self.refuse(.severalDisks, "is one part of several", at: start)
        }
        guard large != nil || size != .max && offset != .max else {
            throw Self.refuse(.zip64, "lacks the 64-bit end record that its end record refers to", at: start)
        }
        let wide = (offset: large?.offset ?? UInt64(offset), size: large?.size ?? UInt64(size))
        guard wide.offset <= UInt64(end), wide.size == UInt64(end) - wide.offset else {
            throw Self.refuse(
                .directory,
                "has its directory in another place than its end record says: bytes were put before or behind it",
                at: end
            )
        }
        if let large {
            guard large.count >= UInt64(UInt16.max) || large.offset >= Self.largeFrom || large.size >= Self.largeFrom
            else { throw Self.refuse(.zip64, "has a 64-bit end record and no need of it", at: end) }
        }
        self.count = Int(clamping: large?.count ?? UInt64(count))
        directoryOffset = Int(wide.offset)
        directorySize = Int(wide.size)
    }

    /// From here on tools may write 64-bit fields: Python's does for files of 2 GiB, others from 4 GiB.
    static let largeFrom: UInt64 = 1 << 30

    static func refuse(_ rule: PackageError.Rule, _ reason: String, at offset: Int) -> PackageError {
        PackageError(rule, "the file \(reason)", offset: offset)
    }

    /// Finds the record; where it is not the last thing in the file, says what is behind it.
    private static func position(in file: InputFile) throws(PackageError) -> Int {
        // The record and the longest comment that could follow it.
        let tailStart = max(0, file.size - size - 0xFFFF)
        let tail = try file.bytes(at: tailStart, count: file.size - tailStart)
        let signature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
        guard let place = tail.indices.dropLast(size - 1).last(where: { tail[$0...].starts(with: signature) }) else {
            throw PackageError(
                .noZip,
                "the file is no zip, or its end is missing",
                hint: "a learnware is one zip; 'lw-pack build FOLDER -o ZIP' makes one"
            )
        }
        let position = tailStart + place
        let behind = tail.count - place - size
        let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
        guard comment > 0 || behind > 0 else { return position }
        // A comment may hold what looks like another end record.
        let commented = tail.indices.dropLast(size - 1).last { place in
            guard tail[place...].starts(with: signature) else { return false }
            let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
            return comment > 0 && comment == tail.count - place - size
        }
        if let commented {
            throw refuse(.archiveComment, "has a comment behind its last record", at: tailStart + commented)
        }
        guard behind == 0 else {
            throw refuse(.trailingBytes, "goes on for \(behind) bytes after the zip has ended", at: position + size)
        }
        throw refuse(.noZip, "breaks off in its last record", at: position)
    }

    /// The 64-bit end record, which stands right before its locator, which stands right before the end record.
    private struct LargeEnd {
        let position: Int
        let count: UInt64
        let size: UInt64
        let offset: UInt64

        /// - Returns: nil when there is none.
        init?(in file: InputFile, endRecord: Int) throws(PackageError) {
            let locatorStart = endRecord - EndRecord.locatorSize
            guard locatorStart >= 0 else { return nil }
            var locator = ByteCursor(try file.bytes(at: locatorStart, count: EndRecord.locatorSize)[...])
            guard locator.double() == 0x0706_4B50 else { return nil }
            let start = locatorStart - EndRecord.largeSize
            guard start >= 0, locator.double() == 0, locator.quad() == UInt64(start), locator.double() == 1 else {
                throw EndRecord.refuse(.zip64, "has a 64-bit end record in a place of its own", at: locatorStart)
            }
            var record = ByteCursor(try file.bytes(at: start, count: EndRecord.largeSize)[...])
            // 44 bytes follow the length: the record of version 1, without data that only some readers know.
            guard record.double() == 0x0606_4B50, record.quad() == 44, record.skip(4), record.double() == 0,
                record.double() == 0, let here = record.quad(), let count = record.quad(), here == count,
                let size = record.quad(), let offset = record.quad()
            else { throw EndRecord.refuse(.zip64, "has a broken 64-bit end record", at: start) }
            position = start
            self.count = count
            self.size = size
            self.offset = offset
        }
    }
}
