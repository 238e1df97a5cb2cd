internal import Yams

/// Reads YAML as plain data, within limits.
///
/// No tag makes an object. `!!python/tuple`, which the Python `learnware` package writes, is read as a list that
/// remembers it; every other tag outside YAML's core schema, every alias and every duplicate key is an error.
/// Plain scalars mean what they mean to PyYAML, which reads the same files inside the sandbox.
package enum YAML {
    /// - Throws: ``DocumentError`` with line and column.
    package static func parse(_ bytes: [UInt8], limits: DocumentLimits = .manifest) throws(DocumentError) -> Node {
        guard bytes.count <= limits.bytes else {
            throw DocumentError("the text has \(bytes.count) bytes; at most \(limits.bytes) are read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DocumentError("the text is not valid UTF-8")
        }
        try MarkRuns.refuse(in: bytes)
        // Before Yams sees it: its check for duplicate keys hashes whole trees, and aliases make those exponential.
        try refuseAliases(in: bytes)
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch {
            throw documentError(error)
        }
        guard let root else { return Node(.null) }
        var converter = YAMLConverter(limits: limits)
        return try converter.convert(root, depth: 0)
    }

    package static func parse(_ text: String, limits: DocumentLimits = .manifest) throws(DocumentError) -> Node {
        try parse(Array(text.utf8), limits: limits)
    }

    /// Refuses a text that both defines an anchor and refers to it.
    private static func refuseAliases(in bytes: [UInt8]) throws(DocumentError) {
        var anchors = Set<ArraySlice<UInt8>>()
        var aliases: [(name: ArraySlice<UInt8>, position: SourcePosition)] = []
        var line = 1
        var lineStart = 0
        var previous = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            if isIndicatorPlace(after: previous), byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
                // Long names that begin alike count as one: without a bound, a line of '&' takes quadratic time.
                let name = bytes[(index + 1)...].prefix(128).prefix { !isBreak($0) }
                if byte == UInt8(ascii: "&") {
                    anchors.insert(name)
                } else {
                    aliases.append((name, SourcePosition(line: line, column: index - lineStart + 1)))
                }
            }
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = index + 1
            }
            previous = byte
        }
        if let alias = aliases.first(where: { anchors.contains($0.name) }) {
            throw DocumentError("aliases ('*name') are not read; write the value out", at: alias.position)
        }
    }

    private static func isIndicatorPlace(after byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: ",")
            || byte == UInt8(ascii: ":")
    }

    private static func isBreak(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    }

    private static func documentError(_ error: any Error) -> DocumentError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            DocumentError("not valid YAML: \(Printable(problem))", at: SourcePosition(mark))
        case .reader(let problem, _, _, _):
            DocumentError("not valid YAML: \(Printable(problem))")
        case .duplicatedKeysInMapping(let keys, let context):
            DocumentError(
                "the key '\(Printable(keys.first ?? ""))' appears twice",
                at: SourcePosition(context.mark)
            )
        default:
            DocumentError("not valid YAML")
        }
    }
}

extension SourcePosition {
    fileprivate init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}

private struct YAMLConverter {
    let limits: DocumentLimits
    var count = 0

    init(limits: DocumentLimits) {
        self.limits = limits
    }

    mutating func convert(_ node: Yams.Node, depth: Int) throws(DocumentError) -> Node {
        let position = node.mark.map { SourcePosition($0) }
        count += 1
        guard count <= limits.nodes else { throw DocumentError("more than \(limits.nodes) values", at: position) }
        guard depth <= limits.depth else {
            throw DocumentError("nested deeper than \(limits.depth) levels", at: position)
        }
        switch node {
        case .scalar(let scalar):
            return try convert(scalar, at: position)
        case .sequence(let sequence):
            let isTuple = node.tag.rawValue == "tag:yaml.org,2002:python/tuple"
            guard isTuple || node.tag.rawValue == "tag:yaml.org,2002:seq" else { throw refusedTag(node.tag, position) }
            var elements: [Node] = []
            for element in sequence {
                elements.append(try convert(element, depth: depth + 1))
            }
            return Node(.array(elements), at: position, isTuple: isTuple)
        case .mapping(let mapping):
            guard node.tag.rawValue == "tag:yaml.org,2002:map" else { throw refusedTag(node.tag, position) }
            return Node(.object(try members(of: mapping, depth: depth)), at: position)
        case .alias:
            throw DocumentError("aliases ('*name') are not read; write the value out", at: position)
        }
    }

