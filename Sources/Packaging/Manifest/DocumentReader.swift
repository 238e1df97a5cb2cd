import Documents

/// Takes typed values out of a document and names file, line and key when one does not fit.
struct DocumentReader {
    let file: String
    let rule: PackageError.Rule

    func fault(_ reason: String, at position: SourcePosition? = nil, hint: String? = nil) -> PackageError {
        PackageError(rule, Self.place(file, position) + reason, entry: file, hint: hint, at: position)
    }

    /// What a message begins with; ``Problem`` takes it off again, because it shows the place in its own way.
    static func place(_ file: String, _ position: SourcePosition?) -> String {
        "\(Printable(file))" + (position.map { " line \($0.line), column \($0.column)" } ?? "") + ": "
    }

    func fault(_ error: DocumentError) -> PackageError {
        fault(error.reason, at: error.position)
    }

    /// The members of a map; a null counts as an empty one.
    func members(_ node: Node?, _ key: String) throws(PackageError) -> [Member] {
        guard let node, !node.isNull else { return [] }
        guard let members = node.members else { throw wrongKind(node, key, "a map") }
        return members
    }

    /// The elements of a list; a null counts as an empty one.
    func elements(_ node: Node?, _ key: String) throws(PackageError) -> [Node] {
        guard let node, !node.isNull else { return [] }
        guard let elements = node.array else { throw wrongKind(node, key, "a list") }
        return elements
    }

    /// A text; a null counts as absent.
    func text(_ node: Node?, _ key: String) throws(PackageError) -> String? {
        guard let node, !node.isNull else { return nil }
        guard let text = node.string else { throw wrongKind(node, key, "a text") }
        return text
    }

    /// A text that YAML may have taken for a number, as in `id: 12`.
    func label(_ node: Node?, _ key: String) throws(PackageError) -> String? {
        if let integer = node?.integer { return String(integer) }
        return try text(node, key)
    }

    /// A whole number within bounds; a null counts as absent.
    func integer(_ node: Node?, _ key: String, in range: ClosedRange<Int>) throws(PackageError) -> Int? {
        guard let node, !node.isNull else { return nil }
        guard let integer = node.integer else { throw wrongKind(node, key, "a whole number") }
        guard range.contains(integer) else {
            throw fault(
                "\(key) is \(integer); it must lie between \(range.lowerBound) and \(range.upperBound)",
                at: node.position
            )
        }
        return integer
    }

    /// The name of a file inside the package.
    func fileName(_ node: Node?, _ key: String) throws(PackageError) -> String? {
        guard let text = try text(node, key) else { return nil }
        do {
            return try EntryName.validated(Array(text.utf8), limits: .standard)
        } catch {
            throw fault(
                "\(key) is '\(Printable(text))'; it must be the plain name of a file inside the package",
                at: node?.position
            )
        }
    }

    /// Refuses keys that are not known, and suggests what may have been meant.
    func validateKeys(of members: [Member], in map: String, known: [String]) throws(PackageError) {
        for member in members where !known.contains(member.key) {
            let near = nearest(to: member.key, among: known)
            throw fault(
                "\(map) has no key '\(Printable(member.key))'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                at: member.position,
                hint: "known keys: " + known.joined(separator: ", ")
            )
        }
    }

    func wrongKind(_ node: Node, _ key: String, _ wanted: String) -> PackageError {
        fault("\(key) must be \(wanted), not \(node.kind)", at: node.position)
    }
}
