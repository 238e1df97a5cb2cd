/// One part of a key.
struct TOMLKey {
    let text: String
    let position: SourcePosition

    /// By bytes: hashing a String normalises it, which takes quadratic time for what a stranger can write.
    var bytes: [UInt8] { Array(text.utf8) }
}

/// A table while the document is being read; a class, because later lines go on with earlier tables.
final class TOMLTable {
    /// How a table came to be, which decides who may go on with it.
    enum Kind {
        /// Named on the way to another, as `a` in `[a.b]`.
        case implicit
        /// Opened by a line of its own.
        case header
        /// Named on the way to a key, as `a` in `a.b = 1`.
        case dotted
    }

    /// An array of tables; a class, so that one more does not copy those before it.
    final class List {
        var tables: [TOMLTable]

        init(_ tables: [TOMLTable]) { self.tables = tables }
    }

    enum Item {
        case value(Node)
        case table(TOMLTable)
        case tables(List)
    }

    var kind: Kind
    private let position: SourcePosition
    private var entries: [(key: TOMLKey, item: Item)] = []
    private var places: [[UInt8]: Int] = [:]

    init(_ kind: Kind, at position: SourcePosition) {
        self.kind = kind
        self.position = position
    }

    subscript(key: [UInt8]) -> Item? { places[key].map { entries[$0].item } }

    func append(_ key: TOMLKey, _ item: Item) {
        places[key.bytes] = entries.count
        entries.append((key, item))
    }

    /// The finished table as plain data.
    var node: Node {
        let members = entries.map { entry in
            let value: Node =
                switch entry.item {
                case .value(let node): node
                case .table(let table): table.node
                case .tables(let list): Node(.array(list.tables.map(\.node)), at: entry.key.position)
                }
            return Member(key: entry.key.text, value: value, at: entry.key.position)
        }
        return Node(.object(members), at: position)
    }
}
