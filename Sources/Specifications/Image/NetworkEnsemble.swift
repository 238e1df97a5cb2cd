package import Numerics

/// Several random networks, and the mean features of the data in each.
package struct NetworkEnsemble: Sendable {
    package var count: Int { networks.count }
    private let networks: [ConvolutionalNetwork<Float>]
    /// One over the number of features of all networks.
    private let scale: Double
    /// (1/n) Σⱼ φ(xⱼ) of each network.
    package private(set) var means: [[Float]] = []

    package init(drawing shape: ImageNetworks, channels: Int, with random: inout NumpyRandom, threads: Int?) {
        var drawn: [[NetworkWeights]] = []
        for _ in 0..<shape.count {
            drawn.append(
                NetworkWeights.draw(
                    with: &random,
                    channels: channels,
                    width: shape.layerWidth,
                    mean: shape.mean,
                    deviation: shape.deviation
                )
            )
        }
        networks = Self.each(shape.count, threads: threads) { index, _ in
            ConvolutionalNetwork(weights: drawn[index], channels: channels, width: shape.layerWidth)
        }
        scale = 1 / Double(shape.count * 16 * shape.layerWidth)
    }

    /// What one thread takes images through networks with, made when it begins.
    private struct Own {
        private var made: NetworkPass<Float>?

        mutating func pass(for network: ConvolutionalNetwork<Float>) -> NetworkPass<Float> {
            if let made { return made }
            let pass = NetworkPass(for: network)
            made = pass
            return pass
        }
    }

    /// One result for each piece of work, in order.
    private static func each<Result>(_ count: Int, threads: Int?, _ body: (Int, inout Own) -> Result) -> [Result] {
        var results = [Result?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            // SAFETY: each piece writes its own element.
            nonisolated(unsafe) let results = results
            Parallel.forEach(count, threads: threads, with: Own()) { piece, own in results[piece] = body(piece, &own) }
        }
        return results.compactMap { $0 }
    }

    /// Takes the data's rows through the networks, each those that are its own.
    package mutating func takeMeans(of data: Matrix<Float>, rows: [[Int]], threads: Int?) {
        // Pieces of a fixed size, so that sums are the same for every number of threads.
        let piece = 64
        let pieces = networks.indices.flatMap { network in
            stride(from: 0, to: rows[network].count, by: piece).map { (network, $0) }
        }
        let sums = Self.each(pieces.count, threads: threads) { index, own in
            let (network, first) = pieces[index]
            let part = rows[network][first..<min(first + piece, rows[network].count)]
            return Self.sum(data.rows(at: part), networks[network], own.pass(for: networks[network]))
        }
        means = networks.map { [Float](repeating: 0, count: $0.featureCount) }
        for (piece, sum) in zip(pieces, sums) {
            let share = 1 / Float(rows[piece.0].count)
            for place in sum.indices { means[piece.0][place] += sum[place] * share }
        }
    }

    private static func sum(
        _ images: Matrix<Float>,
        _ network: ConvolutionalNetwork<Float>,
        _ pass: NetworkPass<Float>
    ) -> [Float] {
        let features = Features(of: images, network, pass, keepsSigns: false)
        var sum = [Float](repeating: 0, count: network.featureCount)
        for row in 0..<images.rows {
            for (place, value) in features.values.row(row).enumerated() { sum[place] += value }
        }
        return sum
    }

    /// The features of some images in one network, in the images' order.
    private struct Features {
        var values: Matrix<Float>
        var signs: [UInt8] = []

        init(
            of images: Matrix<Float>,
            _ network: ConvolutionalNetwork<Float>,
            _ pass: NetworkPass<Float>,
            keepsSigns: Bool
        ) {
            let (signCount, featureCount) = (NetworkPass.signCount(for: network), network.featureCount)
            var signs = [UInt8](repeating: 0, count: keepsSigns ? images.rows * signCount : 0)
            let count = images.rows
            var values = Matrix<Float>(rows: count, columns: featureCount)
            values.withElements { features in
                images.elements.withUnsafeBufferPointer { images in
                    signs.withUnsafeMutableBufferPointer { signs in
                        guard let images = images.baseAddress, let features = features.baseAddress else { return }
                        NetworkEnsemble.blocks(of: count, NetworkPass<Float>.blockSize) { first, count in
                            pass.forward(
                                network,
                                images + first * network.imageCount,
                                count: count,
                                features: features + first * featureCount,
                                signs: keepsSigns ? signs.baseAddress.map { $0 + first * signCount } : nil
                            )
                        }
                    }
                }
            }
            self.values = values
            self.signs = signs
        }
    }

    private static func blocks(of count: Int, _ size: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
        for first in stride(from: 0, to: count, by: size) { body(first, min(size, count - first)) }
    }
}

