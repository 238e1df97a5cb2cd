package import Documents

/// One place in which two documents differ.
package struct DocumentChange: Equatable, Sendable {
    /// The keys and indices that lead there; empty for the whole document.
    package let path: [String]
    /// What the first document has there; nil for nothing.
    package let old: Node?
    /// What the second one has there; nil for nothing.
    package let new: Node?

    /// Lists of at most so many plain values are compared as a whole, because a shape is one thing.
    private static let wholeList = 4

    /// Where two documents differ, in the order of the first and then of what the second adds.
    ///
    /// - Complexity: O(n) in the number of values of both.
    package static func between(_ old: Node?, _ new: Node?) -> [DocumentChange] {
        var changes: [DocumentChange] = []
        collect(old, new, at: [], into: &changes)
        return changes
    }

    private static func collect(_ old: Node?, _ new: Node?, at path: [String], into changes: inout [DocumentChange]) {
        guard let old, let new else {
            if old != nil || new != nil { changes.append(DocumentChange(path: path, old: old, new: new)) }
            return
        }
        if let one = old.members, let other = new.members {
            // By bytes: hashing a String normalises it, which takes quadratic time for what a stranger can write.
            var added = Dictionary(other.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
            for member in one {
                collect(
                    member.value,
                    added.removeValue(forKey: Array(member.key.utf8)),
                    at: path + [member.key],
                    into: &changes
                )
            }
            for member in other where added[Array(member.key.utf8)] != nil {
                collect(nil, member.value, at: path + [member.key], into: &changes)
            }
        } else if let one = old.array, let other = new.array, !isWhole(one) || !isWhole(other) {
            for index in 0..<max(one.count, other.count) {
                let left = index < one.count ? one[index] : nil
                let right = index < other.count ? other[index] : nil
                collect(left, right, at: path + [String(index)], into: &changes)
            }
        } else if old != new {
            changes.append(DocumentChange(path: path, old: old, new: new))
        }
    }

    private static func isWhole(_ elements: [Node]) -> Bool {
        elements.count <= wholeList && elements.allSatisfy { $0.members == nil && $0.array == nil }
    }
}
