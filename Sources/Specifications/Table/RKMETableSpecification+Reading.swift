package import Documents
import Numerics

extension RKMETableSpecification {
    /// Names that other versions of the Python package gave this type.
    static let aliases: Set = ["RKMEStatSpecification"]

    /// Reads a specification from the bytes of its file.
    ///
    /// Files of older versions have no `type`, or name it `RKMEStatSpecification`; a missing `gamma` is 0.1.
    ///
    /// - Parameter bytes: JSON in UTF-8, at most 256 MiB.
    /// - Throws: ``SpecificationError`` that names the key and the index of what is wrong.
    /// - Complexity: O(n) in the number of bytes.
    public init(json bytes: [UInt8]) throws(SpecificationError) {
        try self.init(SpecificationFile.parse(bytes))
    }

    /// Reads a specification from a parsed file.
    package init(_ node: Node) throws(SpecificationError) {
        let members = try SpecificationFile.members(of: node, type: Self.typeName, aliases: Self.aliases)
        let (points, shape) = try NestedNumbers.read(Self.required("z", in: node), key: "z")
        let (weights, weightShape) = try NestedNumbers.read(Self.required("beta", in: node), key: "beta")
        guard weightShape.isEmpty else {
            throw SpecificationError(.invalidFile, "'beta' must be a list of numbers, not of lists")
        }
        guard weights.rows == points.rows else {
            throw SpecificationError(
                .invalidFile,
                "'z' has \(points.rows) points, but 'beta' has \(weights.rows) weights"
            )
        }
        try self.init(
            points: points,
            weights: weights.elements,
            gamma: Self.gamma(node["gamma"]),
            sampleShape: shape,
            rowCount: Self.rowCount(node["num_points"]),
            standardization: Self.standardization(node[Key.standardization]),
            guardRecord: Self.guardRecord(node[Key.privacyGuard]),
            unknownMembers: members.filter { !Key.all.contains($0.key) }
        )
    }

    /// The keys of our own, which the Python package's reader passes over.
    enum Key {
        static let standardization = "standardization"
        static let privacyGuard = "privacy_guard"
        static let all: Set = ["z", "beta", "gamma", "num_points", "type", standardization, privacyGuard]
    }

    private static func required(_ key: String, in node: Node) throws(SpecificationError) -> Node {
        guard let value = node[key] else { throw SpecificationError(.invalidFile, "the key '\(key)' is missing") }
        return value
    }

    private static func gamma(_ node: Node?) throws(SpecificationError) -> Double {
        guard let node else { return 0.1 }
        guard let gamma = node.number, gamma.isFinite, gamma > 0 else {
            throw SpecificationError(.invalidFile, "'gamma' must be a number above 0")
        }
        return gamma
    }

    private static func rowCount(_ node: Node?) throws(SpecificationError) -> Int? {
        guard let node, !node.isNull else { return nil }
        guard let count = node.integer, count >= 0 else {
            throw SpecificationError(.invalidFile, "'num_points' must be a whole number of 0 or more")
        }
        return count
    }

    private static func standardization(_ node: Node?) throws(SpecificationError) -> Standardization? {
        guard let node, !node.isNull else { return nil }
        var vectors: [[Double]] = []
        for key in ["mean", "scale"] {
            guard let list = node[key] else {
                throw SpecificationError(.invalidFile, "'\(Key.standardization)' lacks '\(key)'")
            }
            let name = "\(Key.standardization).\(key)"
            let (numbers, shape) = try NestedNumbers.read(list, key: name)
            guard shape.isEmpty else {
                throw SpecificationError(.invalidFile, "'\(name)' must be a list of numbers")
            }
            vectors.append(numbers.elements)
        }
        do throws(SpecificationError) {
            return try Standardization(mean: vectors[0], scale: vectors[1])
        } catch {
            throw SpecificationError(.invalidFile, "'\(Key.standardization)': \(error.description)")
        }
    }

    static func guardRecord(_ node: Node?) throws(SpecificationError) -> GuardRecord? {
        guard let node, !node.isNull else { return nil }
        if node.bool == false { return .off }
        guard let distance = node["distance"]?.number, distance.isFinite, distance >= 0 else {
            throw SpecificationError(
                .invalidFile,
                "'\(Key.privacyGuard)' must be false, or a map whose 'distance' is a number of 0 or more"
            )
        }
        return .distance(distance)
    }
}
