import Documents

/// What a `.lwignore` says is not to be packed: the syntax of `.gitignore`, in the top folder alone.
package struct IgnoreFile: Sendable {
    package static let name = ".lwignore"
    /// The most bytes that are read of it.
    static let bytes = 64 << 10
    /// The most bytes of one line.
    static let lineBytes = 1024

    private var patterns: [(line: Int, pattern: IgnorePattern)] = []

    package init() {}

    /// - Parameter text: the file; a byte order mark is passed over.
    /// - Throws: ``PackageError`` with the number of a line that is too long.
    package init(parsing text: [UInt8]) throws(PackageError) {
        guard text.count <= Self.bytes else {
            throw PackageError(
                .textTooLarge,
                "\(Self.name) has \(text.count) bytes; at most \(Self.bytes) are read",
                entry: Self.name
            )
        }
        let body = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text[3...] : text[...]
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
            if let pattern = IgnorePattern(line) { patterns.append((index + 1, pattern)) }
        }
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
