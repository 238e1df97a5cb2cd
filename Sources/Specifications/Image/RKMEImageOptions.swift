/// How an image specification is fitted.
public struct RKMEImageOptions: Hashable, Sendable {
    /// What the set of images is moved by.
    public enum Method: Hashable, Sendable {
        /// The kernel that specifications are compared by: what is made small is the distance that a search sees.
        case kernel
        /// Random networks, new ones in each round, as the Python package does, but with rows kept in order.
        ///
        /// Their kernel has other variances (2 and 0.01) than the one that specifications are compared by.
        ///
        /// - Parameters:
        ///   - networks: how many, and how wide.
        ///   - rowsEach: how many images each network sees, drawn anew; nil for all, as the Python package does.
        case networks(ImageNetworks = ImageNetworks(), rowsEach: Int? = 256)
    }

    /// What the set of images is moved by.
    public var method = Method.kernel
    /// K, how many images the set has; not lowered for small data.
    public var pointCount = 50
    /// How often the weights are found anew.
    public var rounds = 100
    /// The length of a step of the optimiser; nil for 0.1 with the kernel, falling, and 0.01 with networks.
    public var stepSize: Double?
    /// At most so many images are fitted to, drawn from all.
    public var sampleSize = 5000
    /// Whether images of several channels are whitened.
    public var isWhitened = true
    /// Whether weights are at least 0 and sum to 1; otherwise they are free.
    public var hasNonnegativeWeights = true
    /// Whether there is a smaller set at all; without, every drawn image is kept as it is: not private, and large.
    public var reduces = true
    /// Whether images keep away from those of the data; see ``PrivacyReport``.
    public var guardsPrivacy = true
    /// The same specification for the same seed, whatever the number of threads.
    public var seed: UInt64 = 0
    /// How many threads share the work; nil for one a core.
    public var threads: Int?

    /// By the kernel, K = 50, 100 rounds, at most 5,000 images, whitened.
    public init() {}

    /// More rounds are not done.
    public static let mostRounds = 1_000_000

    func validate(channels: Int) throws(SpecificationError) {
        let mostPoints = RKMEImageSpecification.mostValues / (channels * 1024)
        guard (1...mostPoints).contains(pointCount) else {
            throw SpecificationError(
                .invalidOption,
                "\(pointCount) images of \(channels) channels; a specification has from 1 to \(mostPoints)"
            )
        }
        guard (0...Self.mostRounds).contains(rounds) else {
            throw SpecificationError(.invalidOption, "\(rounds) rounds; there are from 0 to \(Self.mostRounds)")
        }
        guard stepSize.map({ $0.isFinite && $0 > 0 }) ?? true else {
            throw SpecificationError(.invalidOption, "the step size must be a positive number")
        }
        guard sampleSize > 0, threads ?? 1 > 0 else {
            throw SpecificationError(.invalidOption, "the sample size and the number of threads are at least 1")
        }
        if case .networks(let networks, let rows) = method {
            try networks.validate()
            guard rows ?? 1 > 0 else {
                throw SpecificationError(.invalidOption, "each network sees at least 1 image, not \(rows ?? 0)")
            }
        }
    }
}

/// How far a fit has come.
public struct ImageFittingProgress: Hashable, Sendable {
    /// Rounds that are done.
    public var round: Int
    /// Rounds that there will be.
    public var rounds: Int
    /// βᵀ K β − 2 cᵀ β as it was estimated in this round: the squared distance to the data, less a constant.
    public var objective: Double
}
