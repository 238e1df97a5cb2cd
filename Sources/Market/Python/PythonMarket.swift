import Documents
import Glibc
public import SystemPackage

/// A market folder of the Python package: an SQLite database and zips, all of it foreign.
///
/// What its database says is data. Only base names inside its folder of zips are opened, none of them through a link.
public struct PythonMarket: Sendable {
    /// The market's name, as its files have it.
    public let name: String
    /// What its database lists, in the order of the identifiers.
    public let rows: [Row]
    private let zips: OpenFolder

    /// One learnware, as its database has it.
    public struct Row: Hashable, Sendable {
        /// The identifier there: foreign text.
        public let id: String
        /// The base name of its zip: foreign text.
        public let file: String
        /// The semantic specification, JSON.
        let semantic: String
        /// Why it cannot be taken, where that is clear already.
        var refusal: String?
    }

    /// Bytes of a database that is read: Beimingwu's, with thousands of learnwares, has a few MB.
    static let largestDatabase = 256 << 20

    /// Reads the database of a market.
    ///
    /// - Parameters:
    ///   - folder: `~/.learnware`, or another that holds `market_NAME.db` and the market's folder.
    ///   - name: which market, where the folder has several.
    ///   - market: lends the room for a copy of the database: what is read must not change meanwhile.
    /// - Throws: ``MarketError``.
    public init(_ folder: FilePath, named name: String?, for market: Market) throws(MarketError) {
        let root = try OpenFolder(folder)
        let (place, file) = try Self.database(in: root, name)
        self.name = Self.marketName(file)
        zips = try Self.zips(in: root, of: self.name)
        let input = try place.file(file)
        defer { try? input.close() }
        try Self.validate(input, place, file)
        rows = try market.packages.arriving(".db") { copy throws(MarketError) in
            try PackageFolder.copy(input, to: copy)
            return try PythonDatabase(copy, shown: place.path.appending(file).string).rows()
        }
    }

    /// Opens the zip of a row.
    ///
    /// - Returns: the file, for the caller to close.
    /// - Throws: ``MarketError`` when it is missing, a link, or no file.
    func zip(of row: Row) throws(MarketError) -> FileDescriptor { try zips.file(row.file) }

    private static func marketName(_ file: String) -> String { String(file.dropFirst(7).dropLast(3)) }

    /// The database, and the folder that it is in.
    private static func database(in root: OpenFolder, _ name: String?) throws(MarketError) -> (OpenFolder, String) {
        for place in [try root.folder("database"), root].compactMap(\.self) {
            let files = try place.names().filter { file in
                file.hasPrefix("market_") && file.hasSuffix(".db") && OpenFolder.isBaseName(marketName(file))
                    && (name == nil || marketName(file) == name)
            }
            guard let file = files.first else { continue }
            guard files.count == 1 else {
                let names = files.prefix(20).map { Printable(marketName($0), limit: 60).description }
                throw MarketError(
                    .refused,
                    "'\(Printable(root.path.string))' holds several markets: \(names.joined(separator: ", "))",
                    hint: "--name NAME chooses one"
                )
            }
            return (place, file)
        }
        let shown = Printable(root.path.string)
        let wanted = name.map { "market_\(Printable($0, limit: 60)).db" } ?? "market_NAME.db"
        throw MarketError(
            .missing,
            "there is no database '\(wanted)' in '\(shown)' or its folder 'database'",
            hint: "name the folder that the Python package keeps everything in, such as ~/.learnware"
        )
    }

    private static func zips(in root: OpenFolder, of name: String) throws(MarketError) -> OpenFolder {
        let market = try root.folder(name) ?? root
        let pool = try market.folder("learnware_pool") ?? market
        if let zips = try pool.folder("zips") { return zips }
        throw MarketError(
            .missing,
            "there is no folder '\(Printable(name))/learnware_pool/zips' in '\(Printable(root.path.string))'",
            hint: "a link is not followed; copy the folder itself"
        )
    }

    /// Refuses what SQLite would have to mend first: a copy of one file alone would be of another time.
    private static func validate(
        _ input: FileDescriptor,
        _ place: OpenFolder,
        _ file: String
    ) throws(MarketError) {
        let shown = Printable(place.path.appending(file).string)
        var status = stat()
        guard fstat(input.rawValue, &status) == 0, status.st_size <= largestDatabase else {
            throw MarketError(
                .refused,
                "'\(shown)' has \(status.st_size) bytes; of a database at most \(largestDatabase) are read"
            )
        }
        for suffix in ["-journal", "-wal"] {
            var first: [UInt8] = [0]
            guard let log = try? place.file(file + suffix) else { continue }
            let count = (try? log.closeAfter { try first.withUnsafeMutableBytes { try log.read(into: $0) } }) ?? 0
            // A log that is done with is empty, or begins with zeros.
            guard count == 0 || first == [0] else {
                throw MarketError(
                    .refused,
                    "'\(shown)\(suffix)' holds what is not in the database yet",
                    hint: "end the Python program that uses it, then open and close the market there once"
                )
            }
        }
    }
}
