/// What two specifications must share for their distance to mean anything.
///
/// Inner products live in the space of one kernel on one set of features. Across keys there is a number too, but it
/// compares lengths in different spaces.
public struct KernelKey: Hashable, CustomStringConvertible, Sendable {
    /// The specification's type, such as `RKMETableSpecification`.
    public let type: String
    /// The shape of one sample, without its count.
    public let shape: [Int]
    /// γ of the Gaussian kernel; nil for kernels without one.
    public let gamma: Double?
    /// What was done to the features first; nil when nothing was.
    public let standardization: Standardization?
    /// The digest of the embedder that made the features; nil when there was none.
    public let embedder: String?

    package init(
        type: String,
        shape: [Int],
        gamma: Double? = nil,
        standardization: Standardization? = nil,
        embedder: String? = nil
    ) {
        self.type = type
        self.shape = shape
        self.gamma = gamma
        self.standardization = standardization
        self.embedder = embedder
    }

    /// The parts in words.
    public var description: String {
        var parts = [type, "samples of shape \(shape)"]
        if let gamma { parts.append("gamma \(gamma)") }
        if standardization != nil { parts.append("standardised features") }
        if let embedder { parts.append("embedder \(embedder)") }
        return parts.joined(separator: ", ")
    }

    /// Says why this key is not another, or nil when it is.
    package func difference(from other: KernelKey) -> String? {
        if type != other.type { return "one is of type \(type), the other of \(other.type)" }
        if shape != other.shape { return "one is of samples of shape \(shape), the other of \(other.shape)" }
        if gamma != other.gamma {
            return "their kernels have different gammas, \(Self.text(gamma)) and \(Self.text(other.gamma))"
        }
        if standardization != other.standardization { return "their features were standardised differently" }
        if embedder != other.embedder { return "their features come from different embedders" }
        return nil
    }

    private static func text(_ gamma: Double?) -> String { gamma.map { "\($0)" } ?? "none" }

    /// - Throws: ``SpecificationError`` with a sentence when the keys differ.
    package func validateSame(as other: KernelKey) throws(SpecificationError) {
        if let difference = difference(from: other) {
            throw SpecificationError(.kernelMismatch, "the specifications cannot be compared: \(difference)")
        }
    }
}

/// (x − mean) / scale for each feature, done before the kernel.
public struct Standardization: Hashable, Sendable {
    /// d numbers.
    public let mean: [Double]
    /// d numbers above 0.
    public let scale: [Double]

    /// - Parameters:
    ///   - mean: what is taken from each feature.
    ///   - scale: what each is then divided by, above 0.
    /// - Throws: ``SpecificationError`` when lengths differ or a number makes no sense.
    public init(mean: [Double], scale: [Double]) throws(SpecificationError) {
        guard mean.count == scale.count, mean.allSatisfy({ $0.isFinite }),
            scale.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw SpecificationError(
                .invalidOption,
                "a standardisation needs as many finite means as scales above 0"
            )
        }
        self.mean = mean
        self.scale = scale
    }
}
