package import Documents
import Numerics

extension RKMETableSpecification {
    /// The bytes of its file: the Python package's keys in its order, then ours, then those that nothing here knows.
    ///
    /// Each number is the shortest text that reads back the same.
    public func jsonBytes() -> [UInt8] {
        node.jsonBytes()
    }

    /// The file as a value.
    package var node: Node {
        var members: [Member] = [
            Member(key: "z", value: nestedPoints),
            Member(key: "beta", value: Node(weights.map { Node($0) })),
            Member(key: "gamma", value: Node(gamma)),
        ]
        if let rowCount { members.append(Member(key: "num_points", value: Node(rowCount))) }
        members.append(Member(key: "type", value: Node(Self.typeName)))
        if let standardization {
            let value = Node(object: [
                ("mean", Node(standardization.mean.map { Node($0) })),
                ("scale", Node(standardization.scale.map { Node($0) })),
            ])
            members.append(Member(key: Key.standardization, value: value))
        }
        if let record = guardRecord?.node { members.append(Member(key: Key.privacyGuard, value: record)) }
        return Node(.object(members + unknownMembers))
    }

    private var nestedPoints: Node {
        Node((0..<points.rows).map { Self.nested(points.row($0), shape: sampleShape[...]) })
    }

    private static func nested(_ elements: ArraySlice<Double>, shape: ArraySlice<Int>) -> Node {
        guard let count = shape.first, let first = elements.indices.first else { return Node(elements.first ?? 0) }
        let size = elements.count / count
        return Node(
            (0..<count).map { place in
                let start = first + place * size
                return nested(elements[start..<start + size], shape: shape.dropFirst())
            }
        )
    }
}

extension RKMETableSpecification.GuardRecord {
    /// What stands in a file.
    var node: Node {
        switch self {
        case .distance(let distance): Node(object: [("distance", Node(distance))])
        case .off: Node(false)
        }
    }
}
