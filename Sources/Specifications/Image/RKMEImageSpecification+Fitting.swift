import Numerics

extension RKMEImageSpecification {
    /// Specifies images.
    ///
    /// They are repaired, scaled to 32 × 32, standardised and whitened; a sample of them is drawn; and a set of K images
    /// that starts as noise is moved to where it represents the sample best, its weights found anew in each round.
    ///
    /// - Parameters:
    ///   - images: n images of any size.
    ///   - options: how it is fitted.
    ///   - progress: called after each round; returns false to stop with what there is.
    /// - Throws: ``SpecificationError`` when an image has no finite value, or an option makes no sense.
    /// - Complexity: O(rounds · min(n, sample size) · K) pairs of images by the kernel, which `Benchmarks/specifications`
    ///   measures; whitening O(n d² + d³) with d = channels·1024 values, and d³ becomes n³ for fewer images.
    public init(
        fitting images: ImageSet,
        options: RKMEImageOptions = RKMEImageOptions(),
        progress: (ImageFittingProgress) -> Bool = { _ in true }
    ) throws(SpecificationError) {
        self = try RKMEImageFit(images, options: options, progress: progress).specification
    }
}

/// A fitted specification, with what it was fitted from, so that a report can be made.
public struct RKMEImageFit: Sendable {
    /// The specification.
    public let specification: RKMEImageSpecification
    /// The images as the kernel saw them; those that were drawn, when there were many.
    let data: ImageFittingData
    /// The set before it was kept away from the data; nil when it was not.
    let free: FittedImages?
    private let threads: Int?

    /// Fits a specification, as ``RKMEImageSpecification/init(fitting:options:progress:)`` does.
    ///
    /// - Parameters:
    ///   - images: n images of any size.
    ///   - options: how it is fitted.
    ///   - progress: called after each round; returns false to stop with what there is.
    /// - Throws: ``SpecificationError``.
    public init(
        _ images: ImageSet,
        options: RKMEImageOptions = RKMEImageOptions(),
        progress: (ImageFittingProgress) -> Bool = { _ in true }
    ) throws(SpecificationError) {
        try options.validate(channels: images.channels)
        var rows = try ImagePreparation.prepared(images, whitening: options.isWhitened, threads: options.threads)
        if rows.rows > options.sampleSize {
            var random = SeededRandom(seed: options.seed)
            rows = rows.rows(at: random.distinctPlaces(options.sampleSize, below: rows.rows))
        }
        let data = ImageFittingData(rows: rows, channels: images.channels)
        self.data = data
        threads = options.threads
        guard options.reduces else {
            let weights = [Double](repeating: 1 / Double(rows.rows), count: rows.rows)
            specification = try RKMEImageSpecification(
                points: rows,
                channels: images.channels,
                weights: weights,
                guardRecord: .off
            )
            free = nil
            return
        }
        let fitted = try numeric { () throws(NumericsError) in try Self.fitted(data, options, progress) }
        let guarded = try numeric { () throws(NumericsError) in try Self.guarded(fitted, data, options) }
        var networks = ImageNetworks()
        if case .networks(let chosen, _) = options.method { networks = chosen }
        specification = try RKMEImageSpecification(
            points: guarded.images.points,
            channels: images.channels,
            weights: guarded.images.weights,
            networks: networks,
            guardRecord: guarded.record
        )
        free = fitted
    }

    private static func fitted(
        _ data: ImageFittingData,
        _ options: RKMEImageOptions,
        _ progress: (ImageFittingProgress) -> Bool
    ) throws(NumericsError) -> FittedImages {
        switch options.method {
        case .kernel:
            return try KernelFit(data, options).run(progress)
        case .networks(let networks, let rowsEach):
            var fit = NetworkFit(data, options, networks, rowsEach: rowsEach)
            return try fit.run(progress)
        }
    }

