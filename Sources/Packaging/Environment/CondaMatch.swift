import Documents

/// A dependency in conda's spelling: `numpy`, `numpy=1.21.2=py39h…`, `numpy >=1.20,<2`, `channel::numpy==1.21`.
struct CondaMatch {
    let name: String
    /// The version as conda spells it.
    let version: String
    /// The same as PEP 440 spells it.
    let specifier: String

    init(_ text: String) throws(RequirementFault) {
        guard text.utf8.count <= RequirementParser.longestLine else { throw RequirementFault("the line is too long") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw RequirementFault("it holds characters that are not plain ASCII")
        }
        // The channel decides nothing: everything comes from the runner's index.
        var text = text[...]
        while let mark = text.firstRange(of: "::") { text = text[mark.upperBound...] }
        let end = text.firstIndex { " =<>!~[".contains($0) } ?? text.endIndex
        name = text[..<end].lowercased()
        guard !name.isEmpty, name.utf8.count <= 128,
            name.utf8.allSatisfy({ RequirementScanner.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) })
        else { throw RequirementFault("'\(Printable(text))' is no dependency of conda") }
        let rest = text[end...]
        guard !rest.contains("[") else { throw RequirementFault("brackets in a conda dependency are not read") }
        (version, specifier) = try Self.versions(rest.filter { $0 != " " }, spaced: String(rest))
    }

    /// - Parameters:
    ///   - text: what follows the name, without spaces.
    ///   - spaced: the same with spaces; conda also parts name, version and build by them.
    /// - Returns: the version as conda spells it, and as PEP 440 does.
    /// - Throws: ``RequirementFault`` when it is neither.
    private static func versions(
        _ text: String,
        spaced: String
    ) throws(RequirementFault) -> (version: String, specifier: String) {
        if text.isEmpty || text == "*" || text == "=*" { return ("", "") }
        if text.contains(where: { "<>!~|,".contains($0) }) {
            guard !text.contains("|") else { throw RequirementFault("'|' between conda versions is not read") }
            var scanner = RequirementScanner(text.first.map { "<>=!~".contains($0) } == true ? text : "==" + text)
            let specifier = try scanner.specifier()
            guard scanner.isAtEnd else { throw RequirementFault("'\(scanner.rest)' is no version") }
            return (text, specifier)
        }
        let words = spaced.split { $0 == " " || $0 == "=" }.map(String.init)
        guard let version = words.first, words.count <= 2 else {
            throw RequirementFault("'\(Printable(text))' is no version")
        }
        let isExact = text.hasPrefix("==") || words.count == 2
        let plain = version.hasSuffix(".*") ? String(version.dropLast(2)) : version
        guard Version.isValid(plain) else { throw RequirementFault("'\(Printable(version))' is no version") }
        // conda's single '=' means "begins with"; three numbers name one release of nearly every package.
        let isPrefix = version.hasSuffix(".*") || !isExact && plain.split(separator: ".").count < 3
        return (version, "==" + plain + (isPrefix ? ".*" : ""))
    }
}
