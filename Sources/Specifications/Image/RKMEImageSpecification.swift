package import Documents
public import Numerics

/// A weighted set of images that stands for many, without showing them: a reduced kernel mean embedding.
///
/// The distribution of the images is represented by Σᵢ βᵢ φ(zᵢ), where φ belongs to the kernel of a convolutional network
/// of infinite width (three layers; see the Python package's `cnn_gp`). The distance of two specifications is the squared
/// maximum mean discrepancy of what they represent (Gretton et al., *A Kernel Two-Sample Test*, JMLR 2012).
public struct RKMEImageSpecification: StatisticalSpecification {
    /// Rows and columns of the images in every specification.
    public static let side = 32
    /// `RKMEImageSpecification`.
    public static let typeName = "RKMEImageSpecification"

    /// How many planes an image has.
    public let channels: Int
    /// z, (K × channels·32·32): standardised, and whitened where there are several channels.
    public let points: Matrix<Float>
    /// β, K numbers.
    public let weights: [Double]
    /// The random networks that fitted it, for the record.
    public let networks: ImageNetworks
    /// What was done to keep the images away from the data; nil when the file does not say.
    public let guardRecord: RKMETableSpecification.GuardRecord?
    /// A note of whoever made it.
    public var message: String?
    /// Members of the file that nothing here reads; they are written again.
    package var unknownMembers: [Member] = []

    /// The most values that the images of one specification may have.
    public static let mostValues = 1 << 22

    /// - Parameters:
    ///   - points: z, (K × channels·32·32), finite.
    ///   - channels: planes of an image.
    ///   - weights: β, one for each image, finite.
    ///   - networks: what fitted it.
    ///   - guardRecord: what kept it away from the data.
    /// - Throws: ``SpecificationError`` when the shapes do not fit, something is not finite, or there is too much.
    public init(
        points: Matrix<Float>,
        channels: Int,
        weights: [Double],
        networks: ImageNetworks = ImageNetworks(),
        guardRecord: RKMETableSpecification.GuardRecord? = nil
    ) throws(SpecificationError) {
        let width = channels * Self.side * Self.side
        guard points.rows > 0, points.columns == width, (1...ImageSet.mostChannels).contains(channels) else {
            throw SpecificationError(
                .invalidFile,
                "\(points.rows) points of \(points.columns) numbers are not images of \(channels) × 32 × 32"
            )
        }
        guard points.rows <= Self.mostValues / width else {
            throw SpecificationError(
                .invalidFile,
                "'z' has \(points.rows) images of \(channels) channels; at most \(Self.mostValues) values are taken"
            )
        }
        guard points.rows == weights.count else {
            throw SpecificationError(
                .invalidFile,
                "'z' has \(points.rows) images, but 'beta' has \(weights.count) weights"
            )
        }
        if let place = points.elements.firstIndex(where: { !$0.isFinite }) {
            throw SpecificationError(.invalidFile, "'z[\(place / width)]' holds a number that is not finite")
        }
        if let place = weights.firstIndex(where: { !$0.isFinite }) {
            throw SpecificationError(.invalidFile, "'beta[\(place)]' is not finite")
        }
        self.points = points
        self.channels = channels
        self.weights = weights
        self.networks = networks
        self.guardRecord = guardRecord
    }

    /// Type and shape: there is one kernel for all images of a shape.
    public var kernelKey: KernelKey {
        KernelKey(type: Self.typeName, shape: [channels, Self.side, Self.side])
    }

    /// Σᵢⱼ βᵢ β'ⱼ k(zᵢ, z'ⱼ): the inner product with another in the kernel's space.
    ///
    /// Whoever compares one with many makes an ``ImageEmbedding`` of each.
    ///
    /// - Parameter other: of the same kernel key.
    /// - Returns: the inner product.
    /// - Throws: ``SpecificationError`` when the keys differ.
    /// - Complexity: O(K K' channels).
    public func innerProduct(with other: RKMEImageSpecification) throws(SpecificationError) -> Double {
        try kernelKey.validateSame(as: other.kernelKey)
        return try ImageEmbedding(self).innerProduct(with: ImageEmbedding(other))
    }

    /// Draws images like those that were specified.
    ///
    /// An image of the set is chosen by its weight, negative ones counting as 0, and every value gets noise of deviation
    /// 0.01 (the Python package's `herding`, which draws where herding proper would choose).
    ///
    /// - Parameters:
    ///   - number: how many.
    ///   - seed: the same images for the same seed.
    /// - Returns: standardised images of 32 × 32.
    /// - Throws: ``SpecificationError`` when no weight is positive or `number` is not at least 1.
    public func sample(_ number: Int, seed: UInt64) throws(SpecificationError) -> ImageSet {
        var cumulative: [Double] = []
        for weight in weights { cumulative.append((cumulative.last ?? 0) + max(0, weight)) }
        guard let total = cumulative.last, total > 0 else {
            throw SpecificationError(.invalidFile, "no weight is above 0, so there is nothing to draw")
        }
        guard number > 0 else { throw SpecificationError(.invalidOption, "\(number) images cannot be drawn") }
        var random = SeededRandom(seed: seed)
        let width = channels * Self.side * Self.side
        var values: [Float] = []
        values.reserveCapacity(number * width)
        for _ in 0..<number {
            let place = random.place(cumulative: cumulative)
            for value in points.row(place) {
                values.append(value + Float(0.01 * random.normal()))
            }
        }
        return try ImageSet(values, shape: [number, channels, Self.side, Self.side])
    }
}

/// The random networks of a fit.
public struct ImageNetworks: Hashable, Sendable {
    /// How many there are at a time.
    public var count: Int
    /// Channels of a layer are this many times `width`.
    public var factor: Int
    /// See `factor`.
    public var width: Int
    /// How many layers there are; only 3 is computed.
    public var depth: Int
    /// The mean of the kernels' weights.
    public var mean: Double
    /// The deviation of the kernels' weights; nil for √2 / √(9 · a layer's inputs).
    public var deviation: Double?

    /// The Python package's defaults.
    public init(
        count: Int = 16,
        factor: Int = 2,
        width: Int = 128,
        depth: Int = 3,
        mean: Double = 0,
        deviation: Double? = nil
    ) {
        self.count = count
        self.factor = factor
        self.width = width
        self.depth = depth
        self.mean = mean
        self.deviation = deviation
    }

    /// Channels of a layer's output.
    var layerWidth: Int { factor * width }

    /// More networks, or channels in a layer, are not taken.
    static let most = 4096

    /// - Throws: ``SpecificationError`` when these are not networks that can be made.
    func validate() throws(SpecificationError) {
        for (key, value) in [("n_models", count), ("k", factor), ("net_width", width)] {
            guard (1...Self.most).contains(value) else {
                throw SpecificationError(.invalidFile, "'\(key)' is \(value); it must be from 1 to \(Self.most)")
            }
        }
        guard layerWidth <= Self.most else {
            throw SpecificationError(
                .invalidFile,
                "'k' · 'net_width' is \(layerWidth); at most \(Self.most) channels are taken"
            )
        }
        guard depth == 3 else {
            throw SpecificationError(
                .invalidFile,
                "'net_depth' is \(depth); only networks of 3 layers are computed, which is what every known file has"
            )
        }
        guard mean.isFinite, deviation.map({ $0.isFinite && $0 >= 0 }) ?? true else {
            throw SpecificationError(.invalidFile, "'mu' and 'sigma' must be finite numbers, and sigma not negative")
        }
    }
}
