internal import Documents

/// One cell of a table as its format tells it.
enum Cell: Equatable {
    case missing
    /// A text file's cell, whose type is open: `1`, `true` or `abc`.
    case open(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case text(String)

    /// The cell of a `.csv` or `.tsv` file.
    ///
    /// A cell in quotes is there even when it is empty or says `NA`; it may still be a number.
    init(delimited text: String, isQuoted: Bool) {
        self = !isQuoted && NumberCell.isMissing(text) ? .missing : .open(text)
    }

    /// What it says, for messages.
    var shown: String {
        switch self {
        case .missing: "nothing"
        case .open(let text), .text(let text): "'\(Printable(text, limit: 40))'"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        }
    }

    var double: Double? {
        switch self {
        case .open(let text):
            let bytes = Array(text.utf8)
            return NumberCell.value(bytes.span, bytes.indices)
        case .integer(let value): return Double(value)
        case .number(let value): return value
        default: return nil
        }
    }

    /// The whole number, exactly.
    var whole: Int? {
        switch self {
        case .open(let text): return Int(text)
        case .integer(let value): return value
        // Past 2⁵³ a Double is no longer the number that was written.
        case .number(let value) where value.magnitude <= 0x1p53: return Int(exactly: value)
        default: return nil
        }
    }

    var flag: Bool? {
        switch self {
        case .boolean(let value): return value
        // The spellings of the usual writers, and no abbreviations.
        case .open("true"), .open("True"), .open("TRUE"): return true
        case .open("false"), .open("False"), .open("FALSE"): return false
        default: return nil
        }
    }

    var string: String? {
        switch self {
        case .open(let text), .text(let text): text
        default: nil
        }
    }
}
