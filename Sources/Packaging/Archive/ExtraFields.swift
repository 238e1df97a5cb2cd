/// The extra fields of one header that are let through, checked for their form.
///
/// Everything else is refused: a field can give an entry a second name (0x7075), another kind or other contents, and
/// readers differ in which of them they believe.
struct ExtraFields {
    /// The body of the zip64 field (0x0001); nil when there is none.
    let large: [UInt8]?

    /// The longest that all four together can be.
    static let longest = 4 + 28 + 4 + 13 + 4 + 36 + 4 + 32

    private static let zip64: UInt16 = 0x0001
    /// NTFS times, as 7-Zip writes them.
    private static let ntfs: UInt16 = 0x000A
    /// Unix times, as Info-ZIP and libarchive write them.
    private static let unixTimes: UInt16 = 0x5455
    /// Unix owner, as Info-ZIP and libarchive write it.
    private static let unixOwner: UInt16 = 0x7875

    /// - Parameters:
    ///   - bytes: the extra fields of a header.
    ///   - isLocal: true for an entry's own header, false for the directory.
    /// - Throws: ``PackageError/Rule/extraField`` as a reason, one clause.
    init(_ bytes: ArraySlice<UInt8>, isLocal: Bool) throws(Fault) {
        var cursor = ByteCursor(bytes)
        var seen: Set<UInt16> = []
        var large: [UInt8]?
        while !cursor.isAtEnd {
            guard let tag = cursor.word(), let length = cursor.word(), let body = cursor.bytes(Int(length)) else {
                throw Fault(reason: "has broken extra fields")
            }
            let shown = "0x" + String(repeating: "0", count: 4 - String(tag, radix: 16).count) + String(tag, radix: 16)
            guard seen.insert(tag).inserted else { throw Fault(reason: "has the extra field \(shown) twice") }
            let fits: Bool
            switch tag {
            case Self.zip64:
                large = Array(body)
                fits = [8, 16, 24].contains(body.count)
            case Self.ntfs: fits = body.count == 32
            case Self.unixTimes: fits = Self.isTimes(body, isLocal: isLocal)
            case Self.unixOwner: fits = Self.isOwner(body)
            default: throw Fault(reason: "has the extra field \(shown), which is not one of those that are read")
            }
            guard fits else { throw Fault(reason: "has the extra field \(shown) in a form that it cannot have") }
        }
        self.large = large
    }

    struct Fault: Error {
        let reason: String
    }

    /// A byte of flags, then four bytes for each time; the directory repeats the flags with the first time only.
    private static func isTimes(_ body: ArraySlice<UInt8>, isLocal: Bool) -> Bool {
        guard let flags = body.first, flags & ~7 == 0 else { return false }
        let inDirectory = 1 + 4 * Int(flags & 1)
        return body.count == (isLocal ? 1 + 4 * flags.nonzeroBitCount : inDirectory)
            || !isLocal && body.count == 1 + 4 * flags.nonzeroBitCount
    }

    /// Version 1, then a length and a number of that length, twice.
    private static func isOwner(_ body: ArraySlice<UInt8>) -> Bool {
        if body.isEmpty { return true }
        var cursor = ByteCursor(body)
        guard cursor.bytes(1)?.first == 1 else { return false }
        for _ in 0..<2 {
            guard let length = cursor.bytes(1)?.first, length <= 16, cursor.skip(Int(length)) else { return false }
        }
        return cursor.isAtEnd
    }
}
