/// What a market asks of a database: transactions of plain SQL that SQLite and PostgreSQL both understand.
///
/// Statements name their values `?1`, `?2` and so on, in the order in which they first appear.
package protocol SQLDatabase: Sendable {
    /// What differs between databases.
    var dialect: SQLDialect { get }

    /// Runs a transaction that writes; it is undone when `body` throws.
    ///
    /// - Throws: ``MarketError``.
    @discardableResult
    func write<Value: Sendable>(
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value

    /// Runs a transaction that sees one state of the database and changes nothing.
    ///
    /// - Throws: ``MarketError``.
    func read<Value: Sendable>(
        _ body: (any SQLSession) throws(MarketError) -> Value
    ) throws(MarketError) -> Value

    /// What the database itself finds wrong with its files, a sentence each.
    ///
    /// - Throws: ``MarketError``.
    func faults() throws(MarketError) -> [String]
}

/// A transaction that is under way.
package protocol SQLSession {
    var dialect: SQLDialect { get }

    /// Runs one statement.
    ///
    /// - Returns: its rows; none for a statement that has none.
    /// - Throws: ``MarketError``.
    @discardableResult
    func run(_ statement: String, _ values: [SQLValue]) throws(MarketError) -> [SQLRow]
}

extension SQLSession {
    @discardableResult
    func run(_ statement: String) throws(MarketError) -> [SQLRow] { try run(statement, []) }
}

/// The words in which the databases differ.
package struct SQLDialect: Sendable {
    enum Kind: Sendable {
        case sqlite
        case postgres
    }

    let kind: Kind
    /// Seconds since 1970, by the database's own clock, which all its users share.
    let now: String
    /// Behind a selection: keeps others from changing what was selected until the transaction ends.
    let forUpdate: String
    /// Behind a selection: the same, and passes over what others hold.
    let skipLocked: String

    /// One writer at a time: what was selected stays as it is.
    static let sqlite = SQLDialect(
        kind: .sqlite,
        now: "CAST(strftime('%s', 'now') AS INTEGER)",
        forUpdate: "",
        skipLocked: ""
    )
    static let postgres = SQLDialect(
        kind: .postgres,
        now: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
        forUpdate: "FOR UPDATE",
        skipLocked: "FOR UPDATE SKIP LOCKED"
    )
}
