/// A value on its way into a database or out of it.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int)
    case text(String)

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
}

/// One row of an answer, by the place of its columns.
package struct SQLRow: Sendable {
    let values: [SQLValue]

    /// The text in a column.
    ///
    /// - Throws: ``MarketError`` when something else is there, as in a database that was tampered with.
    func text(_ column: Int) throws(MarketError) -> String {
        guard case .text(let text) = values[column] else { throw unexpected(column, "a text") }
        return text
    }

    func optionalText(_ column: Int) throws(MarketError) -> String? {
        values[column] == .null ? nil : try text(column)
    }

    /// The whole number in a column.
    ///
    /// - Throws: ``MarketError`` when something else is there.
    func integer(_ column: Int) throws(MarketError) -> Int {
        guard case .integer(let integer) = values[column] else { throw unexpected(column, "a whole number") }
        return integer
    }

    private func unexpected(_ column: Int, _ wanted: String) -> MarketError {
        MarketError(
            .corrupt,
            "the market's database holds something else than \(wanted) in column \(column + 1) of an answer",
            hint: "'lw-dock fsck' says what is wrong"
        )
    }
}
