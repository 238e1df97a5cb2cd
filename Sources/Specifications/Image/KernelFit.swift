import Numerics

/// Fits by the kernel that specifications are compared by, and its derivative.
///
/// In each round the weights are those that are best for the points, so what is moved down is min over β of
/// |Σᵢ βᵢ φ(zᵢ) − (1/n) Σⱼ φ(xⱼ)|², whose derivative by zᵢ is 2 βᵢ (Σⱼ βⱼ ∂₁k(zᵢ, zⱼ) − (1/n) Σⱼ ∂₁k(zᵢ, xⱼ)) with the weights
/// held (they are at their least; the variable projection of Golub and Pereyra 1973). The factor 2 βᵢ is left out: the
/// optimiser scales every value by itself, and images of small weight shall come to where they are of use.
struct KernelFit {
    private let data: KernelImages<Float>
    private let dataWeights: [Float]
    private let channels: Int
    private let options: RKMEImageOptions

    init(_ data: ImageFittingData, _ options: RKMEImageOptions) throws(NumericsError) {
        self.data = try KernelImages(data.rows, channels: data.channels)
        dataWeights = [Float](repeating: 1 / Float(data.rows.rows), count: data.rows.rows)
        channels = data.channels
        self.options = options
    }

    func run(_ progress: (ImageFittingProgress) -> Bool) throws(NumericsError) -> FittedImages {
        var random = NumpyRandom(seed: UInt32(truncatingIfNeeded: options.seed))
        var points = FittedImages.noise(options.pointCount, width: channels * 1024, with: &random)
        var optimizer = AdaBelief(count: points.elements.count, stepSize: options.stepSize ?? 0.1)
        var (best, gradient) = try evaluated(points)
        for round in 0..<options.rounds {
            var values = points.elements
            // Long steps at first, and at the end short ones, which settle.
            let share = 1 - 0.95 * Double(round) / Double(options.rounds)
            optimizer.step(&values, gradient, share: share)
            points = Matrix(unchecked: values, rows: points.rows, columns: points.columns)
            let next: FittedImages
            (next, gradient) = try evaluated(points)
            if next.objective < best.objective { best = next }
            let state = ImageFittingProgress(round: round + 1, rounds: options.rounds, objective: next.objective)
            guard progress(state) else { break }
        }
        return best
    }

    /// The best weights for some points, and the derivative there.
    func evaluated(_ points: Matrix<Float>) throws(NumericsError) -> (FittedImages, gradient: [Float]) {
        let images = try KernelImages(points, channels: channels)
        let blocks = KernelImageBlocks(images)
        let attraction = try blocks.weightedSums(over: data, weights: dataWeights, threads: options.threads)
        let (weights, objective) = try FittedImages.weights(
            Matrix<Double>(images.values(threads: options.threads)),
            attraction.values.map { Double($0) },
            isNonnegative: options.hasNonnegativeWeights
        )
        let repulsion = try blocks.weightedSums(
            over: images,
            weights: weights.map { Float($0) },
            threads: options.threads
        )
        let gradient = zip(repulsion.gradient.elements, attraction.gradient.elements).map { $0 - $1 }
        return (FittedImages(points: points, weights: weights, objective: objective), gradient)
    }
}
