import Documents

/// What a `.lwignore` says is not to be packed: the syntax of `.gitignore`, in the top folder alone.
package struct IgnoreFile: Sendable {
    package static let name = ".lwignore"
    /// The most bytes that are read of it.
    static let bytes = 64 << 10
    /// The most bytes of one line.
    static let lineBytes = 1024
    /// The most patterns.
    static let patternLimit = 1000
    /// The most `*`, `?` and `[…]` in one pattern.
    static let wildcardLimit = 32

    private var patterns: [(line: Int, pattern: IgnorePattern)] = []

    package init() {}

    /// What it names may be secret, so what would leave nothing out by mistake is an error.
    ///
    /// - Parameter text: the file, in UTF-8, or in UTF-16 with a byte order mark, as PowerShell's `>` writes it.
    /// - Throws: ``PackageError`` with the line that is too long, has too many wildcards, or can match nothing.
    package init(parsing text: [UInt8]) throws(PackageError) {
        guard text.count <= Self.bytes else {
            throw PackageError(
                .textTooLarge,
                "\(Self.name) has \(text.count) bytes; at most \(Self.bytes) are read",
                entry: Self.name
            )
        }
        let (body, _) = try PackageDescription.decodedTolerantly(text, name: Self.name)
        let lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard line.count <= Self.lineBytes else {
                throw PackageError(
                    .textTooLarge,
                    "\(Self.name) line \(index + 1) has \(line.count) bytes; at most \(Self.lineBytes) are read",
                    entry: Self.name,
                    at: SourcePosition(line: index + 1, column: 1)
                )
            }
            try Self.checkCharacters(line, number: index + 1)
            guard let pattern = IgnorePattern(line) else { continue }
            try Self.check(pattern, number: index + 1)
            patterns.append((index + 1, pattern))
            guard patterns.count <= Self.patternLimit else {
                throw Self.fault("there are more than \(Self.patternLimit) patterns", line: index + 1)
            }
        }
    }

    private static func fault(_ reason: String, line: Int, hint: String? = nil) -> PackageError {
        let position = SourcePosition(line: line, column: 1)
        return PackageError(.ignoreFile, "\(name) line \(line): \(reason)", entry: name, hint: hint, at: position)
    }

    /// Refuses what shows that the lines are not what they seem.
    private static func checkCharacters(_ line: ArraySlice<UInt8>, number: Int) throws(PackageError) {
        if line.contains(0) {
            throw fault("it has a NUL byte, which no name has", line: number, hint: "save the file as UTF-8")
        }
        if line.dropLast().contains(UInt8(ascii: "\r")) {
            throw fault(
                "it has a carriage return alone, which ends no line",
                line: number,
                hint: "end lines with a line feed, or with both"
            )
        }
    }

    private static func check(_ pattern: IgnorePattern, number: Int) throws(PackageError) {
        guard pattern.wildcardCount <= wildcardLimit else {
            throw fault(
                "it has \(pattern.wildcardCount) wildcards; a pattern may have \(wildcardLimit)",
                line: number,
                hint: "write it as several lines"
            )
        }
        guard let (dots, rest) = pattern.leadingDots else { return }
        let shown = Printable(String(decoding: rest, as: UTF8.self))
        throw fault(
            "a pattern that begins with '\(dots)' matches nothing",
            line: number,
            hint: dots == "./" && !rest.isEmpty ? "write '/\(shown)' or '\(shown)'" : "remove the line"
        )
    }

    /// Finds the line that leaves a name out.
    ///
    /// The last line that is about a name decides.
    /// What lies in a folder that is left out is not asked for: as with git, no later line can bring it back.
    ///
    /// - Parameters:
    ///   - path: the name below the top folder, with `/` between components.
    ///   - isFolder: what it is.
    /// - Returns: the line's number; nil when the name is packed.
    package func lineIgnoring(_ path: [UInt8], isFolder: Bool) -> Int? {
        guard !patterns.isEmpty else { return nil }
        let base = path.lastIndex(of: UInt8(ascii: "/")).map { Array(path[($0 + 1)...]) } ?? path
        let decisive = patterns.last { $0.pattern.matches(path, base: base, isFolder: isFolder) }
        guard let decisive, !decisive.pattern.isNegated else { return nil }
        return decisive.line
    }
}

extension PackageError.Rule {
    /// `.lwignore` has a line that cannot mean what it seems to.
    public static let ignoreFile = Self(rawValue: "ignore-file")
}