    private mutating func members(of mapping: Yams.Node.Mapping, depth: Int) throws(DocumentError) -> [Member] {
        var members: [Member] = []
        // By bytes: hashing a String normalises it, which takes quadratic time for what a stranger can write.
        var seen = Set<[UInt8]>()
        for pair in mapping {
            let position = pair.key.mark.map { SourcePosition($0) }
            guard case .scalar(let key) = pair.key else {
                throw DocumentError("a key must be a plain text", at: position)
            }
            guard seen.insert(Array(key.string.utf8)).inserted else {
                throw DocumentError("the key '\(Printable(key.string))' appears twice", at: position)
            }
            members.append(Member(key: key.string, value: try convert(pair.value, depth: depth + 1), at: position))
        }
        return members
    }

    private func refusedTag(_ tag: Tag, _ position: SourcePosition?) -> DocumentError {
        DocumentError(
            "the tag '\(Printable(tag.rawValue))' would make an object; only plain data is read",
            at: position
        )
    }

    private func convert(_ scalar: Yams.Node.Scalar, at position: SourcePosition?) throws(DocumentError) -> Node {
        let text = scalar.string
        switch scalar.tag.rawValue {
        case "", "!", "tag:yaml.org,2002:str":
            let isPlain = scalar.style == .plain && scalar.tag.rawValue.isEmpty
            return Node(isPlain ? resolve(text) : .string(text), at: position)
        case "tag:yaml.org,2002:python/str", "tag:yaml.org,2002:python/unicode":
            return Node(.string(text), at: position)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            return Node(resolve(text), at: position)
        default:
            throw refusedTag(scalar.tag, position)
        }
    }

    /// What a plain scalar means to PyYAML (YAML 1.1).
    private func resolve(_ text: String) -> DocumentValue {
        // Comparing long foreign texts is slow, and none of them is a word of YAML's.
        guard text.utf8.count <= 64 else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: break
        }
        guard let first = text.utf8.first, first < 0x3A, text.utf8.count <= 64 else { return .string(text) }
        let digits = text.replacing("_", with: "")
        let negative = digits.hasPrefix("-")
        let magnitude = negative || digits.hasPrefix("+") ? String(digits.dropFirst()) : digits
        guard magnitude.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }) == true else {
            return .string(text)
        }
        let radix: (String, Int)? =
            if magnitude.hasPrefix("0x") {
                (String(magnitude.dropFirst(2)), 16)
            } else if magnitude.hasPrefix("0b") {
                (String(magnitude.dropFirst(2)), 2)
            } else if magnitude.count > 1, magnitude.hasPrefix("0"), magnitude.allSatisfy({ "01234567".contains($0) }) {
                (magnitude, 8)
            } else if magnitude.allSatisfy({ $0 >= "0" && $0 <= "9" }), magnitude == "0" || !magnitude.hasPrefix("0") {
                (magnitude, 10)
            } else {
                nil
            }
        if let radix {
            if let integer = Int((negative ? "-" : "") + radix.0, radix: radix.1) { return .integer(integer) }
            return .string(text)
        }
        let allowed = magnitude.allSatisfy { $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }
        // PyYAML wants a sign in the exponent: 1.5e3 is a text to it.
        let exponent = magnitude.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }.dropFirst().first
        let hasSign = exponent.map { $0.hasPrefix("+") || $0.hasPrefix("-") } ?? true
        if allowed, hasSign, magnitude.contains("."), let number = Double((negative ? "-" : "") + magnitude) {
            return .number(number)
        }
        return .string(text)
    }
}
