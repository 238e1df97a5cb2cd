import CPostgres
import Documents
import Synchronization

/// A schema of its own in a PostgreSQL database, over one connection.
package final class PostgresDatabase: SQLDatabase {
    package let dialect = SQLDialect.postgres
    private let connection: Mutex<Connection>
    private let schema: String

    /// Connects to a schema that is there, or is made now.
    ///
    /// - Parameters:
    ///   - url: `postgres://…` or `postgresql://…` without a password, which comes from the service or password file.
    ///   - schema: letters, digits and `_`.
    ///   - isNew: true to make the schema.
    /// - Throws: ``MarketError``; one of the kind `corrupt` when the schema is not there.
    package init(_ url: String, schema: String, isNew: Bool) throws(MarketError) {
        let connection = try Connection(url)
        if isNew {
            try connection.run("CREATE SCHEMA \(schema)", [])
        } else if try connection.run("SELECT 1 FROM pg_namespace WHERE nspname = ?1", [.text(schema)]).isEmpty {
            throw MarketError(
                .corrupt,
                "the PostgreSQL database has no schema '\(schema)': the market's rows are gone, or somewhere else",
                hint: "restore the schema from the server's own backup; 'lw-dock rebuild' makes another from the "
                    + "packages that are left"
            )
        }
        try connection.run("SET search_path TO \(schema)", [])
        self.connection = Mutex(connection)
        self.schema = schema
    }

    /// Whether an address holds a password of whatever kind, as libpq reads it.
    ///
    /// - Throws: ``MarketError`` when libpq cannot read it.
    static func holdsPassword(_ url: String) throws(MarketError) -> Bool {
        var reason: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(reason) }
        guard let options = PQconninfoParse(url, &reason) else {
            // libpq's own reason may quote the password.
            throw MarketError(
                .refused,
                "the address of the database cannot be read",
                hint: "it has the form postgres://USER@HOST/DATABASE, with % before the codes of other characters"
            )
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword).hasSuffix("password"), option.pointee.val != nil { return true }
            option += 1
        }
        return false
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        try transaction("BEGIN ISOLATION LEVEL READ COMMITTED", body)
    }

    package func read<Value: Sendable>(
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }

    private func transaction<Value: Sendable>(
        _ begin: String,
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        try connection.withLock { connection throws(MarketError) in
            try connection.run(begin, [])
            do throws(MarketError) {
                let value = try body(connection)
                try connection.run("COMMIT", [])
                return value
            } catch {
                // The connection may be the fault; then there is nothing to undo.
                _ = try? connection.run("ROLLBACK", [])
                throw error
            }
        }
    }

    /// A server checks its own files.
    package func faults() throws(MarketError) -> [String] { [] }

    /// Removes the schema with all that is in it.
    package func removeSchema() throws(MarketError) {
        try write { session throws(MarketError) in try session.run("DROP SCHEMA \(schema) CASCADE", []) }
    }

    /// libpq's connection, used by one thread at a time, which the mutex around it sees to.
    private final class Connection: SQLSession {
        let dialect = SQLDialect.postgres
        private let handle: OpaquePointer

        init(_ url: String) throws(MarketError) {
            guard let handle = PQconnectdb(url) else {
                throw MarketError(.database, "there is no memory for a connection to PostgreSQL")
            }
            guard PQstatus(handle) == CONNECTION_OK else {
                let reason = Self.message(handle)
                PQfinish(handle)
                throw MarketError(
                    .database,
                    "PostgreSQL cannot be reached: \(reason)",
                    hint: "a password comes from ~/.pgpass or a service file, never from the address"
                )
            }
            self.handle = handle
            // Notices, such as "schema exists already", are for nobody.
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
        }

        deinit {
            PQfinish(handle)
        }

        private static func message(_ handle: OpaquePointer) -> String {
            let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            let lines = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
            return Printable(lines.joined(separator: "; "), limit: 300).description
        }

        @discardableResult
        func run(_ statement: String, _ values: [SQLValue]) throws(MarketError) -> [SQLRow] {
            let texts = values.map { value -> String? in
                switch value {
                case .null: nil
                case .integer(let integer): String(integer)
                case .text(let text): text
                }
            }
            if let text = texts.first(where: { $0?.utf8.contains(0) == true }) ?? nil {
                throw MarketError(
                    .package,
                    "a text holds a NUL character, which PostgreSQL cannot store: \(Printable(text, limit: 60))"
                )
            }
            let numbered = statement.split(separator: "?", omittingEmptySubsequences: false).joined(separator: "$")
            let result = Self.withCStrings(texts) { pointers in
                PQexecParams(handle, numbered, Int32(texts.count), nil, pointers, nil, nil, 0)
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK: return try rows(result)
            case PGRES_COMMAND_OK: return []
            default:
                let isGone = PQstatus(handle) != CONNECTION_OK
                throw MarketError(
                    .database,
                    isGone
                        ? "the connection to PostgreSQL broke: \(Self.message(handle))"
                        : "PostgreSQL refuses: \(Self.message(handle))",
                    hint: isGone ? "try again; what was not confirmed was not changed" : nil
                )
            }
        }

        private func rows(_ result: OpaquePointer?) throws(MarketError) -> [SQLRow] {
            let columns = PQnfields(result)
            var rows: [SQLRow] = []
            for row in 0..<PQntuples(result) {
                var values: [SQLValue] = []
                for column in 0..<columns {
                    guard PQgetisnull(result, row, column) == 0, let text = PQgetvalue(result, row, column) else {
                        values.append(.null)
                        continue
                    }
                    let isInteger = Self.integerTypes.contains(PQftype(result, column))
                    let string = String(cString: text)
                    values.append(isInteger ? Int(string).map { .integer($0) } ?? .null : .text(string))
                }
                rows.append(SQLRow(values: values))
            }
            return rows
        }

        /// int8, int2, int4.
        private static let integerTypes: Set<UInt32> = [20, 21, 23]

        private static func withCStrings<Value>(
            _ texts: [String?],
            _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
        ) -> Value {
            // One block of bytes, so that the pointers live as long as they are used.
            var bytes: [CChar] = []
            let offsets = texts.map { text -> Int? in
                guard let text else { return nil }
                defer { bytes += text.utf8.map { CChar(bitPattern: $0) } + [0] }
                return bytes.count
            }
            return bytes.withUnsafeBufferPointer { buffer in
                let pointers = offsets.map { offset in offset.flatMap { buffer.baseAddress?.advanced(by: $0) } }
                return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
            }
        }
    }
}
