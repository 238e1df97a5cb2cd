import Documents

/// Reads the members of one map of `ensemble.json`, and names in each refusal where it is: `combination.means[3]`.
struct ObjectReader {
    private let members: [Member]
    private let path: String

    /// - Parameters:
    ///   - node: the map.
    ///   - path: where it stands; empty for the whole document.
    ///   - keys: all that it may have.
    /// - Throws: ``EnsembleError`` when it is no map, or has another key.
    init(_ node: Node, at path: String, keys: [String]) throws(EnsembleError) {
        guard let members = node.members else {
            throw EnsembleError(
                .invalidFile,
                "\(path.isEmpty ? "the ensemble" : "'\(path)'") is \(node.kind), not a map"
            )
        }
        self.members = members
        self.path = path
        if let other = members.first(where: { !keys.contains($0.key) }) {
            let near = nearest(to: other.key, among: keys).map { "; did you mean '\($0)'?" } ?? ""
            throw EnsembleError(
                .invalidFile,
                "'\(place(Printable(other.key, limit: 60).description))' is no key of it\(near)"
            )
        }
    }

    private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func fault(_ key: String, _ reason: String) -> EnsembleError {
        EnsembleError(.invalidFile, "'\(place(key))' \(reason)")
    }

    /// The value of a key that may be missing, or null.
    func optional(_ key: String) -> Node? {
        guard let node = members.first(where: { $0.key == key })?.value, !node.isNull else { return nil }
        return node
    }

    func required(_ key: String) throws(EnsembleError) -> Node {
        guard let node = optional(key) else { throw fault(key, "is missing") }
        return node
    }

    func text(_ key: String) throws(EnsembleError) -> String {
        let node = try required(key)
        guard let text = node.string else { throw fault(key, "is \(node.kind), not a text") }
        return text
    }

    /// A value of an enumeration by its name.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String,
        _: Value.Type
    ) throws(EnsembleError) -> Value where Value.RawValue == String {
        let word = try text(key)
        guard let value = Value(rawValue: word) else {
            let words = Value.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw fault(key, "is '\(Printable(word, limit: 60))', not one of \(words)")
        }
        return value
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(EnsembleError) -> Int {
        let node = try required(key)
        guard let value = node.integer, range.contains(value) else {
            throw fault(key, "is no whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ key: String) throws(EnsembleError) -> Double { try number(required(key), key) }

    private func number(_ node: Node, _ key: String) throws(EnsembleError) -> Double {
        guard let value = node.number else { throw fault(key, "is \(node.kind), not a number") }
        guard value.magnitude <= EnsembleLimits.magnitude else {
            throw fault(key, "is \(value), beyond \(EnsembleLimits.magnitude)")
        }
        return value
    }

    func list(_ key: String, most: Int) throws(EnsembleError) -> [Node] {
        try list(required(key), key, most: most)
    }

    private func list(_ node: Node, _ key: String, most: Int) throws(EnsembleError) -> [Node] {
        guard let nodes = node.array else { throw fault(key, "is \(node.kind), not a list") }
        guard nodes.count <= most else { throw fault(key, "has \(nodes.count) elements; at most \(most) are taken") }
        return nodes
    }

    /// A list of numbers.
    func numbers(_ key: String, most: Int = EnsembleLimits.numbers) throws(EnsembleError) -> [Double] {
        try numbers(required(key), key, most: most)
    }

    private func numbers(_ node: Node, _ key: String, most: Int) throws(EnsembleError) -> [Double] {
        var values: [Double] = []
        for (index, element) in try list(node, key, most: most).enumerated() {
            values.append(try number(element, "\(key)[\(index)]"))
        }
        return values
    }

    /// A list of lists of as many numbers each, one after the other.
    func rows(_ key: String, width: Int) throws(EnsembleError) -> [Double] {
        var values: [Double] = []
        for (index, element) in try list(key, most: EnsembleLimits.numbers).enumerated() {
            let row = try numbers(element, "\(key)[\(index)]", most: width)
            guard row.count == width else { throw fault("\(key)[\(index)]", "has \(row.count) numbers, not \(width)") }
            guard values.count <= EnsembleLimits.numbers - width else {
                throw fault(key, "has more than \(EnsembleLimits.numbers) numbers")
            }
            values += row
        }
        return values
    }

    /// A list of whole numbers.
    func integers(_ key: String, in range: ClosedRange<Int>, most: Int) throws(EnsembleError) -> [Int] {
        var values: [Int] = []
        for (index, element) in try list(key, most: most).enumerated() {
            guard let value = element.integer, range.contains(value) else {
                throw fault("\(key)[\(index)]", "is no whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            values.append(value)
        }
        return values
    }
}
