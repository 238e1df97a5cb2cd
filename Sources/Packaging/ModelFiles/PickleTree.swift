/// What a pickle would make, as names and values; nothing in it is ever made.
///
/// The nodes stand in one array and name each other by their place, so that no shape of tree, however deep or
/// circular, costs a stack frame.
struct PickleTree: Sendable {
    /// The place of a node.
    typealias Reference = Int

    /// One value.
    enum Node: Sendable {
        case none
        case bool(Bool)
        case integer(Int)
        case real(Double)
        case text(String)
        /// Bytes, or a text too long to keep: only how many there are.
        case bytes(count: Int)
        /// A class or function by its name; both parts are dotted names of Python.
        case global(module: String, name: String)
        case tuple([Reference])
        /// A list, by its place in ``lists``.
        case list(Int)
        /// A dictionary, by its place in ``maps``.
        case map(Int)
        /// What calling something would give, by its place in ``objects``.
        case object(Int)
        /// Anything else: a set, a persistent id, an extension, a number too large.
        case opaque
    }

    /// What calling something would give.
    struct Object: Sendable {
        /// The class or function that would be called.
        var callable: Reference
        /// What it would be called with.
        var arguments: Reference
        /// What its state would be set to.
        var state: Reference?
        /// For an array that joblib wrote as a pickle of its own.
        var contents: Reference?
    }

    var nodes: [Node] = []
    var lists: [[Reference]] = []
    var maps: [[(key: Reference, value: Reference)]] = []
    var objects: [Object] = []
    /// The modules that loading would import, each once, in the order in which they are named.
    var modules: [String] = []
    /// The whole.
    var root: Reference = 0

    subscript(_ place: Reference) -> Node { nodes[place] }

    func text(_ place: Reference?) -> String? {
        if let place, case .text(let text) = nodes[place] { text } else { nil }
    }

    func integer(_ place: Reference?) -> Int? {
        if let place, case .integer(let integer) = nodes[place] { integer } else { nil }
    }

    func object(_ place: Reference?) -> Object? {
        if let place, case .object(let index) = nodes[place] { objects[index] } else { nil }
    }

    /// The elements of a list or tuple.
    func elements(_ place: Reference?) -> [Reference]? {
        guard let place else { return nil }
        switch nodes[place] {
        case .list(let index): return lists[index]
        case .tuple(let elements): return elements
        default: return nil
        }
    }

    /// How many members a map has; 0 for anything else.
    func memberCount(_ place: Reference?) -> Int {
        if let place, case .map(let index) = nodes[place] { maps[index].count } else { 0 }
    }

    /// The value of a key that is a text.
    func value(_ key: String, of place: Reference?) -> Reference? {
        guard let place, case .map(let index) = nodes[place] else { return nil }
        // By bytes: to compare texts as Unicode does costs the square of a run of accents.
        return maps[index].last { text($0.key)?.utf8.elementsEqual(key.utf8) == true }?.value
    }

    /// The class of an object, and its attributes.
    func instance(_ place: Reference?) -> (module: String, name: String, attributes: Reference?)? {
        guard let object = object(place) else { return nil }
        var callable = object.callable
        // Protocols 0 and 1 make objects by `copyreg._reconstructor(class, base, state)`.
        if case .global(let module, "_reconstructor") = nodes[callable], ["copyreg", "copy_reg"].contains(module),
            let first = elements(object.arguments)?.first
        {
            callable = first
        }
        guard case .global(let module, let name) = nodes[callable] else { return nil }
        // A state of two parts has the attributes first and the slots second.
        var attributes = object.state
        if let attributed = attributes, case .tuple(let parts) = nodes[attributed], parts.count == 2 {
            attributes = parts[0]
        }
        return (module, name, attributes)
    }

    /// An attribute of an object.
    func attribute(_ name: String, of place: Reference?) -> Reference? {
        value(name, of: instance(place)?.attributes)
    }
}
