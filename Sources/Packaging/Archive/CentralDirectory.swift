/// A zip's central directory: what it declares of each entry, before anything is looked up.
///
/// Source: APPNOTE.TXT 6.3.10, section 4.3.12.
struct CentralDirectory {
    /// How many entries it has.
    let count: Int
    /// Where it begins, which is where the entries end.
    let offset: Int
    private let bytes: [UInt8]

    /// One file or folder, as declared.
    struct Record {
        /// The name's bytes, with a folder's trailing `/`.
        let name: ArraySlice<UInt8>
        /// Where the record itself stands in the zip, for reports.
        let position: Int
        /// The system of the tool that made it: 0 DOS, 3 Unix, 10 NTFS, 14 VFAT, 19 Darwin.
        let madeBy: UInt8
        let version: UInt16
        let flags: UInt16
        let method: UInt16
        let checksum: UInt32
        let packedSize: UInt64
        let size: UInt64
        /// DOS attributes in the low half, the Unix mode with its type bits in the high one.
        let attributes: UInt32
        /// The offset of the entry's own header.
        let offset: UInt64
        let hasComment: Bool

        var isFolder: Bool { name.last == UInt8(ascii: "/") }
        /// Bits 0 and 6: encrypted, strongly encrypted.
        var isEncrypted: Bool { flags & 0x41 != 0 }
        /// Bit 3: sizes and checksum follow the contents.
        var hasDescriptor: Bool { flags & 8 != 0 }
        /// Bit 11: the name is UTF-8.
        var isUTF8: Bool { flags & 0x0800 != 0 }
    }

    private static let headerSize = 46

    init(of file: InputFile, limits: ArchiveLimits) throws(PackageError) {
        let end = try EndRecord(of: file)
        guard end.count <= limits.entries else {
            throw PackageError(
                .tooManyEntries,
                "the zip has \(end.count) entries; at most \(limits.entries) are allowed",
                hint: "if you trust its size, raise the limit with --max-entries"
            )
        }
        let longest = Self.headerSize + limits.nameBytes + 1 + ExtraFields.longest
        // Names past their limit are refused by their own rule, so there is room for one to be found.
        guard end.directorySize <= (end.count + 1) * longest + 0x2FFFF else {
            throw EndRecord.refuse(
                .entryCount,
                "says that it has \(end.count) entries, and has a larger directory than they can need",
                at: end.directoryOffset
            )
        }
        bytes = try file.bytes(at: end.directoryOffset, count: end.directorySize)
        count = end.count
        offset = end.directoryOffset
    }

    /// Goes through the records in the order of the directory.
    ///
    /// - Throws: ``PackageError`` when the directory holds other things or another number of them, and what `body`
    ///   throws.
    func visit(_ body: (Record) throws(PackageError) -> Void) throws(PackageError) {
        var cursor = ByteCursor(bytes[...])
        let directoryEnd = offset + bytes.count
        func refuse(_ rule: PackageError.Rule, _ reason: String) -> PackageError {
            EndRecord.refuse(rule, reason, at: directoryEnd - cursor.rest.count)
        }
        for index in 0..<count {
            try checkCancellation()
            guard !cursor.isAtEnd else {
                throw refuse(.entryCount, "says that it has \(count) entries, and its directory lists \(index)")
            }
            let position = directoryEnd - cursor.rest.count
            guard cursor.rest.starts(with: Record.signature) else {
                throw refuse(.directory, "has bytes in its directory that are no entry")
            }
            try body(try Record(reading: &cursor, at: position))
        }
        guard cursor.isAtEnd else {
            throw cursor.rest.starts(with: Record.signature)
                ? refuse(.entryCount, "says that it has \(count) entries, and its directory lists more")
                : refuse(.directory, "has bytes in its directory that are no entry")
        }
    }
}

extension CentralDirectory.Record {
    fileprivate static let signature: [UInt8] = [0x50, 0x4B, 0x01, 0x02]

    fileprivate init(reading cursor: inout ByteCursor, at position: Int) throws(PackageError) {
        guard cursor.skip(4), let madeBy = cursor.word(), let version = cursor.word(), let flags = cursor.word(),
            let method = cursor.word(), cursor.skip(4), let checksum = cursor.double(), let packed = cursor.double(),
            let size = cursor.double(), let nameLength = cursor.word(), let extraLength = cursor.word(),
            let commentLength = cursor.word(), let disk = cursor.word(), cursor.skip(2),
            let attributes = cursor.double(), let offset = cursor.double(), let name = cursor.bytes(Int(nameLength)),
            let extra = cursor.bytes(Int(extraLength)), cursor.skip(Int(commentLength))
        else { throw EndRecord.refuse(.directory, "has a directory that breaks off", at: position) }
        guard disk == 0 else {
            throw PackageError.refusal(.severalDisks, name, "lies on another disk", at: position)
        }
        let fields: ExtraFields
        do throws(ExtraFields.Fault) {
            fields = try ExtraFields(extra, isLocal: false)
        } catch {
            throw PackageError.refusal(.extraField, name, error.reason, at: position)
        }
        var large = fields.large.map { ByteCursor($0[...]) }
        // Each field of 32 bits that is full stands aside for one of 64, in this order.
        func resolve(_ short: UInt32) throws(PackageError) -> UInt64 {
            guard short == .max else { return UInt64(short) }
            guard let long = large?.quad() else {
                throw PackageError.refusal(.zip64, name, "lacks a 64-bit size or place that it refers to", at: position)
            }
            return long
        }
        self.size = try resolve(size)
        packedSize = try resolve(packed)
        self.offset = try resolve(offset)
        guard large?.isAtEnd ?? true else {
            throw PackageError.refusal(.zip64, name, "has 64-bit sizes that it does not refer to", at: position)
        }
        guard large == nil || max(self.size, packedSize, self.offset) >= EndRecord.largeFrom else {
            throw PackageError.refusal(.zip64, name, "has 64-bit sizes and no need of them", at: position)
        }
        self.name = name
        self.position = position
        self.madeBy = UInt8(truncatingIfNeeded: madeBy >> 8)
        self.version = version
        self.flags = flags
        self.method = method
        self.checksum = checksum
        self.attributes = attributes
        hasComment = commentLength > 0
    }
}
