/// Finds letters with so many combining marks that comparing them would take forever.
///
/// Strings are compared and hashed by canonical equivalence, which sorts the marks on a letter: 160 kB of marks on one
/// letter hold a processor for most of a minute. Unicode's stream-safe format (UAX #15, section 13) allows 30, which
/// is more than any language uses, so texts with more are refused before anything compares them.
package enum MarkRuns {
    /// The most marks that a letter may carry.
    package static let longest = 30

    /// - Throws: ``DocumentError`` with line and column of a letter with too many marks, written out or as escapes.
    package static func refuse(in bytes: [UInt8]) throws(DocumentError) {
        guard let offset = tooLong(in: bytes, readsEscapes: true) else { return }
        let before = bytes[..<offset]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A } + 1
        throw DocumentError(
            "a letter carries more than \(longest) combining marks",
            at: SourcePosition(line: line, column: offset - lineStart + 1)
        )
    }

    /// Where the first letter with too many marks stands.
    ///
    /// - Parameters:
    ///   - bytes: valid UTF-8.
    ///   - readsEscapes: whether `\u0301` and the like count as what they stand for.
    /// - Returns: the offset of the first mark too many; nil when there is none.
    /// - Complexity: O(n).
    package static func tooLong(in bytes: some RandomAccessCollection<UInt8>, readsEscapes: Bool = false) -> Int? {
        var run = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            var next = bytes.index(after: index)
            var value: UInt32? = nil
            if byte >= 0x80 {
                (value, next) = scalar(in: bytes, at: index)
            } else if readsEscapes, byte == UInt8(ascii: "\\") {
                guard next < bytes.endIndex else { return nil }
                let kind = bytes[next]
                next = bytes.index(after: next)
                if let digits = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8][kind] {
                    (value, next) = number(in: bytes, at: next, digits: digits)
                } else if kind == 0x0A || kind == 0x0D {
                    // YAML joins lines here, so the letter before may go on behind.
                    while next < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) {
                        next = bytes.index(after: next)
                    }
                    index = next
                    continue
                }
            }
            let isMark = value.flatMap(Unicode.Scalar.init).map {
                $0.properties.canonicalCombiningClass != .notReordered
            }
            run = isMark == true ? run + 1 : 0
            if run > longest { return bytes.distance(from: bytes.startIndex, to: index) }
            index = next
        }
        return nil
    }

    /// The scalar that begins here, and what follows it.
    private static func scalar<Bytes: RandomAccessCollection<UInt8>>(
        in bytes: Bytes,
        at index: Bytes.Index
    ) -> (UInt32?, Bytes.Index) {
        let lead = bytes[index]
        let count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        // No mark stands before U+0300.
        guard lead >= 0xCC, let end = bytes.index(index, offsetBy: count, limitedBy: bytes.endIndex) else {
            return (nil, bytes.index(index, offsetBy: count, limitedBy: bytes.endIndex) ?? bytes.endIndex)
        }
        let rest = bytes[bytes.index(after: index)..<end]
        let head = UInt32(lead) & (count == 4 ? 0x07 : count == 3 ? 0x0F : 0x1F)
        return (rest.reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }, end)
    }

    /// The number that hexadecimal digits give here, and what follows them.
    private static func number<Bytes: RandomAccessCollection<UInt8>>(
        in bytes: Bytes,
        at index: Bytes.Index,
        digits: Int
    ) -> (UInt32?, Bytes.Index) {
        guard let end = bytes.index(index, offsetBy: digits, limitedBy: bytes.endIndex) else { return (nil, index) }
        guard let text = String(validating: bytes[index..<end], as: UTF8.self), let value = UInt32(text, radix: 16)
        else {
            return (nil, index)
        }
        return (value, end)
    }
}
