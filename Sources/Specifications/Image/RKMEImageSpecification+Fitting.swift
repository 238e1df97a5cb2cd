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
    /// - Complexity: O(rounds · min(n, sample size) · K) pairs of images by the kernel, 3 µs each on one core with
    ///   AVX-512; whitening O(n d² + d³) with d = channels·1024 values, and d³ becomes n³ for fewer images.
    public init(
        fitting images: ImageSet,
        options: RKMEImageOptions = RKMEImageOptions(),
        progress: (ImageFittingProgress) -> Bool = { _ in true }
    ) throws(SpecificationError) {
        try options.validate(channels: images.channels)
        var rows = try ImagePreparation.prepared(
            images,
            whitening: options.isWhitened,
            threads: options.threads
        )
        if rows.rows > options.sampleSize {
            var random = SeededRandom(seed: options.seed)
            rows = rows.rows(at: random.distinctPlaces(options.sampleSize, below: rows.rows))
        }
        guard options.reduces else {
            let weights = [Double](repeating: 1 / Double(rows.rows), count: rows.rows)
            try self.init(points: rows, channels: images.channels, weights: weights)
            return
        }
        let data = ImageFittingData(rows: rows, channels: images.channels)
        let fitted = try numeric { () throws(NumericsError) in
            switch options.method {
            case .kernel:
                return try KernelFit(data, options).run(progress)
            case .networks(let networks, let rowsEach):
                var fit = NetworkFit(data, options, networks, rowsEach: rowsEach)
                return try fit.run(progress)
            }
        }
        var networks = ImageNetworks()
        if case .networks(let chosen, _) = options.method { networks = chosen }
        try self.init(
            points: fitted.points,
            channels: images.channels,
            weights: fitted.weights,
            networks: networks
        )
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
