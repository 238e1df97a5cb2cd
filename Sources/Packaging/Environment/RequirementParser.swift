import Documents

/// Reads requirement lines; what is not plainly a package name with versions is set aside, never passed on.
package enum RequirementParser {
    /// More bytes than any honest line has; one of numpy with the hashes of all its wheels has 6000.
    static let longestLine = 16_384
    /// More lines than any honest file has.
    static let mostLines = 4096

    /// Reads a requirements file in the syntax of pip.
    ///
    /// Comments and line continuations are pip's. Option lines, files, addresses and variables are refused.
    package static func list(_ bytes: [UInt8], file: String) throws(PackageError) -> RequirementList {
        var list = RequirementList()
        var joined: (text: String, line: Int)?
        let lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        guard lines.count <= mostLines else {
            throw PackageError(
                .environment,
                "'\(Printable(file))' has \(lines.count) lines; at most \(mostLines) are read",
                entry: file
            )
        }
        for (index, line) in lines.enumerated() {
            let start = joined?.line ?? index + 1
            var text = (joined?.text ?? "") + line
            joined = nil
            // As pip does, a comment line ends a continuation rather than extending it.
            if text.last == "\\", !isComment(line) {
                text.removeLast()
                joined = (text, start)
            } else {
                add(text, line: start, to: &list)
            }
        }
        if let joined { add(joined.text, line: joined.line, to: &list) }
        return list
    }

    private static func isComment(_ line: Substring) -> Bool {
        line.drop { $0 == " " || $0 == "\t" }.first == "#"
    }

    /// Adds one line to the list, in the place where it belongs.
    static func add(_ line: String, line number: Int, to list: inout RequirementList) {
        let text = trimmed(withoutComment(line))
        guard !text.isEmpty else { return }
        do throws(RequirementFault) {
            list.append(try requirement(text, line: number))
        } catch {
            list.refused.append(RefusedLine(line: number, text: String(text.prefix(longestLine)), reason: error.reason))
        }
    }

    /// A comment begins at a `#` that starts the line or follows a space.
    private static func withoutComment(_ line: String) -> Substring {
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "#", previous == " " || previous == "\t" { return line[..<index] }
            previous = line[index]
        }
        return line[...]
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }

    /// Reads one requirement without comment.
    static func requirement(_ text: String, line: Int) throws(RequirementFault) -> Requirement {
        guard text.utf8.count <= longestLine else {
            throw RequirementFault("the line has more than \(longestLine) bytes")
        }
        try refuseOtherKinds(text)
        let (body, hashes) = try splitHashes(text)
        var scanner = RequirementScanner(body)
        let name = try scanner.name()
        scanner.skipSpace()
        let extras = try scanner.take("[") ? extras(&scanner) : []
        scanner.skipSpace()
        if scanner.next == UInt8(ascii: "@") { throw RequirementFault("an address ('@') is not installed from") }
        let isBracketed = scanner.take("(")
        let specifier = try scanner.specifier()
        scanner.skipSpace()
        if isBracketed, !scanner.take(")") { throw RequirementFault("a ')' is missing") }
        scanner.skipSpace()
        let marker = scanner.take(";") ? try scanner.marker() : nil
        guard scanner.isAtEnd else { throw RequirementFault("'\(scanner.rest)' cannot follow the name and versions") }
        return Requirement(
            name: name,
            extras: Set(extras.map(Requirement.normalized)).sorted(),
            specifier: specifier,
            marker: marker,
            hashes: hashes,
            line: line,
            text: text
        )
    }

    private static func extras(_ scanner: inout RequirementScanner) throws(RequirementFault) -> [String] {
        var extras: [String] = []
        scanner.skipSpace()
        if scanner.take("]") { return extras }
        while true {
            scanner.skipSpace()
            extras.append(try scanner.name())
            scanner.skipSpace()
            if scanner.take("]") { return extras }
            guard scanner.take(","), extras.count < 32 else {
                throw RequirementFault("a ']' is missing after the extras")
            }
        }
    }

    /// Names what the line is when it is not a package name with versions.
    private static func refuseOtherKinds(_ text: String) throws(RequirementFault) {
        if let scalar = text.unicodeScalars.first(where: { $0.value < 0x20 && $0 != "\t" || $0.value >= 0x7F }) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            throw RequirementFault("it holds '\(Printable(String(scalar)))' (U+\(code)), and names are plain ASCII")
        }
        if text.hasPrefix("-") {
            let option = text.prefix { $0 != " " && $0 != "=" && $0 != "\t" }
            throw RequirementFault(
                "the option '\(Printable(option))' is not obeyed: packages come from the runner's index"
            )
        }
        if text.contains("://") || text.hasPrefix("file:") || text.hasPrefix("git+") {
            throw RequirementFault("an address is not installed from")
        }
        if text.hasPrefix(".") || text.hasPrefix("/") || text.hasPrefix("~") {
            throw RequirementFault("a path is not installed from")
        }
        if text.contains("${") { throw RequirementFault("variables are not expanded") }
    }

    /// Takes `--hash` options off the end; every other option is refused.
    private static func splitHashes(_ text: String) throws(RequirementFault) -> (body: String, hashes: [String]) {
        let parts = text.split(omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        guard let first = parts.firstIndex(where: { $0.hasPrefix("--") }) else { return (text, []) }
        let body = parts[..<first].joined(separator: " ")
        var hashes: [String] = []
        var rest = parts[first...]
        while let part = rest.popFirst() {
            let value: Substring? =
                part == "--hash" ? rest.popFirst() : part.hasPrefix("--hash=") ? part.dropFirst(7) : nil
            guard let value else {
                throw RequirementFault("the option '\(Printable(part.prefix { $0 != "=" }))' is not obeyed")
            }
            guard isHash(value) else {
                throw RequirementFault("'\(Printable(value))' is no sha256, sha384 or sha512 hash")
            }
            hashes.append(value.lowercased())
        }
        return (body, hashes)
    }

    static func isHash(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let lengths: [Substring: Int] = ["sha256": 64, "sha384": 96, "sha512": 128]
        guard parts.count == 2, let length = lengths[parts[0]], parts[1].utf8.count == length else { return false }
        return parts[1].allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

extension RequirementParser {
    /// Reads a requirement that the person at the terminal adds.
    ///
    /// - Throws: an error whose description is one clause.
    package static func added(_ text: String) throws -> Requirement {
        let requirement = try requirement(text, line: 0)
        guard requirement.normalizedName != "learnware" else {
            throw RequirementFault("the runner provides 'learnware'; name what it would have brought along")
        }
        return requirement
    }
}
