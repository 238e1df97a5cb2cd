import Documents
import Packaging
public import SystemPackage

extension Market {
    /// What a backup holds, or a market that was made from one.
    public struct Stock: Hashable, Sendable {
        /// Learnwares.
        public internal(set) var learnwares: Int
        /// Their versions.
        public internal(set) var versions: Int
        /// Packages, each read from the first byte to the last.
        public internal(set) var packages: Int

        package init(learnwares: Int = 0, versions: Int = 0, packages: Int = 0) {
            (self.learnwares, self.versions, self.packages) = (learnwares, versions, packages)
        }
    }

    /// Writes all of the market into a new folder, from which ``restore(from:progress:)`` makes it again.
    ///
    /// Rows are those of one moment, whoever writes meanwhile; their packages stay until they are copied, so that who
    /// removes a learnware waits for that. The folder appears under its name when it is complete and on the disk.
    ///
    /// - Parameters:
    ///   - target: a name that nothing has yet.
    ///   - progress: called after each package: how many are copied, of how many.
    /// - Returns: what was written.
    /// - Throws: ``MarketError``; then nothing is left there.
    public func backUp(
        to target: FilePath,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(MarketError) -> Stock {
        let writer = try BackupWriter(target)
        return try packages.locked(exclusive: false) { () throws(MarketError) in
            var (manifest, digests) = try writeRows(to: writer.path(BackupFormat.rowsName))
            for (index, digest) in digests.sorted().enumerated() {
                if Task.isCancelled { throw MarketError(.refused, "interrupted") }
                try copyOut(digest, to: try writer.packagePath(digest))
                progress(index + 1, digests.count)
            }
            manifest.packages = digests.count
            let text = manifest.object.json(pretty: true) + "\n"
            try PackageFolder.writeDurably(Array(text.utf8), to: writer.path(BackupFormat.manifestName))
            try syncFolders(of: digests, writer)
            try writer.publish()
            return Stock(learnwares: manifest.learnwares, versions: manifest.versions, packages: manifest.packages)
        }
    }

    /// A backup of what is damaged would be found out when it is needed.
    private func copyOut(_ digest: String, to copy: FilePath) throws(MarketError) {
        let hint = "'lw-dock fsck' names all that are damaged; without those learnwares there can be a backup"
        do throws(MarketError) {
            try PackageFolder.copy(packages.file(digest), to: copy)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            throw MarketError(.corrupt, error.description, hint: hint, errno: error.errno)
        }
        let package: Package
        do throws(PackageError) {
            package = try Package.open(copy)
        } catch {
            guard error.code == nil else { throw MarketError(error) }
            throw MarketError(
                .corrupt,
                "the package '\(packages.file(digest).string)' cannot be used: \(error.message)",
                hint: hint
            )
        }
        guard package.digest == digest else {
            throw MarketError(
                .corrupt,
                "'\(packages.file(digest).string)' holds another package than it is named after",
                hint: hint
            )
        }
    }

    private func syncFolders(of digests: Set<String>, _ writer: BackupWriter) throws(MarketError) {
        guard !digests.isEmpty else { return }
        let folder = writer.path(BackupFormat.packagesName)
        for prefix in Set(digests.map { $0.prefix(2) }) { try PackageFolder.sync(folder.appending(String(prefix))) }
        try PackageFolder.sync(folder)
    }

    /// Rows of a page; a specification may have many megabytes.
    private static let pageLength = 32

    /// Writes the rows of one moment.
    private func writeRows(to path: FilePath) throws(MarketError) -> (BackupFormat.Manifest, Set<String>) {
        try database.read { session throws(MarketError) in
            var writer = try LineWriter(path)
            let counter = try session.run("SELECT value FROM counter WHERE name = 'learnware'").first?.integer(0)
            var manifest = BackupFormat.Manifest(counter: counter ?? 0)
            for row in try session.run("SELECT id, added, newest, withdrawn FROM learnware ORDER BY id") {
                let line = BackupFormat.Line.learnware(
                    id: try row.text(0),
                    added: try row.integer(1),
                    newest: try row.integer(2),
                    isWithdrawn: try row.integer(3) == 1
                )
                try writer.write(line.object)
                manifest.learnwares += 1
            }
            var digests: Set<String> = []
            var last = VersionKey(id: "", number: 0)
            while true {
                let page = try Self.page(after: last, session)
                for line in page {
                    try writer.write(BackupFormat.Line.version(line).object)
                    digests.insert(line.digest)
                    last = line.key
                }
                manifest.versions += page.count
                if page.count < Self.pageLength { break }
            }
            manifest.rowsDigest = try writer.finish()
            return (manifest, digests)
        }
    }

    private static func page(
        after last: VersionKey,
        _ session: any SQLSession
    ) throws(MarketError) -> [BackupFormat.VersionLine] {
        let rows = try session.run(
            """
            SELECT v.learnware, v.number, v.added, v.digest, v.size, v.name, v.semantic, v.specification_type,
                v.specification, v.state, v.checker, v.report, CASE WHEN j.learnware IS NULL THEN 0 ELSE 1 END
            FROM version v LEFT JOIN job j ON j.learnware = v.learnware AND j.number = v.number
            WHERE v.learnware > ?1 OR (v.learnware = ?1 AND v.number > ?2)
            ORDER BY v.learnware, v.number LIMIT \(pageLength)
            """,
            [.text(last.id), .integer(last.number)]
        )
        var lines: [BackupFormat.VersionLine] = []
        for row in rows {
            guard let state = VersionState(rawValue: try row.text(9)), PackageFolder.isDigest(try row.text(3)) else {
                throw MarketError(
                    .corrupt,
                    "the market's database holds a state or a digest that cannot be",
                    hint: "'lw-dock fsck' says what is wrong"
                )
            }
            lines.append(
                BackupFormat.VersionLine(
                    key: VersionKey(id: try row.text(0), number: try row.integer(1)),
                    added: try row.integer(2),
                    digest: try row.text(3),
                    size: try row.integer(4),
                    name: try row.text(5),
                    semantic: try row.text(6),
                    specificationType: try row.optionalText(7),
                    specification: try row.optionalText(8),
                    state: state,
                    checker: try row.optionalText(10),
                    report: try row.optionalText(11),
                    isQueued: try row.integer(12) == 1
                )
            )
        }
        return lines
    }
}
