package import Documents
public import Numerics

/// A table's reduced kernel mean embedding: a few weighted points that stand for many rows.
///
/// With the kernel k(x, y) = exp(−γ ‖x − y‖²), the rows' mean embedding is (1/n) Σᵢ k(xᵢ, ·), and this is the near
/// element Σⱼ βⱼ k(zⱼ, ·) with K points (Wu, Xu, Liu and Zhou 2023, "Model reuse with reduced kernel mean embedding
/// specification", equation 3). The file is that of the Python package `learnware`.
public struct RKMETableSpecification: StatisticalSpecification {
    /// `RKMETableSpecification`.
    public static let typeName = "RKMETableSpecification"

    /// z, (K × d), each row a point of as many numbers as a sample has.
    public let points: Matrix<Double>
    /// β, K numbers.
    public let weights: [Double]
    /// γ.
    public let gamma: Double
    /// The shape of one sample; empty for a single number.
    public let sampleShape: [Int]
    /// How many rows the data had; nil when the file does not say.
    public let rowCount: Int?
    /// What was done to the features before the kernel; the points are in the features that it gives.
    public let standardization: Standardization?
    /// What was done to keep points away from rows; nil when the file does not say.
    public let guardRecord: GuardRecord?
    /// Members of the file that nothing here reads, such as `device`; they are written again.
    package let unknownMembers: [Member]

    /// The keys of the file that nothing here reads.
    public var unknownKeys: [String] { unknownMembers.map(\.key) }

    /// What a specification records of its privacy guard.
    public enum GuardRecord: Hashable, Sendable {
        /// Points are farther than this from any row.
        case distance(Double)
        /// Points may be anywhere, rows included.
        case off
    }

    /// The most points that a specification may have.
    static let largestPointCount = 1 << 20

    /// Puts a specification together, as files do.
    package init(
        points: Matrix<Double>,
        weights: [Double],
        gamma: Double,
        sampleShape: [Int],
        rowCount: Int? = nil,
        standardization: Standardization? = nil,
        guardRecord: GuardRecord? = nil,
        unknownMembers: [Member] = []
    ) throws(SpecificationError) {
        guard points.rows > 0, points.columns > 0, points.columns == sampleShape.reduce(1, *),
            weights.count == points.rows
        else {
            throw SpecificationError(
                .invalidFile,
                "\(weights.count) weights and samples of shape \(sampleShape) do not fit \(points.rows) points of "
                    + "\(points.columns) numbers"
            )
        }
        guard points.elements.allSatisfy({ $0.isFinite }), weights.allSatisfy({ $0.isFinite }) else {
            throw SpecificationError(.invalidFile, "a point or a weight is not finite")
        }
        guard gamma.isFinite, gamma > 0 else {
            throw SpecificationError(.invalidFile, "gamma must be a finite number above 0, not \(gamma)")
        }
        guard standardization.map({ $0.mean.count == points.columns }) ?? true else {
            throw SpecificationError(.invalidFile, "the standardisation is not one of \(points.columns) features")
        }
        self.points = points
        self.weights = weights
        self.gamma = gamma
        self.sampleShape = sampleShape
        self.rowCount = rowCount
        self.standardization = standardization
        self.guardRecord = guardRecord
        self.unknownMembers = unknownMembers
    }

    /// Type, sample shape, γ and standardisation.
    public var kernelKey: KernelKey {
        KernelKey(type: Self.typeName, shape: sampleShape, gamma: gamma, standardization: standardization)
    }

    var kernel: GaussianKernel {
        get throws(SpecificationError) {
            try numeric { () throws(NumericsError) in try GaussianKernel(gamma: gamma) }
        }
    }
}