    /// Pushes images away from those of the data that they are too near to, and finds the weights anew.
    private static func guarded(
        _ fitted: FittedImages,
        _ data: ImageFittingData,
        _ options: RKMEImageOptions
    ) throws(NumericsError) -> (images: FittedImages, record: RKMETableSpecification.GuardRecord) {
        guard options.guardsPrivacy else { return (fitted, .off) }
        let keeper = try PrivacyGuard(rows: Matrix<Double>(data.rows), seed: options.seed, threads: options.threads)
        let record = RKMETableSpecification.GuardRecord.distance(keeper.squaredDistance.squareRoot())
        var random = SeededRandom(seed: options.seed)
        // Images are kept as `Float`, of which an element is rounded by 6e-8 of it.
        let pushed = try keeper.pushedAway(Matrix<Double>(fitted.points), margin: 1e-5, using: &random)
        guard pushed.moved > 0 else { return (fitted, record) }
        var points = Matrix<Float>(pushed.points)
        let far = try keeper.farEnough(Matrix<Double>(points))
        guard !far.isEmpty else {
            throw NumericsError(.noConvergence, "no image can keep away from those of the data; fit without the guard")
        }
        if far.count < points.rows { points = points.rows(at: far) }
        return (try KernelFit(data, options).evaluated(points).0, record)
    }

    /// How near the specification's images are to the data, and what keeping away from them cost.
    ///
    /// Distances are those of standardised and whitened images.
    ///
    /// - Returns: the report.
    /// - Throws: ``SpecificationError`` when a computation fails.
    /// - Complexity: O(n²) pairs of images by the kernel, for the n images that were fitted to.
    public func privacyReport() throws(SpecificationError) -> PrivacyReport {
        try numeric { () throws(NumericsError) in
            let images = try KernelImages(data.rows, channels: data.channels)
            let own = images.values(threads: threads).elements.reduce(0) { $0 + Double($1) }
            let norm = own / Double(data.rows.rows) / Double(data.rows.rows)
            let points = specification.points
            let guarded = try squaredDistance(points, specification.weights, norm, images)
            let rows = Matrix<Double>(data.rows)
            return PrivacyReport(
                nearest: try Matrix<Double>(points).nearestRows(in: rows, threads: threads).squaredDistances,
                ofRows: try rows.nearestRows(in: rows, skipsEqual: true, threads: threads).squaredDistances,
                discrepancy: guarded.squareRoot(),
                freeDiscrepancy: try free.map { free throws(NumericsError) in
                    try squaredDistance(free.points, free.weights, norm, images).squareRoot()
                } ?? guarded.squareRoot()
            )
        }
    }

    /// From the mean of the data to weighted images, by the kernel.
    private func squaredDistance(
        _ points: Matrix<Float>,
        _ weights: [Double],
        _ norm: Double,
        _ data: KernelImages<Float>
    ) throws(NumericsError) -> Double {
        let images = try KernelImages(points, channels: data.channels)
        let cross = try images.values(with: KernelImageBlocks(data), threads: threads)
        let own = images.values(threads: threads)
        var distance = norm
        for (row, weight) in weights.enumerated() {
            distance -= 2 * weight * cross.row(row).reduce(0) { $0 + Double($1) } / Double(data.count)
            for (value, other) in zip(own.row(row), weights) { distance += weight * other * Double(value) }
        }
        return max(0, distance)
    }
}

/// What is fitted to.
struct ImageFittingData: Sendable {
    /// (n × channels·1024), prepared.
    var rows: Matrix<Float>
    var channels: Int
}

/// Images and the weights that are best for them.
struct FittedImages: Sendable {
    /// z, (K × channels·1024).
    var points: Matrix<Float>
    /// β, K numbers.
    var weights: [Double]
    /// βᵀ K β − 2 cᵀ β.
    var objective: Double

    /// Noise, in numpy's order.
    static func noise(_ count: Int, width: Int, with random: inout NumpyRandom) -> Matrix<Float> {
        let values = random.normal(count: count * width).map { Float($0) }
        return Matrix(unchecked: values, rows: count, columns: width)
    }

    /// The weights that are best for points with this kernel among themselves and these means with the data.
    static func weights(
        _ kernel: Matrix<Double>,
        _ means: [Double],
        isNonnegative: Bool
    ) throws(NumericsError) -> (weights: [Double], objective: Double) {
        let program = try SimplexProgram(quadratic: kernel, linear: means)
        let weights = isNonnegative ? program.solve().weights : try program.freeWeights()
        return (weights, 2 * program.objective(weights))
    }
}
