import Numerics

/// Fits by random convolutional networks, new ones in each round.
///
/// The kernel is estimated by k(x, y) ≈ Σ_f φ_f(x) φ_f(y) / F + 0.01 over the F features of all networks. The data come in
/// only by the mean of their features, so that nothing of the size n × F is ever kept, and the loss
/// βᵀ K β − 2 cᵀ β has the derivative 2 βᵢ (Σⱼ βⱼ φ(zⱼ) − (1/n) Σⱼ φ(xⱼ)) / F by the features of zᵢ: one vector for all images,
/// and each network by itself. The Python package permutes the rows of each network's features on their own before it
/// joins them, so that its K and c belong to no set of images; here rows keep their order.
struct NetworkFit {
    private let data: ImageFittingData
    private let options: RKMEImageOptions
    private let shape: ImageNetworks
    private let rowsEach: Int?
    private var weightRandom: NumpyRandom
    private var rowRandom: SeededRandom

    /// What is added to every estimate of the kernel.
    static let added = 0.01
    /// Steps of the optimiser with the same networks.
    private static let stepsInRound = 3

    init(_ data: ImageFittingData, _ options: RKMEImageOptions, _ shape: ImageNetworks, rowsEach: Int?) {
        self.data = data
        self.options = options
        self.shape = shape
        self.rowsEach = rowsEach
        weightRandom = NumpyRandom(seed: UInt32(truncatingIfNeeded: options.seed))
        rowRandom = SeededRandom(seed: options.seed)
    }

    mutating func run(_ progress: (ImageFittingProgress) -> Bool) throws(NumericsError) -> FittedImages {
        var networks = drawNetworks()
        // The Python package's order: networks, then points, then the networks of each round.
        var points = FittedImages.noise(options.pointCount, width: data.rows.columns, with: &weightRandom)
        networks.takeMeans(of: data.rows, rows: drawRows(), threads: options.threads)
        var fitted = try networks.weighted(
            points,
            isNonnegative: options.hasNonnegativeWeights,
            threads: options.threads
        )
        var optimizer = AdaBelief(count: points.elements.count, stepSize: options.stepSize ?? 0.01)
        for round in 0..<options.rounds {
            networks = drawNetworks()
            networks.takeMeans(of: data.rows, rows: drawRows(), threads: options.threads)
            for _ in 0..<Self.stepsInRound {
                let gradient = networks.gradient(points, weights: fitted.weights, threads: options.threads)
                var values = points.elements
                optimizer.step(&values, gradient.elements)
                points = Matrix(unchecked: values, rows: points.rows, columns: points.columns)
            }
            fitted = try networks.weighted(
                points,
                isNonnegative: options.hasNonnegativeWeights,
                threads: options.threads
            )
            let state = ImageFittingProgress(round: round + 1, rounds: options.rounds, objective: fitted.objective)
            guard progress(state) else { break }
        }
        return fitted
    }

    private mutating func drawNetworks() -> NetworkEnsemble {
        NetworkEnsemble(drawing: shape, channels: data.channels, with: &weightRandom, threads: options.threads)
    }

    /// For each network, the rows of the data that it sees.
    private mutating func drawRows() -> [[Int]] {
        let count = data.rows.rows
        guard let rowsEach, rowsEach < count else {
            return [[Int]](repeating: Array(0..<count), count: shape.count)
        }
        return (0..<shape.count).map { _ in rowRandom.distinctPlaces(rowsEach, below: count) }
    }
}
