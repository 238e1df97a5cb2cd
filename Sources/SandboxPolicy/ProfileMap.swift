import Documents

/// A map of a profile whose keys are known beforehand.
struct ProfileMap: Sendable {
    private let node: Node
    private let name: String

    init(_ node: Node, _ name: String, keys: [String]) throws(ProfileError) {
        guard let members = node.members else {
            throw ProfileError("\(name) must be a map, not \(node.kind)", at: node.position)
        }
        for member in members where !keys.contains(member.key) {
            let near = nearest(to: member.key, among: keys).map { "; did you mean '\($0)'?" }
            throw ProfileError(
                "unknown key '\(Printable(member.key))' in \(name)"
                    + (near ?? "; known are " + keys.joined(separator: ", ")),
                at: member.position
            )
        }
        self.node = node
        self.name = name
    }

    subscript(key: String) -> Node? { node[key] }

    func text(_ key: String) throws(ProfileError) -> String {
        guard let text = node[key]?.string else {
            throw ProfileError("\(name) needs a text under '\(key)'", at: node[key]?.position ?? node.position)
        }
        return text
    }

    func path(_ key: String) throws(ProfileError) -> String {
        let path = try text(key)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix("/"), path.count > 1, parts.dropFirst().allSatisfy({ !["", ".", ".."].contains($0) })
        else {
            throw ProfileError("'\(key)' must be a whole path such as /tmp", at: node[key]?.position)
        }
        return path
    }

    /// A text of a list, and where it stands.
    struct Item {
        var text: String
        var position: SourcePosition?
    }

    func items(_ key: String) throws(ProfileError) -> [Item] {
        guard let value = node[key] else { return [] }
        return try Self.items(value, key)
    }

    static func items(_ value: Node, _ key: String) throws(ProfileError) -> [Item] {
        guard let elements = value.array else {
            throw ProfileError("'\(key)' must be a list, not \(value.kind)", at: value.position)
        }
        return try elements.map { element throws(ProfileError) in
            guard let text = element.string else {
                throw ProfileError("'\(key)' holds \(element.kind) where a text must be", at: element.position)
            }
            return Item(text: text, position: element.position)
        }
    }

    func members(_ key: String) throws(ProfileError) -> [Member] {
        guard let value = node[key] else { return [] }
        guard let members = value.members else {
            throw ProfileError("'\(key)' must be a map, not \(value.kind)", at: value.position)
        }
        return members
    }

    func flag(_ key: String) throws(ProfileError) -> Bool? {
        guard let value = node[key] else { return nil }
        guard let flag = value.bool else {
            throw ProfileError("'\(key)' must be true or false", at: value.position)
        }
        return flag
    }

    /// Past this no count means anything, and sums of counts cannot overflow.
    private static let mostCount = Int(UInt32.max)
    private static let mostBytes = 1 << 50

    func count(_ key: String, most: Int = mostCount) throws(ProfileError) -> Int? {
        guard let value = node[key] else { return nil }
        guard let count = value.integer, count >= 0, count <= most else {
            throw ProfileError("'\(key)' must be a whole number from 0 to \(most)", at: value.position)
        }
        return count
    }

    /// A size: a number of bytes, or a number with KiB, MiB or GiB behind it.
    func bytes(_ key: String) throws(ProfileError) -> Int? {
        guard let value = node[key] else { return nil }
        let size = value.integer ?? value.string.flatMap { ByteSize.parse($0) }
        if let size, size >= 0, size <= Self.mostBytes { return size }
        throw ProfileError("'\(key)' must be a size such as 64MiB", at: value.position)
    }
}
