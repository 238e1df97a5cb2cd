/// What one column of a table holds.
package enum ColumnType: Equatable, Sendable {
    /// Floating-point numbers; a missing one is NaN.
    case number(Datatype)
    /// Whole numbers; a missing one is marked.
    case integer(Datatype)
    case boolean
    case text
    /// A time or day in ISO 8601.
    case datetime
    /// A text that is one of these, or of any.
    case category([String]?)

    /// The type that a package declares.
    ///
    /// - Parameters:
    ///   - datatype: the declared datatype.
    ///   - contentType: the declared content type.
    ///   - categories: the declared categories.
    package init(_ datatype: Datatype, contentType: String?, categories: [String]?) {
        switch datatype {
        case .bool: self = .boolean
        case .fp16, .fp32, .fp64: self = .number(datatype)
        case .bytes:
            switch contentType {
            case "datetime": self = .datetime
            case "category": self = .category(categories)
            default: self = .text
            }
        default: self = .integer(datatype)
        }
    }

    var datatype: Datatype {
        switch self {
        case .number(let datatype), .integer(let datatype): datatype
        case .boolean: .bool
        case .text, .datetime, .category: .bytes
        }
    }

    var content: TensorContent? {
        switch self {
        case .number, .integer, .boolean: nil
        case .text: .text
        case .datetime: .datetime
        case .category(let categories): .category(categories)
        }
    }

    /// What stands in a message after "is not".
    var noun: String {
        switch self {
        case .number: "a number"
        case .integer(let datatype): "a whole number of \(datatype.rawValue)"
        case .boolean: "true or false"
        case .text: "a text"
        case .datetime: "a time in ISO 8601, such as 2024-05-31 or 2024-05-31T12:30:00Z"
        case .category: "one of the declared categories"
        }
    }
}
