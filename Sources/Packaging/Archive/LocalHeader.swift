/// Compares an entry's own header, and what may follow its contents, with what the directory declares.
///
/// Readers differ in which of the two they believe: libarchive takes the name of the one, Python of the other. An
/// entry is read here only when both say the same.
/// Source: APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.9.
struct LocalHeader {
    /// Where the packed contents begin.
    let contents: Int
    /// Where the entry ends, its data descriptor included.
    let end: Int

    private static let size = 30
    private static let signature: UInt32 = 0x0403_4B50
    private static let descriptorSignature: UInt32 = 0x0807_4B50

    /// - Parameters:
    ///   - record: what the directory declares; its sizes lie within the file.
    ///   - file: the zip.
    ///   - limit: where the central directory begins.
    ///   - allowsSpareZip64: true to let 64-bit sizes stand that nothing needs.
    /// - Throws: ``PackageError`` with the rule that the header breaks.
    init(
        of record: CentralDirectory.Record,
        in file: InputFile,
        before limit: Int,
        allowsSpareZip64: Bool = false
    ) throws(PackageError) {
        let start = Int(record.offset)
        func refuse(_ rule: PackageError.Rule, _ reason: String, at offset: Int? = nil) -> PackageError {
            .refusal(rule, record.name, reason, at: offset ?? start)
        }
        let room = limit - start
        // One more than can be right, so that a longer name or field is seen as such.
        let wanted = Self.size + record.name.count + ExtraFields.longest + 1
        var cursor = ByteCursor(try file.bytes(at: start, count: max(0, min(wanted, room)))[...])
        guard cursor.double() == Self.signature else {
            throw refuse(.localHeader, "has no header where the directory says that it has one")
        }
        guard let version = cursor.word(), let flags = cursor.word(), let method = cursor.word(), cursor.skip(4),
            let checksum = cursor.double(), let packed = cursor.double(), let size = cursor.double(),
            let nameLength = cursor.word(), let extraLength = cursor.word()
        else { throw refuse(.localHeader, "has a header that breaks off") }
        guard let name = cursor.bytes(Int(nameLength)), name.elementsEqual(record.name) else {
            throw refuse(.nameMismatch, "has another name in its own header")
        }
        guard version <= ArchiveMember.newestVersion else {
            throw refuse(.version, ArchiveMember.versionReason(version))
        }
        guard flags == record.flags, method == record.method else {
            throw refuse(.headerMismatch, "has other flags or another method in its own header")
        }
        guard let extra = cursor.bytes(Int(extraLength)) else {
            throw refuse(.extraField, "has extra fields that are too long")
        }
        let fields: ExtraFields
        do throws(ExtraFields.Fault) {
            fields = try ExtraFields(extra, isLocal: true)
        } catch {
            throw refuse(.extraField, error.reason)
        }
        let sizes = try Self.sizes(size, packed, fields, record, allowsSpareZip64, refuse)
        let isOpen = record.hasDescriptor
        guard sizes.size == record.size || isOpen && sizes.size == 0,
            sizes.packed == record.packedSize || isOpen && sizes.packed == 0,
            checksum == record.checksum || isOpen && checksum == 0
        else { throw refuse(.headerMismatch, "has another size or checksum in its own header") }
        // Deflated contents end by themselves; where stored ones end, a reader of a stream would have to guess.
        guard !isOpen || record.method == 8 || sizes.size == record.size && sizes.packed == record.packedSize else {
            throw refuse(
                .descriptor,
                "is stored without its size in its own header, so that readers of streams guess it"
            )
        }
        contents = start + Self.size + Int(nameLength) + Int(extraLength)
        guard record.packedSize <= UInt64(max(0, limit - contents)) else {
            throw refuse(.overlap, "reaches into the zip's directory")
        }
        let contentsEnd = contents + Int(record.packedSize)
        guard isOpen else {
            end = contentsEnd
            return
        }
        let descriptorSize = fields.large == nil ? 16 : 24
        guard limit - contentsEnd >= descriptorSize,
            Self.isDescriptor(
                try file.bytes(at: contentsEnd, count: descriptorSize),
                of: record
            )
        else {
            throw refuse(
                .descriptor,
                "is not followed by the sizes and checksum that the directory says",
                at: contentsEnd
            )
        }
        end = contentsEnd + descriptorSize
    }

    /// The two sizes, out of the 64-bit field where there is one.
    private static func sizes(
        _ size: UInt32,
        _ packed: UInt32,
        _ fields: ExtraFields,
        _ record: CentralDirectory.Record,
        _ allowsSpareZip64: Bool,
        _ refuse: (PackageError.Rule, String, Int?) -> PackageError
    ) throws(PackageError) -> (size: UInt64, packed: UInt64) {
        guard let large = fields.large else {
            guard size != .max, packed != .max else {
                throw refuse(.zip64, "lacks a 64-bit size that it refers to", nil)
            }
            return (UInt64(size), UInt64(packed))
        }
        // In this header both sizes are there or none: a reader that meets one cannot know which it is.
        var cursor = ByteCursor(large[...])
        guard size == .max, packed == .max, let wideSize = cursor.quad(), let widePacked = cursor.quad(), cursor.isAtEnd
        else { throw refuse(.zip64, "has 64-bit sizes that it does not refer to", nil) }
        guard allowsSpareZip64 || max(record.size, record.packedSize) >= EndRecord.largeFrom else {
            throw refuse(.zip64, "has 64-bit sizes and no need of them", nil)
        }
        return (wideSize, widePacked)
    }

    private static func isDescriptor(_ bytes: [UInt8], of record: CentralDirectory.Record) -> Bool {
        var cursor = ByteCursor(bytes[...])
        guard cursor.double() == descriptorSignature, cursor.double() == record.checksum else { return false }
        if bytes.count == 16 {
            return cursor.double().map(UInt64.init) == record.packedSize
                && cursor.double().map(UInt64.init) == record.size
        }
        return cursor.quad() == record.packedSize && cursor.quad() == record.size
    }
}
