import Documents

/// Environment markers of PEP 508, such as `python_version < "3.9" and sys_platform == "linux"`.
extension RequirementScanner {
    private static let variables = [
        "os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release",
        "platform_system", "platform_version", "python_version", "python_full_version", "implementation_name",
        "implementation_version", "extra",
    ]
    private static let comparisons = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"]
    private static let deepest = 8

    /// A whole marker, rebuilt with one space between its parts and double quotes.
    mutating func marker() throws(RequirementFault) -> String {
        let text = try alternatives(depth: 0)
        skipSpace()
        guard isAtEnd else { throw RequirementFault("'\(rest)' cannot follow an environment marker") }
        return text
    }

    private mutating func alternatives(depth: Int) throws(RequirementFault) -> String {
        var text = try conjunction(depth: depth)
        while takeWord("or") {
            text += " or " + (try conjunction(depth: depth))
        }
        return text
    }

    private mutating func conjunction(depth: Int) throws(RequirementFault) -> String {
        var text = try term(depth: depth)
        while takeWord("and") {
            text += " and " + (try term(depth: depth))
        }
        return text
    }

    private mutating func term(depth: Int) throws(RequirementFault) -> String {
        skipSpace()
        guard take("(") else {
            let left = try operand()
            let sign = try comparison()
            let right = try operand()
            guard left.isVariable || right.isVariable else {
                throw RequirementFault("a marker must compare a variable such as python_version")
            }
            return "\(left.text) \(sign) \(right.text)"
        }
        guard depth < Self.deepest else { throw RequirementFault("a marker nested deeper than \(Self.deepest) levels") }
        let inner = try alternatives(depth: depth + 1)
        skipSpace()
        guard take(")") else { throw RequirementFault("a ')' is missing in the marker") }
        return "(" + inner + ")"
    }

    private mutating func comparison() throws(RequirementFault) -> String {
        skipSpace()
        if let sign = take(oneOf: Self.comparisons) { return sign }
        if takeWord("in") { return "in" }
        if takeWord("not"), takeWord("in") { return "not in" }
        throw RequirementFault("'\(rest)' is no comparison of an environment marker")
    }

    private mutating func operand() throws(RequirementFault) -> (text: String, isVariable: Bool) {
        skipSpace()
        if let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            _ = take(quote == UInt8(ascii: "'") ? "'" : "\"")
            let value = take { Self.isLetterOrDigit($0) || Self.valueCharacters.contains($0) }
            guard take(quote == UInt8(ascii: "'") ? "'" : "\"") else {
                throw RequirementFault("a value in a marker holds '\(rest)', which is not allowed there")
            }
            return ("\"" + value + "\"", false)
        }
        let word = take { Self.isLetterOrDigit($0) || $0 == 0x5F || $0 == 0x2E }
        guard Self.variables.contains(word) else {
            throw RequirementFault("'\(Printable(word.isEmpty ? rest.description : word))' is no environment marker")
        }
        return (word, true)
    }

    /// What may stand inside a quoted value besides letters and digits.
    private static let valueCharacters = Array(" ._-+*:,/()#!~=<>@".utf8)

    /// Takes a word that ends where letters end.
    private mutating func takeWord(_ word: String) -> Bool {
        skipSpace()
        let mark = self
        if take(word), next.map({ !Self.isLetterOrDigit($0) && $0 != 0x5F }) ?? true { return true }
        self = mark
        return false
    }
}
