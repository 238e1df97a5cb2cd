import Documents
import Packaging
public import SystemPackage

extension Market {
    /// Makes this empty market what a backup holds, whatever the database of either.
    ///
    /// Packages come first, each checked against its digest, and then all rows in one transaction: until that, the market
    /// is empty, and a second attempt goes on with the packages that are here already. Checks that were under way are due
    /// again.
    ///
    /// - Parameters:
    ///   - path: the folder that ``backUp(to:progress:)`` wrote.
    ///   - progress: called after each package: how many are here, of how many.
    /// - Returns: what there is now.
    /// - Throws: ``MarketError``; of the kind `refused` when the market is not empty.
    public func restore(
        from path: FilePath,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(MarketError) -> Stock {
        let backup = try BackupReader(path)
        try database.read { session throws(MarketError) in try Self.validateEmpty(session) }
        return try packages.locked(exclusive: false) { () throws(MarketError) in
            var digests: Set<String> = []
            try backup.forEachLine { line in
                if case .version(let version) = line { digests.insert(version.digest) }
            }
            for (index, digest) in digests.sorted().enumerated() {
                if Task.isCancelled { throw MarketError(.refused, "interrupted") }
                try takeIn(digest, from: backup)
                progress(index + 1, digests.count)
            }
            var stock = try insertRows(backup)
            stock.packages = digests.count
            return stock
        }
    }

    private static func validateEmpty(_ session: any SQLSession) throws(MarketError) {
        guard try session.run("SELECT 1 FROM learnware LIMIT 1").isEmpty else {
            throw MarketError(
                .refused,
                "the market is not empty, and a backup takes the place of nothing",
                hint: "'lw-dock init FOLDER' makes an empty one to restore into"
            )
        }
    }

    private func takeIn(_ digest: String, from backup: BackupReader) throws(MarketError) {
        // An attempt before this one may have come so far.
        if let package = try? Package.open(packages.file(digest)), package.digest == digest { return }
        let input = try backup.package(digest)
        defer { try? input.close() }
        do throws(MarketError) {
            try packages.keeping(input, semantic: nil) { package throws(MarketError) in
                guard package.digest == digest else {
                    throw MarketError(.package, "it is the package \(package.digest)")
                }
            }
        } catch {
            guard error.kind == .package else { throw error }
            throw MarketError(
                .corrupt,
                "the backup's package \(digest) is not what was backed up: \(error.description)",
                hint: "the backup is damaged; take another"
            )
        }
    }

    private func insertRows(_ backup: BackupReader) throws(MarketError) -> Stock {
        try database.write { session throws(MarketError) in
            // Two that restore at once wait for each other here, and the second finds the market full.
            let counters = try session.run(
                "SELECT value FROM counter WHERE name = 'learnware' \(session.dialect.forUpdate)"
            )
            try Self.validateEmpty(session)
            var stock = Stock()
            var last = 0
            try backup.forEachLine { line throws(MarketError) in
                switch line {
                case .learnware(let id, let added, let newest, let isWithdrawn):
                    try session.run(
                        "INSERT INTO learnware (id, added, newest, withdrawn) VALUES (?1, ?2, ?3, ?4)",
                        [.text(id), .integer(added), .integer(newest), .integer(isWithdrawn ? 1 : 0)]
                    )
                    last = max(last, Int(id) ?? .max)
                    stock.learnwares += 1
                case .version(let version):
                    try Self.insert(version, session)
                    stock.versions += 1
                }
            }
            try Self.validateNewest(session)
            let counter = max(backup.manifest.counter, try counters.first?.integer(0) ?? 0)
            guard last <= counter, stock.learnwares == backup.manifest.learnwares,
                stock.versions == backup.manifest.versions
            else {
                throw MarketError(.corrupt, "the backup's rows and what its backup.json says of them do not agree")
            }
            try session.run("UPDATE counter SET value = ?1 WHERE name = 'learnware'", [.integer(counter)])
            return stock
        }
    }

    private static func insert(
        _ line: BackupFormat.VersionLine,
        _ session: any SQLSession
    ) throws(MarketError) {
        let isWaiting = line.state == .waiting || line.state == .checking
        let state = isWaiting ? VersionState.waiting : line.state
        try session.run(
            """
            INSERT INTO version (learnware, number, added, digest, size, name, semantic, specification_type,
                specification, state, checker, report)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """,
            [
                .text(line.key.id), .integer(line.key.number), .integer(line.added), .text(line.digest),
                .integer(line.size), .text(line.name), .text(line.semantic), SQLValue(line.specificationType),
                SQLValue(line.specification), .text(state.rawValue), SQLValue(line.checker), SQLValue(line.report),
            ]
        )
        if isWaiting || line.isQueued { try enqueue(line.key, session) }
    }

    private static func validateNewest(_ session: any SQLSession) throws(MarketError) {
        let wrong = try session.run(
            """
            SELECT l.id FROM learnware l
            WHERE l.newest <> COALESCE((SELECT MAX(number) FROM version WHERE learnware = l.id), 0) LIMIT 1
            """
        )
        if let row = wrong.first {
            throw MarketError(.corrupt, "the backup lacks the newest version of learnware \(try row.text(0))")
        }
    }
}
