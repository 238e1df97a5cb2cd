package import Documents
import Numerics

extension RKMEImageSpecification {
    /// The version of the format that is read and written.
    static let version = 1

    /// Reads a file of the Python package, or one of ours.
    ///
    /// - Parameter bytes: the file's bytes.
    /// - Throws: ``SpecificationError`` with the key and index that is wrong.
    /// - Complexity: O(n) in the number of bytes.
    public init(json bytes: [UInt8]) throws(SpecificationError) {
        try self.init(SpecificationFile.parse(bytes))
    }

    /// Reads the object that a file holds.
    package init(_ node: Node) throws(SpecificationError) {
        let members = try SpecificationFile.members(of: node, type: Self.typeName)
        if let version = node["RKME_IMAGE_VERSION"], version.integer != Self.version {
            let found = version.integer.map { String($0) } ?? version.kind
            throw SpecificationError(.invalidFile, "'RKME_IMAGE_VERSION' is \(found); only \(Self.version) is read")
        }
        guard let z = node["z"] else { throw SpecificationError(.invalidFile, "the key 'z' is missing") }
        guard let beta = node["beta"] else { throw SpecificationError(.invalidFile, "the key 'beta' is missing") }
        let (points, channels) = try Self.points(z)
        try self.init(
            points: points,
            channels: channels,
            weights: try Self.weights(beta),
            networks: try Self.networks(node),
            guardRecord: try RKMETableSpecification.guardRecord(node[RKMETableSpecification.Key.privacyGuard])
        )
        if let note = node["msg"], !note.isNull {
            guard let text = note.string else {
                throw SpecificationError(.invalidFile, "'msg' is \(note.kind), not a text")
            }
            message = text
        }
        unknownMembers = members.filter { !Self.knownKeys.contains($0.key) }
    }

    private static let knownKeys: Set<String> = [
        "RKME_IMAGE_VERSION", "msg", "z", "beta", "n_models", "model_config", "type",
        RKMETableSpecification.Key.privacyGuard,
    ]

    private static func points(_ node: Node) throws(SpecificationError) -> (Matrix<Float>, channels: Int) {
        let images = try list(node, "z")
        guard let first = images.first else { throw SpecificationError(.invalidFile, "'z' has no images") }
        let channels = try list(first, "z[0]").count
        guard (1...ImageSet.mostChannels).contains(channels) else {
            throw SpecificationError(
                .invalidFile,
                "'z[0]' has \(channels) channels; there are from 1 to \(ImageSet.mostChannels)"
            )
        }
        guard images.count <= mostValues / (channels * side * side) else {
            throw SpecificationError(
                .invalidFile,
                "'z' has \(images.count) images; at most \(mostValues) values are taken"
            )
        }
        var points: [Float] = []
        points.reserveCapacity(images.count * channels * side * side)
        for (index, image) in images.enumerated() {
            for (channel, plane) in try list(image, "z[\(index)]", channels).enumerated() {
                for (row, line) in try list(plane, "z[\(index)][\(channel)]", side).enumerated() {
                    for (column, value) in try list(line, "z[\(index)][\(channel)][\(row)]", side).enumerated() {
                        guard let number = value.number, Float(number).isFinite else {
                            let place = "z[\(index)][\(channel)][\(row)][\(column)]"
                            throw notNumber(place, value)
                        }
                        points.append(Float(number))
                    }
                }
            }
        }
        return (Matrix(unchecked: points, rows: images.count, columns: points.count / images.count), channels)
    }

    private static func list(
        _ node: Node,
        _ place: @autoclosure () -> String,
        _ count: Int? = nil
    ) throws(SpecificationError) -> [Node] {
        guard let elements = node.array else {
            throw SpecificationError(.invalidFile, "'\(place())' is \(node.kind), not a list")
        }
        if let count, elements.count != count {
            throw SpecificationError(.invalidFile, "'\(place())' has \(elements.count) elements; it must have \(count)")
        }
        return elements
    }

    private static func notNumber(_ place: String, _ node: Node) -> SpecificationError {
        let reason = node.number == nil ? "is \(node.kind), not a number" : "is too large a number"
        return SpecificationError(.invalidFile, "'\(place)' \(reason)")
    }

    private static func weights(_ node: Node) throws(SpecificationError) -> [Double] {
        var weights: [Double] = []
        for (index, value) in try list(node, "beta").enumerated() {
            guard let number = value.number else { throw notNumber("beta[\(index)]", value) }
            weights.append(number)
        }
        return weights
    }

    private static func networks(_ node: Node) throws(SpecificationError) -> ImageNetworks {
        var networks = ImageNetworks()
        if let count = node["n_models"] { networks.count = try integer(count, "n_models") }
        if let configuration = node["model_config"] {
            guard configuration.members != nil else {
                throw SpecificationError(.invalidFile, "'model_config' is \(configuration.kind), not a map")
            }
            if let value = configuration["k"] { networks.factor = try integer(value, "model_config.k") }
            if let value = configuration["net_width"] { networks.width = try integer(value, "model_config.net_width") }
            if let value = configuration["net_depth"] { networks.depth = try integer(value, "model_config.net_depth") }
            networks.mean = try number(configuration["mu"], "model_config.mu") ?? 0
            networks.deviation = try number(configuration["sigma"], "model_config.sigma")
        }
        try networks.validate()
        return networks
    }

    private static func integer(_ node: Node, _ place: String) throws(SpecificationError) -> Int {
        guard let value = node.integer else {
            throw SpecificationError(.invalidFile, "'\(place)' is \(node.kind), not a whole number")
        }
        return value
    }

    private static func number(_ node: Node?, _ place: String) throws(SpecificationError) -> Double? {
        guard let node, !node.isNull else { return nil }
        guard let value = node.number else { throw notNumber(place, node) }
        return value
    }
}

extension RKMEImageSpecification {
    /// The file's bytes: the Python package's keys in its order, then those that are unknown here.
    ///
    /// Numbers are written as that package writes them: those of single precision with all the digits of a double.
    public func jsonBytes() -> [UInt8] { node.jsonBytes() }

    /// The object that a file holds.
    package var node: Node {
        let width = networks.width
        let configuration = Node(object: [
            ("k", Node(networks.factor)), ("mu", Self.number(networks.mean)),
            ("sigma", networks.deviation.map { Self.number($0) } ?? Node(.null)), ("net_width", Node(width)),
            ("net_depth", Node(networks.depth)),
        ])
        var members = [
            ("RKME_IMAGE_VERSION", Node(Self.version)), ("msg", message.map { Node($0) } ?? Node(.null)),
            ("z", pointsNode),
            ("beta", Node(weights.map { Node($0) })), ("n_models", Node(networks.count)),
            ("model_config", configuration), ("type", Node(Self.typeName)),
        ]
        if let record = guardRecord?.node { members.append((RKMETableSpecification.Key.privacyGuard, record)) }
        return Node(object: members + unknownMembers.map { ($0.key, $0.value) })
    }

    /// The default 0 is a whole number there.
    private static func number(_ value: Double) -> Node {
        Int(exactly: value).map { Node($0) } ?? Node(value)
    }

    private var pointsNode: Node {
        func rows(_ plane: Int) -> Node {
            Node(
                (0..<Self.side).map { row in
                    let start = (plane * Self.side + row) * Self.side
                    return Node(points.elements[start..<start + Self.side].map { Node(Double($0)) })
                }
            )
        }
        return Node(
            (0..<points.rows).map { image in Node((0..<channels).map { rows(image * channels + $0) }) }
        )
    }
}
