/// A place in a text document, counted from 1.
package struct SourcePosition: Hashable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One value of a JSON or YAML document, with the place where it stands.
///
/// Nodes hold data only: no reader in this module can make an object, run code or follow a reference.
package struct Node: Sendable {
    package var value: DocumentValue
    package var position: SourcePosition?
    /// True for a YAML sequence that was tagged `!!python/tuple`.
    package var isTuple = false

    package init(_ value: DocumentValue, at position: SourcePosition? = nil, isTuple: Bool = false) {
        self.value = value
        self.position = position
        self.isTuple = isTuple
    }
}

/// What a node holds.
package indirect enum DocumentValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([Node])
    case object([Member])
}

/// One key of an object and its value; objects keep the order of the document.
package struct Member: Sendable {
    package var key: String
    package var value: Node
    package var position: SourcePosition?

    package init(key: String, value: Node, at position: SourcePosition? = nil) {
        self.key = key
        self.value = value
        self.position = position
    }
}

extension Node {
    package var isNull: Bool {
        if case .null = value { true } else { false }
    }

    package var bool: Bool? {
        if case .bool(let value) = value { value } else { nil }
    }

    package var integer: Int? {
        if case .integer(let value) = value { value } else { nil }
    }

    package var number: Double? {
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var string: String? {
        if case .string(let value) = value { value } else { nil }
    }

    package var array: [Node]? {
        if case .array(let value) = value { value } else { nil }
    }

    package var members: [Member]? {
        if case .object(let value) = value { value } else { nil }
    }

    /// The value under `key`, when this is an object that has it.
    package subscript(key: String) -> Node? {
        members?.first { $0.key == key }?.value
    }

    /// What kind of value this is, in words for an error message.
    package var kind: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "a map"
        }
    }
}

extension Node: Equatable {
    /// Equality of content; positions do not count.
    package static func == (left: Node, right: Node) -> Bool {
        switch (left.value, right.value) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.array(let one), .array(let other)): one == other && left.isTuple == right.isTuple
        case (.object(let left), .object(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        default: false
        }
    }
}

extension Node: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self.init(.string(value)) }
    package init(integerLiteral value: Int) { self.init(.integer(value)) }
    package init(floatLiteral value: Double) { self.init(.number(value)) }
    package init(booleanLiteral value: Bool) { self.init(.bool(value)) }
    package init(arrayLiteral elements: Node...) { self.init(.array(elements)) }
    package init(dictionaryLiteral elements: (String, Node)...) { self.init(object: elements) }
    package init(nilLiteral: ()) { self.init(.null) }

    package init(_ value: String) { self.init(.string(value)) }
    package init(_ value: Int) { self.init(.integer(value)) }
    package init(_ value: Double) { self.init(.number(value)) }
    package init(_ value: Bool) { self.init(.bool(value)) }
    package init(_ value: [Node]) { self.init(.array(value)) }

    /// An object with these members, in this order.
    package init(object members: [(String, Node)]) {
        self.init(.object(members.map { Member(key: $0.0, value: $0.1) }))
    }
}
