/// Bounds of a text table from outside.
struct DelimitedLimits: Sendable {
    /// The most bytes of one cell; a quote that is never closed is found here.
    var cell = 1 << 16
    /// The most bytes of one row.
    var row = 1 << 25
    /// The most cells of one row.
    var columns = 1 << 20
}

/// What stands between two cells.
enum Delimiter: UInt8, Sendable {
    case comma = 0x2C
    case tab = 0x09

    var name: String {
        switch self {
        case .comma: "a comma"
        case .tab: "a tab"
        }
    }
}