extension NetworkEnsemble {
    /// Estimates of the kernel: K of the images among themselves, and c, their means with the data.
    package func kernel(_ images: Matrix<Float>, threads: Int?) throws(NumericsError) -> (
        Matrix<Double>, means: [Double]
    ) {
        let parts = Self.each(networks.count, threads: threads) { index, own in
            let features = Features(of: images, networks[index], own.pass(for: networks[index]), keepsSigns: false)
                .values
            let products = (0..<images.rows).map { Self.product(features.row($0), self.means[index]) }
            return (try? Matrix.product(.plain(features), .transposed(features), threads: 1), products)
        }
        var (kernel, means) = (
            Matrix<Double>(rows: images.rows, columns: images.rows, repeating: NetworkFit.added),
            [Double](repeating: NetworkFit.added, count: images.rows)
        )
        for (product, part) in parts {
            guard let product else { throw NumericsError(.wrongShape, "features of another number") }
            kernel.withElements { elements in
                for place in elements.indices { elements[place] += Double(product.elements[place]) * scale }
            }
            for place in means.indices { means[place] += part[place] * scale }
        }
        return (kernel, means)
    }

    private static func product(_ left: ArraySlice<Float>, _ right: [Float]) -> Double {
        var sum = 0.0
        for (one, other) in zip(left, right) { sum += Double(one) * Double(other) }
        return sum
    }

    /// The images with the weights that are best for them in these networks.
    func weighted(_ images: Matrix<Float>, isNonnegative: Bool, threads: Int?) throws(NumericsError) -> FittedImages {
        let (kernel, means) = try kernel(images, threads: threads)
        let (weights, objective) = try FittedImages.weights(kernel, means, isNonnegative: isNonnegative)
        return FittedImages(points: images, weights: weights, objective: objective)
    }

    /// Images of a smaller weight do not move: their derivative is nothing beside the optimiser's ε.
    private static let leastWeight = 1e-8

    /// The derivative of βᵀ K β − 2 cᵀ β by the images.
    package func gradient(_ images: Matrix<Float>, weights: [Double], threads: Int?) -> Matrix<Float> {
        let moved = weights.indices.filter { abs(weights[$0]) > Self.leastWeight }
        let (rows, rowWeights) = (images.rows(at: moved), moved.map { weights[$0] })
        let parts = Self.each(networks.count, threads: threads) { index, own in
            part(rows, rowWeights, index, own.pass(for: networks[index]))
        }
        var gradient = Matrix<Float>(rows: images.rows, columns: images.columns)
        let width = images.columns
        gradient.withElements { elements in
            for part in parts {
                for (row, target) in moved.enumerated() {
                    for place in 0..<width { elements[target * width + place] += part[row * width + place] }
                }
            }
        }
        return gradient
    }

    /// What one network contributes.
    private func part(
        _ images: Matrix<Float>,
        _ weights: [Double],
        _ index: Int,
        _ pass: NetworkPass<Float>
    ) -> [Float] {
        let network = networks[index]
        let features = Features(of: images, network, pass, keepsSigns: true)
        var difference = means[index].map { -$0 }
        for (row, weight) in weights.enumerated() {
            for (place, value) in features.values.row(row).enumerated() { difference[place] += Float(weight) * value }
        }
        let (signCount, featureCount) = (NetworkPass.signCount(for: network), network.featureCount)
        var result = [Float](repeating: 0, count: images.elements.count)
        result.withUnsafeMutableBufferPointer { result in
            features.signs.withUnsafeBufferPointer { signs in
                guard let result = result.baseAddress, let signs = signs.baseAddress else { return }
                Self.blocks(of: images.rows, NetworkPass<Float>.blockSize) { first, count in
                    let back = (first..<first + count).flatMap { row in
                        let factor = Float(2 * weights[row] * scale)
                        return difference.map { factor * $0 }
                    }
                    precondition(back.count == count * featureCount)
                    pass.backward(
                        network,
                        back,
                        count: count,
                        signs: signs + first * signCount,
                        images: result + first * network.imageCount
                    )
                }
            }
        }
        return result
    }
}
