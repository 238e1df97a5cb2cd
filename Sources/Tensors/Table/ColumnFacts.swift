/// What the cells of one column are, seen from its first to its last.
struct ColumnFacts {
    private var hasMissing = false
    private var hasWhole = false
    private var hasFraction = false
    private var hasBoolean = false
    private var hasText = false
    /// A whole number that a `Double` cannot hold.
    private var hasLarge = false

    /// - Returns: false when the cell cannot stand in one column with those before it.
    mutating func add(_ cell: Cell) -> Bool {
        switch cell {
        case .missing: hasMissing = true
        case .integer(let value): addWhole(value)
        case .number: hasFraction = true
        case .boolean: hasBoolean = true
        case .text: hasText = true
        case .open(let text):
            if NumberCell.isMissing(text) {
                // In quotes, or it would be missing.
                hasText = true
            } else if let whole = cell.whole {
                addWhole(whole)
            } else if cell.double != nil {
                hasFraction = true
            } else if cell.flag != nil {
                hasBoolean = true
            } else {
                hasText = true
            }
            // Whatever a text file holds is text at worst.
            return true
        }
        let kinds = [hasWhole || hasFraction, hasBoolean, hasText]
        return kinds.count { $0 } <= 1
    }

    private mutating func addWhole(_ value: Int) {
        hasWhole = true
        hasLarge = hasLarge || value.magnitude > 1 << 53
    }

    /// The type that holds all of them, chosen as `pandas.read_csv` does: whole numbers among which one is missing are
    /// floating-point, unless that would change them.
    var type: ColumnType {
        if hasText || hasBoolean && (hasWhole || hasFraction) { return .text }
        if hasBoolean { return .boolean }
        if hasWhole, !hasFraction, !hasMissing || hasLarge { return .integer(.int64) }
        return .number(.fp64)
    }
}
