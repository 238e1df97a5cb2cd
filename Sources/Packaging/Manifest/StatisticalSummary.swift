import Documents

/// What a statistical specification file holds, without its numbers.
public struct StatisticalSummary: Sendable {
    /// The file inside the package.
    public let fileName: String
    /// The `type` that the file gives, else the class that `learnware.yaml` names.
    public let type: String
    /// How many points it has (K).
    public let pointCount: Int?
    /// The shape of one point; its product is the dimension (d).
    public let pointShape: [Int]
    /// The kernel's width parameter.
    public let gamma: Double?
    /// How many data points it was made from.
    public let sampleCount: Int?
    /// Why the file cannot be used, when it cannot.
    public let problem: String?

    /// The numbers of one point (d).
    public var dimension: Int? { StatisticalDocument.dimension(ofPoint: pointShape) }
}

extension StatisticalSummary {
    package init(_ reference: Manifest.StatisticalReference, in contents: some PackageContents) {
        do throws(PackageError) {
            let bytes = try contents.read(reference.fileName, limit: StatisticalDocument.limits.bytes)
            try self.init(parsing: bytes, reference)
        } catch {
            self.init(reference, problem: error.message)
        }
    }

    private init(_ reference: Manifest.StatisticalReference, problem: String) {
        fileName = reference.fileName
        type = StatisticalDocument.type(of: reference.className)
        pointCount = nil
        pointShape = []
        gamma = nil
        sampleCount = nil
        self.problem = problem
    }

    init(parsing bytes: [UInt8], _ reference: Manifest.StatisticalReference) throws(PackageError) {
        let reader = DocumentReader(file: reference.fileName, rule: .damaged)
        let root: Node
        do {
            root = try StatisticalDocument.document(bytes)
        } catch {
            throw reader.fault(error)
        }
        guard root.members != nil else { throw reader.fault("it must hold a map, not \(root.kind)") }
        fileName = reference.fileName
        type = try reader.text(root["type"], "type") ?? StatisticalDocument.type(of: reference.className)
        let points = try reader.elements(root["z"], "z")
        pointCount = root["z"] == nil ? nil : points.count
        pointShape = points.first.map(Self.shape) ?? []
        if let weights = root["beta"]?.array, root["z"] != nil, weights.count != points.count {
            throw reader.fault("it has \(points.count) points in z, but \(weights.count) weights in beta")
        }
        for point in points where Self.shape(of: point) != pointShape {
            throw reader.fault("its points have different shapes")
        }
        if let gamma = root["gamma"], !gamma.isNull {
            guard let number = gamma.number else { throw reader.wrongKind(gamma, "gamma", "a number") }
            self.gamma = number
        } else {
            gamma = nil
        }
        sampleCount = try reader.integer(root["num_points"], "num_points", in: 0...(1 << 53))
        problem = nil
    }

    /// The lengths along the first elements; a point is not searched for ragged rows here.
    private static func shape(of point: Node) -> [Int] {
        guard let elements = point.array else { return [] }
        return [elements.count] + (elements.first.map(shape) ?? [])
    }
}
