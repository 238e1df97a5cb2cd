import Documents

/// What a backup is: a folder with `backup.json`, the rows of the database as JSON lines, and packages by digest.
///
/// Every row stands on a line of its own: first all learnwares, then their versions. Jobs are not kept: what waited for a
/// check does so again.
enum BackupFormat {
    static let manifestName = "backup.json"
    static let rowsName = "rows.jsonl"
    static let packagesName = "packages"
    static let schemaName = "learnware/market-backup/1"
    /// Bytes of one line.
    static let longestLine = DocumentLimits.data.bytes

    /// What `backup.json` says; written last.
    struct Manifest: Equatable {
        /// How many names were given.
        var counter: Int
        var learnwares = 0
        var versions = 0
        var packages = 0
        /// SHA-256 of the rows' file.
        var rowsDigest = ""

        var object: Node {
            Node(object: [
                ("schema", Node(schemaName)), ("names_given", Node(counter)), ("learnwares", Node(learnwares)),
                ("versions", Node(versions)), ("packages", Node(packages)),
                ("rows", Node("sha256:" + rowsDigest)),
            ])
        }
    }

    /// One line of the rows.
    enum Line {
        case learnware(id: String, added: Int, newest: Int, isWithdrawn: Bool)
        case version(VersionLine)
    }

    /// A version with all its columns.
    struct VersionLine {
        let key: VersionKey
        let added: Int
        let digest: String
        let size: Int
        let name: String
        let semantic: String
        let specificationType: String?
        let specification: String?
        let state: VersionState
        let checker: String?
        let report: String?
        /// Whether a check is due.
        let isQueued: Bool
    }
}

extension BackupFormat.Manifest {
    /// - Throws: ``MarketError`` when it is no backup's, or of a later kind.
    init(_ bytes: [UInt8], shown: String) throws(MarketError) {
        let node = try? JSON.parse(bytes)
        guard let node, let schema = node["schema"]?.string, schema.hasPrefix("learnware/market-backup/") else {
            throw MarketError(.corrupt, "'\(shown)' does not say that this is a backup of a market")
        }
        guard schema == BackupFormat.schemaName else {
            throw MarketError(
                .refused,
                "'\(shown)' is of the kind '\(Printable(schema, limit: 60))', and this program knows "
                    + "'\(BackupFormat.schemaName)'",
                hint: "use the newer version of lw-dock that made it"
            )
        }
        let numbers = ["names_given", "learnwares", "versions", "packages"].compactMap { node[$0]?.integer }
        guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }), let rows = node["rows"]?.string,
            rows.hasPrefix("sha256:")
        else { throw MarketError(.corrupt, "'\(shown)' does not say what is in the backup") }
        (counter, learnwares, versions, packages) = (numbers[0], numbers[1], numbers[2], numbers[3])
        rowsDigest = String(rows.dropFirst(7))
    }
}

extension BackupFormat.Line {
    var object: Node {
        switch self {
        case .learnware(let id, let added, let newest, let isWithdrawn):
            Node(object: [
                ("learnware", Node(id)), ("added", Node(added)), ("newest", Node(newest)),
                ("withdrawn", Node(isWithdrawn)),
            ])
        case .version(let line):
            Node(object: [
                ("version", Node(line.key.number)), ("learnware", Node(line.key.id)), ("added", Node(line.added)),
                ("digest", Node(line.digest)), ("size", Node(line.size)), ("name", Node(line.name)),
                ("semantic", Node(line.semantic)), ("specification_type", Self.node(line.specificationType)),
                ("specification", Self.node(line.specification)), ("state", Node(line.state.rawValue)),
                ("checker", Self.node(line.checker)), ("report", Self.node(line.report)),
                ("queued", Node(line.isQueued)),
            ])
        }
    }

    private static func node(_ text: String?) -> Node { text.map { Node($0) } ?? nil }

    /// - Parameters:
    ///   - bytes: one line.
    ///   - place: where it stands, for messages.
    /// - Throws: ``MarketError`` when it is no row of a market.
    init(_ bytes: [UInt8], place: String) throws(MarketError) {
        guard let node = try? JSON.parse(bytes, limits: .data), let line = Self(node) else {
            throw MarketError(.corrupt, "\(place) is no row of a market")
        }
        self = line
    }

    private init?(_ node: Node) {
        guard let id = node["learnware"]?.string, (1...20).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let added = node["added"]?.integer
        else { return nil }
        guard let number = node["version"] else {
            guard let newest = node["newest"]?.integer, newest > 0, let isWithdrawn = node["withdrawn"]?.bool else {
                return nil
            }
            self = .learnware(id: id, added: added, newest: newest, isWithdrawn: isWithdrawn)
            return
        }
        guard let number = number.integer, number > 0, let digest = node["digest"]?.string,
            PackageFolder.isDigest(digest), let size = node["size"]?.integer, size >= 0,
            let name = node["name"]?.string, let semantic = node["semantic"]?.string,
            let state = node["state"]?.string.flatMap(VersionState.init(rawValue:)),
            let isQueued = node["queued"]?.bool
        else { return nil }
        for key in ["specification_type", "specification", "checker", "report"] {
            guard let value = node[key], value.isNull || value.string != nil else { return nil }
        }
        self = .version(
            BackupFormat.VersionLine(
                key: VersionKey(id: id, number: number),
                added: added,
                digest: digest,
                size: size,
                name: name,
                semantic: semantic,
                specificationType: node["specification_type"]?.string,
                specification: node["specification"]?.string,
                state: state,
                checker: node["checker"]?.string,
                report: node["report"]?.string,
                isQueued: isQueued
            )
        )
    }
}
