/// What a cell of a table of numbers says.
package enum NumberCell {
    /// The value of a cell without surrounding space; missing values are NaN.
    ///
    /// - Parameters:
    ///   - bytes: the text that holds the cell.
    ///   - range: where the cell lies.
    /// - Returns: nil when the cell is neither a number nor a word for a missing value.
    package static func value(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard let first = range.first else { return .nan }
        // A digit begins most cells, and no word.
        if bytes[first] > UInt8(ascii: "9") || bytes[first] < UInt8(ascii: "0"), let word = word(bytes, range) {
            return word
        }
        return DecimalNumber.value(bytes, range)
    }

    /// Whether a cell without quotes stands for nothing: it is empty, or a word that says so.
    package static func isMissing(_ text: String) -> Bool {
        guard text.utf8.count <= 4 else { return false }
        return text.isEmpty || ["nan", "na", "n/a", "null", "none"].contains(text.lowercased())
    }

    private static func word(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard range.count <= 9 else { return nil }
        var text: [UInt8] = []
        var isNegative = false
        for place in range {
            let byte = bytes[place]
            if place == range.lowerBound, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
                isNegative = byte == UInt8(ascii: "-")
                continue
            }
            text.append(byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte)
        }
        let isSigned = text.count < range.count
        switch String(decoding: text, as: UTF8.self) {
        case "nan": return .nan
        case "na", "n/a", "null", "none": return isSigned ? nil : .nan
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        default: return nil
        }
    }
}
