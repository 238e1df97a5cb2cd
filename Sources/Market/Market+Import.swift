import Documents
import Packaging
import SystemPackage

extension Market {
    /// What became of a row of another market.
    public enum ImportOutcome: Hashable, Sendable {
        /// It is here now, and waits for its check.
        case added(VersionKey)
        /// It was here already: the same package with the same semantic specification.
        case present(VersionKey)
        /// It is no learnware that a market takes, for this reason.
        case refused(String)
    }

    /// Takes a learnware over from a market of the Python package.
    ///
    /// Its zip goes through the reader, its semantic specification is the one in that market's database, and what that
    /// market had found of it counts for nothing. Done twice, it is there once.
    ///
    /// - Parameters:
    ///   - row: which learnware.
    ///   - source: the market that it is in.
    /// - Returns: what became of it.
    /// - Throws: ``MarketError`` when nothing can be added now, whatever the row: a full disk, a database out of reach.
    public func take(_ row: PythonMarket.Row, from source: PythonMarket) throws(MarketError) -> ImportOutcome {
        if let refusal = row.refusal { return .refused(refusal) }
        let input: FileDescriptor
        do throws(MarketError) {
            input = try source.zip(of: row)
        } catch {
            return .refused(error.description)
        }
        defer { try? input.close() }
        let semantic = SemanticText(name: "its semantic specification", text: Self.withLicense(row.semantic))
        do throws(MarketError) {
            return try packages.keeping(input, semantic: semantic, takenOnce)
        } catch {
            guard error.kind == .package, !Task.isCancelled else { throw error }
            return .refused(error.description)
        }
    }

    private func takenOnce(_ package: Package) throws(MarketError) -> ImportOutcome {
        let record = try Record(package)
        return try database.write { session throws(MarketError) in
            // Two that take over the same market at once wait for each other here.
            try session.run("SELECT value FROM counter WHERE name = 'learnware' \(session.dialect.forUpdate)")
            let same = try session.run(
                "SELECT learnware, number FROM version WHERE digest = ?1 AND semantic = ?2 ORDER BY learnware, number",
                [.text(package.digest), .text(record.semanticText)]
            )
            if let row = same.first {
                return .present(VersionKey(id: try row.text(0), number: try row.integer(1)))
            }
            return .added(try Self.insertLearnware(record, session))
        }
    }

    /// Rows from before there were licences count as Apache-2.0, as they do for the Python package.
    private static func withLicense(_ text: String) -> String {
        guard let node = try? JSON.parse(text), let members = node.members, node["License"] == nil else { return text }
        let license: Node = ["Values": ["Apache-2.0"], "Type": "Class"]
        return Node(object: members.map { ($0.key, $0.value) } + [("License", license)]).json()
    }
}
