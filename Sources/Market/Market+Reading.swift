import Documents
import Glibc
public import Packaging
public import SystemPackage

extension Market {
    private static let columns = "v.number, v.added, v.digest, v.size, v.name, v.state, v.specification_type, v.checker"

    /// All learnwares, in the order in which they were added.
    ///
    /// - Throws: ``MarketError``.
    public func list() throws(MarketError) -> [LearnwareEntry] {
        try database.read { session throws(MarketError) in
            let rows = try session.run(
                """
                SELECT l.id, l.withdrawn, \(Self.columns) FROM learnware l
                JOIN version v ON v.learnware = l.id AND v.number = l.newest ORDER BY l.id
                """
            )
            var entries: [LearnwareEntry] = []
            for row in rows {
                entries.append(
                    LearnwareEntry(
                        id: try row.text(0),
                        isWithdrawn: try row.integer(1) == 1,
                        newest: try Self.version(row, from: 2)
                    )
                )
            }
            return entries
        }
    }

    /// The versions of a learnware, the oldest first.
    ///
    /// - Throws: ``MarketError`` when there is none of that name.
    public func versions(_ id: String) throws(MarketError) -> [Version] {
        try database.read { session throws(MarketError) in
            let rows = try session.run(
                "SELECT \(Self.columns) FROM version v WHERE v.learnware = ?1 ORDER BY v.number",
                [.text(id)]
            )
            if rows.isEmpty { throw Self.unknown(id) }
            var versions: [Version] = []
            for row in rows { versions.append(try Self.version(row, from: 0)) }
            return versions
        }
    }

    /// All that the database has of a version.
    ///
    /// - Throws: ``MarketError`` when there is none.
    public func details(_ key: VersionKey) throws(MarketError) -> VersionDetails {
        try database.read { session throws(MarketError) in
            let rows = try session.run(
                """
                SELECT \(Self.columns), v.semantic, v.specification, v.report FROM version v
                WHERE v.learnware = ?1 AND v.number = ?2
                """,
                [.text(key.id), .integer(key.number)]
            )
            guard let row = rows.first else { throw Self.unknown(key.id) }
            return try Self.details(row, from: 0)
        }
    }

    /// What can be found: of each learnware that is not withdrawn the newest usable version.
    ///
    /// - Throws: ``MarketError``.
    public func usable() throws(MarketError) -> [(id: String, details: VersionDetails)] {
        try database.read { session throws(MarketError) in
            let rows = try session.run(
                """
                SELECT l.id, \(Self.columns), v.semantic, v.specification, v.report FROM learnware l
                JOIN version v ON v.learnware = l.id WHERE l.withdrawn = 0 AND v.number = (
                    SELECT MAX(number) FROM version WHERE learnware = l.id AND state = 'usable'
                ) ORDER BY l.id
                """
            )
            var found: [(id: String, details: VersionDetails)] = []
            for row in rows { found.append((try row.text(0), try Self.details(row, from: 1))) }
            return found
        }
    }

    /// Opens the package of a version, and checks all of it anew.
    ///
    /// - Parameters:
    ///   - version: whose package.
    ///   - semantic: the specification that it was added with, JSON; nil for its own, if it has one.
    /// - Returns: the package.
    /// - Throws: ``MarketError`` when it is missing, or no longer what was added.
    public func package(_ version: Version, semantic: String? = nil) throws(MarketError) -> Package {
        let file = packages.file(version.digest)
        let text = semantic.map { SemanticText(name: "the semantic specification in the market", text: $0) }
        let package: Package
        do throws(PackageError) {
            package = try Package.open(file, semantic: text)
        } catch {
            throw MarketError(error)
        }
        guard package.digest == version.digest else {
            throw MarketError(
                .corrupt,
                "'\(file.string)' is no longer the package that was added",
                hint: "'lw-dock fsck' looks through the whole market"
            )
        }
        return package
    }

    /// Where the package of a version lies.
    public func file(_ version: Version) -> FilePath { packages.file(version.digest) }

    /// Copies the package of a version out of the market, after all of it was checked.
    ///
    /// - Parameters:
    ///   - version: what is copied.
    ///   - target: a name that nothing has yet.
    /// - Throws: ``MarketError``; then nothing is left there.
    public func export(_ version: Version, to target: FilePath) throws(MarketError) {
        _ = try package(version)
        let random = String(UInt64.random(in: .min ... .max), radix: 36)
        let partial = target.removingLastComponent().appending(".\(version.digest.prefix(8))-\(random).partial")
        defer { unlink(partial.string) }
        try PackageFolder.copy(packages.file(version.digest), to: partial)
        // A link replaces nothing.
        guard link(partial.string, target.string) == 0 else {
            let code = Errno(rawValue: errno)
            guard code == .fileExists else { throw .failed("written", target, code) }
            throw MarketError(.refused, "'\(Printable(target.string))' exists already; it is not replaced")
        }
    }

    static func version(_ row: SQLRow, from column: Int) throws(MarketError) -> Version {
        guard let state = VersionState(rawValue: try row.text(column + 5)) else {
            throw MarketError(.corrupt, "the market's database holds a state that does not exist")
        }
        return Version(
            number: try row.integer(column),
            added: try row.integer(column + 1),
            digest: try row.text(column + 2),
            size: try row.integer(column + 3),
            name: try row.text(column + 4),
            state: state,
            specificationType: try row.optionalText(column + 6),
            checker: try row.optionalText(column + 7)
        )
    }

    private static func details(_ row: SQLRow, from column: Int) throws(MarketError) -> VersionDetails {
        VersionDetails(
            version: try version(row, from: column),
            semantic: try row.text(column + 8),
            specification: try row.optionalText(column + 9),
            report: try row.optionalText(column + 10)
        )
    }
}
