import Documents
import Packaging
public import SystemPackage

extension Market {
    /// What is written down of a package.
    struct Record {
        let package: Package
        let semantic: SemanticSpecification
        /// The text that the database keeps of it.
        var semanticText: String { semantic.document.json() }
        let specification: (type: String, json: String)?

        /// - Throws: ``MarketError`` when it is a package that no market can show.
        init(_ package: Package) throws(MarketError) {
            guard let semantic = package.semantic else {
                throw MarketError(
                    .package,
                    "the package has no semantic specification, so nobody could find it",
                    hint: "--semantic FILE names one; 'lw-pack semantic' writes one"
                )
            }
            self.package = package
            self.semantic = semantic
            specification = try Self.specification(of: package)
        }

        /// The most bytes of a statistical specification.
        private static let largest = 64 << 20

        private static func specification(of package: Package) throws(MarketError) -> (type: String, json: String)? {
            guard let reference = package.manifest.statisticalSpecifications.first else { return nil }
            do throws(PackageError) {
                let bytes = try package.read(reference.fileName, limit: largest)
                return (reference.className, String(decoding: bytes, as: UTF8.self))
            } catch {
                throw MarketError(error)
            }
        }
    }

    /// Adds a learnware.
    ///
    /// - Parameters:
    ///   - zip: its package; a copy is kept.
    ///   - semantic: its semantic specification, when the package holds none.
    /// - Returns: its new name.
    /// - Throws: ``MarketError``; then the market is as it was.
    public func add(_ zip: FilePath, semantic: FilePath? = nil) throws(MarketError) -> VersionKey {
        try packages.keeping(zip, semantic: semantic) { package throws(MarketError) in
            let record = try Record(package)
            return try database.write { session throws(MarketError) in try Self.insertLearnware(record, session) }
        }
    }

    /// Gives a package the next name.
    static func insertLearnware(_ record: Record, _ session: any SQLSession) throws(MarketError) -> VersionKey {
        let counted = try session.run("UPDATE counter SET value = value + 1 WHERE name = 'learnware' RETURNING value")
        guard let place = try counted.first?.integer(0) else {
            throw MarketError(.corrupt, "the market's database has lost count of its learnwares")
        }
        let digits = String(place)
        let id = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        let now = session.dialect.now
        try session.run("INSERT INTO learnware (id, added, newest) VALUES (?1, \(now), 1)", [.text(id)])
        return try insert(record, VersionKey(id: id, number: 1), session)
    }

    /// Adds a version of a learnware; the older ones are kept.
    ///
    /// - Parameters:
    ///   - id: the learnware.
    ///   - zip: the package of the new version; a copy is kept.
    ///   - semantic: its semantic specification, when the package holds none.
    /// - Returns: the new version.
    /// - Throws: ``MarketError``; then the market is as it was.
    public func update(_ id: String, _ zip: FilePath, semantic: FilePath? = nil) throws(MarketError) -> VersionKey {
        try packages.keeping(zip, semantic: semantic) { package throws(MarketError) in
            let record = try Record(package)
            return try database.write { session throws(MarketError) in
                let rows = try session.run(
                    "SELECT newest FROM learnware WHERE id = ?1 \(session.dialect.forUpdate)",
                    [.text(id)]
                )
                guard let newest = try rows.first?.integer(0) else { throw Self.unknown(id) }
                let key = VersionKey(id: id, number: newest + 1)
                try session.run("UPDATE learnware SET newest = ?1 WHERE id = ?2", [.integer(key.number), .text(id)])
                return try Self.insert(record, key, session)
            }
        }
    }

    private static func insert(
        _ record: Record,
        _ key: VersionKey,
        _ session: any SQLSession
    ) throws(MarketError) -> VersionKey {
        try session.run(
            """
            INSERT INTO version (learnware, number, added, digest, size, name, semantic, specification_type,
                specification, state)
            VALUES (?1, ?2, \(session.dialect.now), ?3, ?4, ?5, ?6, ?7, ?8, 'waiting')
            """,
            [
                .text(key.id), .integer(key.number), .text(record.package.digest),
                .integer(record.package.archiveSize), .text(record.semantic.name),
                .text(record.semanticText), SQLValue(record.specification?.type),
                SQLValue(record.specification?.json),
            ]
        )
        try enqueue(key, session)
        return key
    }

    /// Hides a learnware from searches, or shows it again; its versions are kept.
    ///
    /// - Throws: ``MarketError`` when there is none of that name.
    public func setWithdrawn(_ isWithdrawn: Bool, _ id: String) throws(MarketError) {
        try database.write { session throws(MarketError) in
            let rows = try session.run(
                "UPDATE learnware SET withdrawn = ?1 WHERE id = ?2 RETURNING id",
                [.integer(isWithdrawn ? 1 : 0), .text(id)]
            )
            if rows.isEmpty { throw Self.unknown(id) }
        }
    }

    /// Removes a learnware with all its versions, and the packages that no other refers to.
    ///
    /// Its name is never given again.
    ///
    /// - Throws: ``MarketError`` when there is none of that name.
    public func remove(_ id: String) throws(MarketError) {
        try database.write { session throws(MarketError) in
            let rows = try session.run("DELETE FROM learnware WHERE id = ?1 RETURNING id", [.text(id)])
            if rows.isEmpty { throw Self.unknown(id) }
        }
        try packages.sweep { () throws(MarketError) in try referencedDigests() }
    }

    /// The packages that versions refer to.
    func referencedDigests() throws(MarketError) -> Set<String> {
        try database.read { session throws(MarketError) in
            var digests: Set<String> = []
            for row in try session.run("SELECT DISTINCT digest FROM version") { digests.insert(try row.text(0)) }
            return digests
        }
    }

    static func unknown(_ id: String) -> MarketError {
        MarketError(
            .missing,
            "there is no learnware '\(Printable(id, limit: 40))' in this market",
            hint: "'lw-dock list' shows those that there are"
        )
    }
}
