import Documents

/// Why a requirement line was refused.
struct RequirementFault: Error, Equatable, CustomStringConvertible {
    var reason: String

    var description: String { reason }

    init(_ reason: String) {
        self.reason = reason
    }
}

/// Walks over the ASCII bytes of one requirement.
///
/// Only ASCII gets here, so bytes are characters, and what is sliced out of them is safe to put together again.
struct RequirementScanner {
    private let bytes: [UInt8]
    private(set) var index = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { index == bytes.count }

    var next: UInt8? { isAtEnd ? nil : bytes[index] }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 { index += 1 }
    }

    /// Takes `word` if it stands here.
    mutating func take(_ word: String) -> Bool {
        let word = Array(word.utf8)
        guard bytes[index...].starts(with: word) else { return false }
        index += word.count
        return true
    }

    /// Takes the longest of `words` that stands here.
    mutating func take(oneOf words: [String]) -> String? {
        words.sorted { $0.utf8.count > $1.utf8.count }.first { take($0) }
    }

    mutating func take(while belongs: (UInt8) -> Bool) -> String {
        let start = index
        while let byte = next, belongs(byte) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// The rest of the text, for messages.
    var rest: Printable {
        Printable(String(decoding: bytes[index...], as: UTF8.self), limit: 40)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39
    }

    /// A name of PEP 508: letters, digits, `.`, `_` and `-`, with a letter or digit at both ends.
    mutating func name() throws(RequirementFault) -> String {
        let name = take { Self.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
        guard let first = name.utf8.first, let last = name.utf8.last, Self.isLetterOrDigit(first),
            Self.isLetterOrDigit(last)
        else { throw RequirementFault("'\(Printable(name.isEmpty ? rest.description : name))' is no package name") }
        guard name.utf8.count <= 128 else { throw RequirementFault("the name has more than 128 characters") }
        return name
    }
}

extension RequirementScanner {
    private static let operators = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"]

    /// Version clauses of PEP 440, without spaces; empty when none stand here.
    mutating func specifier() throws(RequirementFault) -> String {
        var clauses: [String] = []
        while true {
            skipSpace()
            guard let sign = take(oneOf: Self.operators) else {
                guard clauses.isEmpty else { throw RequirementFault("a version clause must follow ','") }
                return ""
            }
            skipSpace()
            clauses.append(sign + (try version(after: sign)))
            skipSpace()
            guard clauses.count <= 32 else { throw RequirementFault("more than 32 version clauses") }
            if !take(",") { return clauses.joined(separator: ",") }
        }
    }

    private mutating func version(after sign: String) throws(RequirementFault) -> String {
        let text = take { byte in
            Self.isLetterOrDigit(byte) || [0x2E, 0x2D, 0x5F, 0x2B, 0x21, 0x2A].contains(byte)
        }
        guard !text.isEmpty else { throw RequirementFault("a version must follow '\(sign)'") }
        guard text.utf8.count <= 64 else { throw RequirementFault("a version of more than 64 characters") }
        let allowsPrefix = sign == "==" || sign == "!="
        let isVersion = sign == "===" ? !text.contains("*") : Version.isValid(text, allowsPrefix: allowsPrefix)
        guard isVersion else { throw RequirementFault("'\(text)' is no version that '\(sign)' can take") }
        return text
    }
}

/// The version syntax of PEP 440, in its tolerant form.
enum Version {
    static func isValid(_ text: String, allowsPrefix: Bool = false) -> Bool {
        var scanner = RequirementScanner(text.lowercased())
        _ = scanner.take("v")
        guard !scanner.take(while: RequirementScanner.isDigit).isEmpty else { return false }
        if scanner.take("!"), scanner.take(while: RequirementScanner.isDigit).isEmpty { return false }
        while true {
            let mark = scanner
            guard scanner.take(".") else { break }
            if allowsPrefix, scanner.take("*") { return scanner.isAtEnd }
            guard !scanner.take(while: RequirementScanner.isDigit).isEmpty else {
                scanner = mark
                break
            }
        }
        takeSuffix(oneOf: ["alpha", "beta", "preview", "pre", "a", "b", "c", "rc"], &scanner)
        if !takeBarePost(&scanner) { takeSuffix(oneOf: ["post", "rev", "r"], &scanner) }
        takeSuffix(oneOf: ["dev"], &scanner)
        if scanner.take("+") {
            let local = scanner.take { RequirementScanner.isLetterOrDigit($0) || [0x2E, 0x2D, 0x5F].contains($0) }
            let parts = local.split(omittingEmptySubsequences: false) { ".-_".contains($0) }
            guard parts.allSatisfy({ !$0.isEmpty }) else { return false }
        }
        return scanner.isAtEnd
    }

    /// Takes a part such as `rc1`, `.post2` or `-dev`, if one stands here.
    private static func takeSuffix(oneOf words: [String], _ scanner: inout RequirementScanner) {
        let mark = scanner
        _ = scanner.take(oneOf: [".", "-", "_"])
        guard scanner.take(oneOf: words) != nil else {
            scanner = mark
            return
        }
        let end = scanner
        _ = scanner.take(oneOf: [".", "-", "_"])
        if scanner.take(while: RequirementScanner.isDigit).isEmpty { scanner = end }
    }

    /// Takes a post release written as `-1`, if one stands here.
    private static func takeBarePost(_ scanner: inout RequirementScanner) -> Bool {
        let mark = scanner
        if scanner.take("-"), !scanner.take(while: RequirementScanner.isDigit).isEmpty { return true }
        scanner = mark
        return false
    }
}
