package import Documents

extension SemanticQuery {
    /// Reads a query that has the form of a semantic specification, as the Python package's do.
    ///
    /// Entries without `Values`, such as `Input`, ask for nothing.
    ///
    /// - Throws: ``SearchError`` that names the entry of the wrong kind.
    package init(_ node: Node) throws(SearchError) {
        self.init()
        guard let members = node.members else {
            throw SearchError(.invalidQuery, "a semantic query is a map, not \(node.kind)")
        }
        for member in members {
            guard let entry = member.value["Values"] else { continue }
            switch member.key {
            case "Name": name = try Self.text(entry, "Name")
            case "Description": description = try Self.text(entry, "Description")
            case "learnware_id": id = try Self.text(entry, "learnware_id")
            default:
                let kind = member.value["Type"]?.string ?? Kind.tag.rawValue
                guard let kind = Kind(rawValue: kind) else {
                    throw SearchError(
                        .invalidQuery,
                        "'\(Printable(member.key, limit: 60))' has the type '\(Printable(kind, limit: 60))', which no "
                            + "filter has"
                    )
                }
                filters.append(Filter(member.key, kind, anyOf: try Self.texts(entry, member.key)))
            }
        }
    }

    private static func text(_ node: Node, _ key: String) throws(SearchError) -> String {
        guard let text = node.string else {
            throw SearchError(.invalidQuery, "'\(key)' is \(node.kind), not a text")
        }
        return text
    }

    private static func texts(_ node: Node, _ key: String) throws(SearchError) -> [String] {
        if let text = node.string { return text.isEmpty ? [] : [text] }
        var texts: [String] = []
        for element in node.array ?? [node] {
            texts.append(try text(element, "an element of \(Printable(key, limit: 60))"))
        }
        return texts
    }
}
