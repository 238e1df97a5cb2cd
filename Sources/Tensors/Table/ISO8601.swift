/// Days and times as ISO 8601 writes them.
enum ISO8601 {
    /// Whether a text is `YYYY-MM-DD`, alone or with a time and a zone.
    static func isValid(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func number(_ digits: Int, _ range: ClosedRange<Int>) -> Bool {
            let part = rest.prefix(digits)
            guard part.count == digits, let value = DecimalDigits.value(part), range.contains(value) else {
                return false
            }
            rest = rest.dropFirst(digits)
            return true
        }
        func mark(_ scalars: Unicode.Scalar...) -> Bool {
            guard let first = rest.first, scalars.contains(Unicode.Scalar(first)) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard number(4, 0...9999), mark("-"), number(2, 1...12), mark("-"), number(2, 1...31) else { return false }
        if rest.isEmpty { return true }
        guard mark("T", " "), number(2, 0...23), mark(":"), number(2, 0...59) else { return false }
        if mark(":") {
            guard number(2, 0...60) else { return false }
            if mark(".", ",") {
                let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
                guard (1...9).contains(digits) else { return false }
                rest = rest.dropFirst(digits)
            }
        }
        if rest.isEmpty || mark("Z") { return rest.isEmpty }
        guard mark("+", "-"), number(2, 0...23) else { return false }
        if rest.isEmpty { return true }
        _ = mark(":")
        return number(2, 0...59) && rest.isEmpty
    }
}
