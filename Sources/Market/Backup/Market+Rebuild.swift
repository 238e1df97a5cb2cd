import Documents
import Glibc
import Packaging
public import SystemPackage

extension Market {
    /// What could be made of the packages alone.
    public struct Rebuilt: Sendable {
        /// The new learnwares with the digests of their packages, in the order in which the packages came.
        public internal(set) var learnwares: [(id: String, digest: String, name: String)] = []
        /// Packages that no row could be made of, and why; each lies in the folder ``unrecoveredName`` too, where nothing
        /// sweeps it away.
        public internal(set) var unrecovered: [(file: FilePath, reason: String)] = []
        /// Where a damaged database was put.
        public internal(set) var damaged: FilePath?
    }

    /// Where packages are put that no row could be made of.
    public static let unrecoveredName = "unrecovered"

    /// Makes a database anew from the packages, after it was lost: each becomes a learnware that waits for its check.
    ///
    /// What only the database knew is gone: names, which packages were versions of one learnware, what was withdrawn,
    /// semantic specifications that came beside their packages, and reports. A database that is damaged is put aside.
    ///
    /// - Parameters:
    ///   - path: the market's folder.
    ///   - first: the first name that is given; one beyond all that were given before keeps old names from meaning
    ///     something else.
    /// - Returns: the market, and what came of it.
    /// - Throws: ``MarketError``; of the kind `refused` when the database is there and not empty.
    public static func rebuild(
        _ path: FilePath,
        first: Int = 1
    ) throws(MarketError) -> (market: Market, rebuilt: Rebuilt) {
        let location = try readSettings(path)
        let packages = PackageFolder(path: path.appending("packages"))
        var rebuilt = Rebuilt()
        // One at a time, so that nobody puts a database aside that another has just made.
        let market: Market
        (market, rebuilt.damaged) = try packages.locked(exclusive: true) { () throws(MarketError) in
            do throws(MarketError) {
                return (try open(path), nil)
            } catch {
                guard error.kind == .corrupt else { throw error }
                let damaged = location == .sqlite ? try putAside(path) : nil
                let database = try connectAnew(location, path)
                try Schema.migrate(database, isNew: true)
                return (Market(path: path, location: location, packages: packages, database: database), damaged)
            }
        }
        try market.insertPackages(first, &rebuilt)
        return (market, rebuilt)
    }

    /// Makes an empty database, or takes the one that somebody made who was killed then.
    private static func connectAnew(
        _ location: DatabaseLocation,
        _ path: FilePath
    ) throws(MarketError) -> any SQLDatabase {
        do throws(MarketError) {
            return try connect(location, path, isNew: false)
        } catch {
            guard error.kind == .corrupt else { throw error }
            return try connect(location, path, isNew: true)
        }
    }

    /// - Returns: where a damaged database is now; nil when there was none.
    private static func putAside(_ path: FilePath) throws(MarketError) -> FilePath? {
        let file = path.appending("market.sqlite").string
        let aside = path.appending("market.sqlite.damaged-\(time(nil))")
        var isThere = false
        // The log too, also where it is all that is left: it would be taken for the new database's.
        for suffix in ["-wal", "-shm", ""] {
            if rename(file + suffix, aside.string + suffix) == 0 {
                isThere = true
            } else if errno != ENOENT {
                throw .failed("renamed", FilePath(file + suffix), Errno(rawValue: errno))
            }
        }
        return isThere ? aside : nil
    }

    private func insertPackages(_ first: Int, _ rebuilt: inout Rebuilt) throws(MarketError) {
        var found = rebuilt
        found = try packages.locked(exclusive: false) { () throws(MarketError) in
            let digests = try packages.contents().digests.map { digest in
                var status = stat()
                _ = stat(packages.file(digest).string, &status)
                return (time: status.st_mtim.tv_sec, fraction: status.st_mtim.tv_nsec, digest: digest)
            }
            // One transaction: until it ends, the market is empty.
            return try database.write { session throws(MarketError) in
                var rebuilt = found
                let counters = try session.run(
                    "SELECT value FROM counter WHERE name = 'learnware' \(session.dialect.forUpdate)"
                )
                guard try session.run("SELECT 1 FROM learnware LIMIT 1").isEmpty else {
                    throw MarketError(
                        .refused,
                        "the market's database is there, and not empty: there is nothing to rebuild",
                        hint: "'lw-dock fsck' says what is wrong with a market"
                    )
                }
                let counter = max(try counters.first?.integer(0) ?? 0, first - 1)
                try session.run("UPDATE counter SET value = ?1 WHERE name = 'learnware'", [.integer(counter)])
                for (_, _, digest) in digests.sorted(by: { $0 < $1 }) {
                    if Task.isCancelled { throw MarketError(.refused, "interrupted") }
                    try insert(digest, session, &rebuilt)
                }
                return rebuilt
            }
        }
        rebuilt = found
    }

    private func insert(
        _ digest: String,
        _ session: any SQLSession,
        _ rebuilt: inout Rebuilt
    ) throws(MarketError) {
        let file = packages.file(digest)
        do throws(MarketError) {
            let package: Package
            do throws(PackageError) {
                package = try Package.open(file)
            } catch {
                throw MarketError(error)
            }
            guard package.digest == digest else {
                throw MarketError(.package, "it is not the package that it is named after")
            }
            let record = try Record(package)
            let key = try Self.insertLearnware(record, session)
            rebuilt.learnwares.append((key.id, digest, record.semantic.name))
        } catch {
            guard error.kind == .package else { throw error }
            rebuilt.unrecovered.append((try keepAside(file), error.description))
        }
    }

    /// A second name in a folder that no sweep goes through.
    private func keepAside(_ file: FilePath) throws(MarketError) -> FilePath {
        let folder = path.appending(Self.unrecoveredName)
        guard mkdir(folder.string, 0o777) == 0 || errno == EEXIST else {
            throw .failed("made", folder, Errno(rawValue: errno))
        }
        let kept = folder.appending(file.lastComponent?.string ?? "package.zip")
        guard link(file.string, kept.string) == 0 || errno == EEXIST else {
            throw .failed("written", kept, Errno(rawValue: errno))
        }
        return kept
    }
}
