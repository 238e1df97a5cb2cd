/// How the bytes of a text file from outside are encoded.
package enum TextEncoding: Sendable, Equatable {
    case utf8
    /// UTF-16 with a byte order mark, as PowerShell's `>` and older Windows tools write it.
    case utf16LittleEndian
    case utf16BigEndian

    /// Decodes a text strictly; a byte order mark is taken away.
    ///
    /// - Parameter bytes: the whole file, already bounded by the caller.
    /// - Returns: the text in UTF-8, at most one and a half times as long, and what it was.
    /// - Throws: ``DocumentError`` that names what the bytes are not.
    /// - Complexity: O(n) in the number of bytes.
    package static func decode(
        _ bytes: [UInt8]
    ) throws(DocumentError) -> (text: [UInt8], encoding: TextEncoding) {
        let decoded = try decodedAsItIs(bytes)
        try MarkRuns.refuse(in: decoded.text)
        return decoded
    }

    /// The text before anything has looked at what is in it.
    private static func decodedAsItIs(
        _ bytes: [UInt8]
    ) throws(DocumentError) -> (text: [UInt8], encoding: TextEncoding) {
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw DocumentError("it is UTF-32; write it as UTF-8")
        }
        if bytes.starts(with: [0xFF, 0xFE]) {
            return (try utf16(bytes.dropFirst(2)) { UInt16($0) | UInt16($1) << 8 }, .utf16LittleEndian)
        }
        if bytes.starts(with: [0xFE, 0xFF]) {
            return (try utf16(bytes.dropFirst(2)) { UInt16($0) << 8 | UInt16($1) }, .utf16BigEndian)
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard String(validating: text, as: UTF8.self) != nil else { throw DocumentError("it is not valid UTF-8") }
        // Every second byte of a plain text in UTF-16 is zero, and a zero is no part of a text.
        if text.count > 1, text[0] == 0 || text[1] == 0 {
            throw DocumentError("it looks like UTF-16 without a byte order mark; write it as UTF-8")
        }
        return (text, .utf8)
    }

    private static func utf16(
        _ bytes: ArraySlice<UInt8>,
        _ unit: (UInt8, UInt8) -> UInt16
    ) throws(DocumentError) -> [UInt8] {
        guard bytes.count.isMultiple(of: 2) else { throw DocumentError("it begins as UTF-16, but ends in half a unit") }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for index in stride(from: bytes.startIndex, to: bytes.endIndex, by: 2) {
            units.append(unit(bytes[index], bytes[index + 1]))
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw DocumentError("it is not valid UTF-16: half of a surrogate pair stands alone")
        }
        return Array(text.utf8)
    }
}
