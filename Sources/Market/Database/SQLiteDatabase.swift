import Documents
import GRDB
package import SystemPackage

/// A database in one file: write-ahead log, foreign keys, one writer at a time.
package struct SQLiteDatabase: SQLDatabase {
    package let dialect = SQLDialect.sqlite
    private let path: FilePath
    private let pool: DatabasePool

    /// How long a writer waits for another.
    static let patience = 30.0

    /// Opens the database; it is made when it is not there.
    ///
    /// - Throws: ``MarketError`` when the file is no database or cannot be written to.
    package init(_ path: FilePath) throws(MarketError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.patience)
        configuration.label = "learnware.market"
        configuration.prepareDatabase { database in
            // What was promised to be stored is still there after a power failure.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Statements of a database that someone else may have written do not reach further than its tables.
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        do {
            pool = try DatabasePool(path: path.string, configuration: configuration)
        } catch {
            throw Self.failure(error, path)
        }
    }

    package func write<Value: Sendable>(
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        do {
            return try pool.write { database in try body(Session(database: database, path: path)) }
        } catch {
            throw Self.failure(error, path)
        }
    }

    package func read<Value: Sendable>(
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        do {
            return try pool.read { database in try body(Session(database: database, path: path)) }
        } catch {
            throw Self.failure(error, path)
        }
    }

    package func faults() throws(MarketError) -> [String] {
        try read { session throws(MarketError) in
            var faults: [String] = []
            for row in try session.run("PRAGMA integrity_check(20)") {
                let text = try row.text(0)
                if text != "ok" { faults.append("the database file: \(Printable(text, limit: 200))") }
            }
            for row in try session.run("PRAGMA foreign_key_check") {
                faults.append("a row of table '\(Printable(try row.text(0)))' refers to nothing")
            }
            return faults
        }
    }

    private struct Session: SQLSession {
        let dialect = SQLDialect.sqlite
        let database: Database
        let path: FilePath

        func run(_ statement: String, _ values: [SQLValue]) throws(MarketError) -> [SQLRow] {
            do {
                let prepared = try database.cachedStatement(sql: statement)
                let rows = try Row.fetchAll(prepared, arguments: StatementArguments(values.map(Self.argument)))
                return rows.map { row in SQLRow(values: row.databaseValues.map(Self.value)) }
            } catch {
                throw SQLiteDatabase.failure(error, path)
            }
        }

        private static func argument(_ value: SQLValue) -> DatabaseValue {
            switch value {
            case .null: .null
            case .integer(let integer): integer.databaseValue
            case .text(let text): text.databaseValue
            }
        }

        private static func value(_ value: DatabaseValue) -> SQLValue {
            switch value.storage {
            case .int64(let integer): .integer(Int(integer))
            case .string(let text): .text(text)
            default: .null
            }
        }
    }

    static func failure(_ error: any Error, _ path: FilePath) -> MarketError {
        if let error = error as? MarketError { return error }
        let shown = Printable(path.string)
        guard let error = error as? DatabaseError else {
            return MarketError(
                .database,
                "the database '\(shown)' cannot be used: \(Printable("\(error)", limit: 300))"
            )
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return MarketError(
                .busy,
                "the database '\(shown)' was in use by another for \(Int(patience)) s",
                hint: "try again; 'fuser \(shown)' names who holds it"
            )
        case .SQLITE_FULL:
            return MarketError(.inputOutput, "the disk of '\(shown)' is full; nothing was changed", errno: .noSpace)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return MarketError(
                .inputOutput,
                "the database '\(shown)' cannot be opened or written to",
                hint: "it and its folder must be writable, also for reading: SQLite keeps its log beside it"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return MarketError(
                .corrupt,
                "'\(shown)' is damaged, or no SQLite database",
                hint: "'lw-dock restore' makes a market from a backup"
            )
        default:
            let text = Printable(error.message ?? "\(error.resultCode)", limit: 300)
            return MarketError(.database, "the database '\(shown)' refuses: \(text)")
        }
    }
}
