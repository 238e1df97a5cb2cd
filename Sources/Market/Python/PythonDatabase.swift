import Documents
import GRDBSQLite
import SystemPackage

/// An SQLite file that a stranger may have written, opened to read one known table.
///
/// It is read-only and immutable, its schema is not trusted, and an authorizer lets a statement read the columns of that
/// table and nothing else: no view, no function, no virtual table (sqlite.org, "Defense Against The Dark Arts"). The flag
/// `SQLITE_DBCONFIG_DEFENSIVE` concerns what writes, and nothing here can.
final class PythonDatabase {
    private let handle: OpaquePointer
    private let shown: String
    /// Steps that are left, counted in thousands: what is damaged on purpose may lead in circles.
    private let budget: UnsafeMutablePointer<Int>

    private static let table = "tb_learnware"
    private static let mostRows = 100_000
    private static let mostSteps = 200_000
    /// Of one text; the reader of specifications takes no more.
    private static let longestText = DocumentLimits.manifest.bytes

    /// - Parameters:
    ///   - copy: a file that nobody else writes to.
    ///   - shown: how messages name the original.
    /// - Throws: ``MarketError`` when it is no database, or has not the table.
    init(_ copy: FilePath, shown: String) throws(MarketError) {
        self.shown = Printable(shown).description
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        let status = sqlite3_open_v2("file:\(Self.escaped(copy.string))?immutable=1", &opened, flags, nil)
        guard status == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw MarketError(.corrupt, "'\(self.shown)' cannot be opened as an SQLite database")
        }
        handle = opened
        budget = .allocate(capacity: 1)
        budget.initialize(to: Self.mostSteps)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(PythonMarket.largestDatabase))
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 0)
        sqlite3_progress_handler(handle, 1000, Self.spend, budget)
        for pragma in ["trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"] {
            try run("PRAGMA \(pragma)") { _ in }
        }
        sqlite3_set_authorizer(handle, Self.authorize, nil)
    }

    deinit {
        sqlite3_close_v2(handle)
        budget.deallocate()
    }

    private static let spend: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { pointer in
        guard let budget = pointer?.assumingMemoryBound(to: Int.self) else { return 1 }
        budget.pointee -= 1
        return budget.pointee < 0 ? 1 : 0
    }

    /// Reading columns of the two tables, by name and not from inside a view or a trigger.
    private static let authorize:
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
            UnsafePointer<CChar>?
        ) -> Int32 = { _, action, first, _, _, inside in
            if action == SQLITE_SELECT { return SQLITE_OK }
            guard inside == nil, let first else { return SQLITE_DENY }
            let name = String(cString: first)
            let isAllowed =
                switch action {
                case SQLITE_READ: ["tb_learnware", "sqlite_master"].contains(name)
                case SQLITE_PRAGMA: name == "table_xinfo"
                default: false
                }
            return isAllowed ? SQLITE_OK : SQLITE_DENY
        }

    /// What the table holds, in the order of the identifiers.
    ///
    /// - Throws: ``MarketError`` when the table is missing, something else, or larger than what is read.
    func rows() throws(MarketError) -> [PythonMarket.Row] {
        try validateTable()
        var rows: [PythonMarket.Row] = []
        var bytes = 0
        try run("SELECT id, semantic_spec, zip_path FROM main.\(Self.table)") { statement throws(MarketError) in
            let row = Self.row(statement)
            bytes += row.semantic.utf8.count
            // A page that is referred to again and again is in the file only once.
            guard rows.count < Self.mostRows, bytes <= PythonMarket.largestDatabase else {
                throw MarketError(
                    .refused,
                    "the table '\(Self.table)' of '\(shown)' has more than \(Self.mostRows) rows, or more text than its file"
                )
            }
            rows.append(row)
        }
        return rows.sorted { ($0.id, $0.file) < ($1.id, $1.file) }
    }

    private func validateTable() throws(MarketError) {
        var found: [String] = []
        var isTable = false
        try run("SELECT type, rootpage, sql FROM main.sqlite_master WHERE name = '\(Self.table)'") { statement in
            let type = Self.text(statement, 0, limit: 100) ?? "nothing"
            found.append(type)
            // SQLite writes the statement so; a virtual table has no page of its own.
            let words = Self.text(statement, 2, limit: Self.longestText)?.prefix(13).uppercased() ?? ""
            isTable = type == "table" && sqlite3_column_int64(statement, 1) > 0 && words == "CREATE TABLE "
        }
        guard found.count == 1, isTable else {
            let kind = found.first.map { "is \($0 == "table" ? "no ordinary table" : "a " + $0)" } ?? "is not there"
            throw MarketError(
                .corrupt,
                "'\(shown)' is no database of a market: its table '\(Self.table)' \(Printable(kind, limit: 60))",
                hint: "the Python package keeps learnwares in a table of that name"
            )
        }
        try validateColumns()
    }

    /// A column that is computed would run functions while it is read.
    private func validateColumns() throws(MarketError) {
        var stored: Set<String> = []
        try run("PRAGMA main.table_xinfo(\(Self.table))") { statement in
            guard let name = Self.text(statement, 1, limit: 100), sqlite3_column_int(statement, 6) == 0 else { return }
            stored.insert(name)
        }
        for column in ["id", "semantic_spec", "zip_path"] where !stored.contains(column) {
            throw MarketError(
                .corrupt,
                "'\(shown)' is no database of a market: its table '\(Self.table)' keeps no column '\(column)'"
            )
        }
    }

    private static func row(_ statement: OpaquePointer) -> PythonMarket.Row {
        let id = text(statement, 0, limit: 100)
        let path = text(statement, 2, limit: 4096)
        let semantic = text(statement, 1, limit: longestText)
        // Whatever folder is named, only the base name counts.
        let file = path.map { String($0.split(separator: "/", omittingEmptySubsequences: false).last ?? "") } ?? ""
        var row = PythonMarket.Row(id: id ?? "", file: file, semantic: semantic ?? "")
        if id == nil {
            row.refusal = "its identifier is no text of at most 100 bytes"
        } else if semantic == nil {
            row.refusal = "its semantic specification is no text of at most \(longestText) bytes"
        } else if !OpenFolder.isBaseName(file) {
            row.refusal = "its zip's path ends in no name of a file"
        }
        return row
    }

    /// - Returns: nil for what is no text in UTF-8, or longer than the limit.
    private static func text(_ statement: OpaquePointer, _ column: Int32, limit: Int) -> String? {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT, let start = sqlite3_column_text(statement, column)
        else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column))
        guard count <= limit else { return nil }
        return String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private func run(
        _ text: String,
        _ body: (OpaquePointer) throws(MarketError) -> Void
    ) throws(MarketError) {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, text, -1, &prepared, nil) == SQLITE_OK, let statement = prepared else {
            throw failure()
        }
        defer { sqlite3_finalize(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(statement)
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    private func failure() -> MarketError {
        switch sqlite3_errcode(handle) {
        case SQLITE_NOTADB: return MarketError(.corrupt, "'\(shown)' is no SQLite database")
        case SQLITE_CORRUPT: return MarketError(.corrupt, "'\(shown)' is a damaged SQLite database")
        case SQLITE_INTERRUPT: return MarketError(.corrupt, "'\(shown)' takes more steps to read than it has room for")
        case SQLITE_AUTH:
            return MarketError(
                .corrupt,
                "the table '\(Self.table)' of '\(shown)' reads something else than its own columns"
            )
        default:
            let said = sqlite3_errmsg(handle).map { String(cString: $0) } ?? ""
            return MarketError(.corrupt, "the database '\(shown)' cannot be read: \(Printable(said, limit: 200))")
        }
    }

    /// A path as the part of a URI that it is.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "/._-".contains(character) {
                return String(character)
            }
            let digits = String(byte, radix: 16)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
