import Documents

/// A map of a profile whose keys are known beforehand.
struct ProfileMap {
    private let node: Node
    private let name: String

    init(_ node: Node, _ name: String, keys: [String]) throws(ProfileError) {
        guard let members = node.members else {
            throw ProfileError("\(name) must be a map, not \(node.kind)", at: node.position)
        }
        for member in members where !keys.contains(member.key) {
            let known = keys.joined(separator: ", ")
            throw ProfileError(
                "unknown key '\(Printable(member.key))' in \(name); known are \(known)",
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

    func texts(_ key: String) throws(ProfileError) -> [String] {
        guard let value = node[key] else { return [] }
        return try Self.texts(value, key)
    }

    static func texts(_ value: Node, _ key: String) throws(ProfileError) -> [String] {
        guard let elements = value.array else {
            throw ProfileError("'\(key)' must be a list, not \(value.kind)", at: value.position)
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else {
                throw ProfileError("'\(key)' holds \(element.kind) where a text must be", at: element.position)
            }
            texts.append(text)
        }
        return texts
    }

    func count(_ key: String) throws(ProfileError) -> Int? {
        guard let value = node[key] else { return nil }
        guard let count = value.integer, count >= 0 else {
            throw ProfileError("'\(key)' must be a whole number from 0", at: value.position)
        }
        return count
    }

    /// A size: a number of bytes, or a number with KiB, MiB or GiB behind it.
    func bytes(_ key: String) throws(ProfileError) -> Int? {
        guard let value = node[key] else { return nil }
        if let count = value.integer, count >= 0 { return count }
        if let text = value.string, let size = ByteSize.parse(text) { return size }
        throw ProfileError("'\(key)' must be a size such as 64MiB", at: value.position)
    }
}
