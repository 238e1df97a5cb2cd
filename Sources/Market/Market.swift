import Documents
import Glibc
public import SystemPackage

/// Learnwares that can be found: their packages in a folder, and a database that says what they are.
///
/// Whatever is killed at any moment leaves the old state or the new one: a package lies in the folder, whole and on
/// the disk, before the one transaction that names it, and goes only after the one that names it no more.
public struct Market: Sendable {
    /// The folder that everything is in, except for a PostgreSQL database.
    public let path: FilePath
    /// Where its database is.
    public let location: DatabaseLocation
    let packages: PackageFolder
    let database: any SQLDatabase

    /// Where a market's database is.
    public enum DatabaseLocation: Hashable, Sendable {
        /// A file in the market's folder.
        case sqlite
        /// A schema in a PostgreSQL database.
        ///
        /// The address holds no password: that comes from the password file or a service file.
        case postgres(url: String, schema: String)
    }

    private static let settingsName = "market.json"
    private static let schemaName = "learnware/market/1"

    /// Makes a new, empty market.
    ///
    /// - Parameters:
    ///   - path: a folder that does not exist, or is empty.
    ///   - postgres: the address of a PostgreSQL database; nil for SQLite.
    /// - Returns: the market.
    /// - Throws: ``MarketError``; then nothing is left behind.
    public static func create(at path: FilePath, postgres: String? = nil) throws(MarketError) -> Market {
        var location = DatabaseLocation.sqlite
        if let postgres { location = try postgresLocation(postgres) }
        let isNew = mkdir(path.string, 0o777) == 0
        guard isNew || errno == EEXIST else { throw .failed("made", path, Errno(rawValue: errno)) }
        var isEmpty = isNew
        if !isNew { isEmpty = try PackageFolder.isEmpty(path) }
        guard isEmpty else {
            throw MarketError(
                .refused,
                "'\(Printable(path.string))' is not empty, so no market is made in it",
                hint: "name a folder that does not exist yet"
            )
        }
        var postgresDatabase: PostgresDatabase?
        do throws(MarketError) {
            let packages = PackageFolder(path: path.appending("packages"))
            try packages.create()
            let database = try connect(location, path, isNew: true)
            postgresDatabase = database as? PostgresDatabase
            let market = Market(path: path, location: location, packages: packages, database: database)
            try Schema.migrate(market.database, isNew: true)
            // Last: a folder without it is no market.
            try market.writeSettings()
            return market
        } catch {
            // When even that fails, the connection is what broke.
            try? postgresDatabase?.removeSchema()
            PackageFolder.removeNewMarket(path, keepingFolder: !isNew)
            throw error
        }
    }

    /// Opens a market.
    ///
    /// - Parameter path: its folder.
    /// - Returns: the market.
    /// - Throws: ``MarketError``.
    public static func open(_ path: FilePath) throws(MarketError) -> Market {
        let location = try readSettings(path)
        let packages = PackageFolder(path: path.appending("packages"))
        let database = try connect(location, path, isNew: false)
        let market = Market(path: path, location: location, packages: packages, database: database)
        try Schema.migrate(market.database, isNew: false)
        return market
    }

    static func connect(
        _ location: DatabaseLocation,
        _ path: FilePath,
        isNew: Bool
    ) throws(MarketError) -> any SQLDatabase {
        switch location {
        case .sqlite:
            let file = path.appending("market.sqlite")
            // SQLite would make an empty one.
            guard isNew || access(file.string, F_OK) == 0 else {
                throw MarketError(
                    .corrupt,
                    "the market's database '\(Printable(file.string))' is gone",
                    hint: "put it back from a backup; 'lw-dock rebuild' makes another from the packages that are left"
                )
            }
            return try SQLiteDatabase(file)
        case .postgres(let url, let schema): return try PostgresDatabase(url, schema: schema, isNew: isNew)
        }
    }

    /// Checks an address, and chooses a schema that no other market has.
    private static func postgresLocation(_ url: String) throws(MarketError) -> DatabaseLocation {
        try validate(url)
        let random = String(UInt64.random(in: .min ... .max), radix: 36)
        return .postgres(url: url, schema: "learnware_\(random)")
    }

    private static func validate(_ url: String) throws(MarketError) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw MarketError(
                .refused,
                "the address of the database is not of the form postgres://USER@HOST/DATABASE"
            )
        }
        guard try !PostgresDatabase.holdsPassword(url) else {
            throw MarketError(
                .refused,
                "the address of the database holds a password, which every user of this machine could read",
                hint: "write it into ~/.pgpass, or a service file, and leave it out of the address"
            )
        }
    }

    private func writeSettings() throws(MarketError) {
        var members = [("schema", Node(Self.schemaName))]
        switch location {
        case .sqlite: members.append(("database", Node("sqlite")))
        case .postgres(let url, let schema):
            members.append(("database", Node(url)))
            members.append(("database_schema", Node(schema)))
        }
        let text = Node(object: members).json(pretty: true) + "\n"
        try PackageFolder.writeDurably(Array(text.utf8), to: path.appending(Self.settingsName))
    }

    static func readSettings(_ path: FilePath) throws(MarketError) -> DatabaseLocation {
        let file = path.appending(settingsName)
        let bytes: [UInt8]
        do {
            let descriptor = try FileDescriptor.open(file, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
            bytes = try descriptor.closeAfter {
                var block = [UInt8](repeating: 0, count: 65_536)
                let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                return Array(block[..<count])
            }
        } catch {
            let code = error as? Errno ?? .ioError
            guard code == .noSuchFileOrDirectory || code == .notDirectory else { throw .failed("read", file, code) }
            throw MarketError(
                .missing,
                "there is no market in '\(Printable(path.string))'",
                hint: "'lw-dock init FOLDER' makes one; --market FOLDER names another"
            )
        }
        guard let node = try? JSON.parse(bytes), node["schema"]?.string == schemaName,
            let name = node["database"]?.string
        else {
            throw MarketError(.corrupt, "'\(Printable(file.string))' does not say what market this is")
        }
        if name == "sqlite" { return .sqlite }
        try validate(name)
        guard let schema = node["database_schema"]?.string, !schema.isEmpty,
            schema.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f })
        else { throw MarketError(.corrupt, "'\(Printable(file.string))' names no schema of the database") }
        return .postgres(url: name, schema: schema)
    }
}
