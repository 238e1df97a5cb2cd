import Numerics
import Specifications
import Testing

@Suite("Kernels that random networks estimate")
struct NetworkEnsembleTests {
    private static func images(_ count: Int, seed: UInt64) throws -> Matrix<Float> {
        var options = RKMEImageOptions()
        options.reduces = false
        return try RKMEImageSpecification(
            fitting: ImageSamples.waves(count, channels: 1, seed: seed),
            options: options
        ).points
    }

    private static func ensemble(_ shape: ImageNetworks, data: Matrix<Float>) -> NetworkEnsemble {
        var random = NumpyRandom(seed: 1)
        var ensemble = NetworkEnsemble(drawing: shape, channels: 1, with: &random, threads: 2)
        let rows = [[Int]](repeating: Array(0..<data.rows), count: shape.count)
        ensemble.takeMeans(of: data, rows: rows, threads: 2)
        return ensemble
    }

    @Test("The estimate is a kernel of the images in their order; permuted rows, as in the Python package, give none")
    func order() throws {
        let images = try Self.images(12, seed: 1)
        let shape = ImageNetworks(count: 4, factor: 1, width: 64)
        let ensemble = Self.ensemble(shape, data: images)
        let kernel = try ensemble.kernel(images, threads: 2).0
        // The rows of each network's features in an order of its own, as a shuffling loader gives them.
        var random = SeededRandom(seed: 2)
        let orders = (0..<4).map { _ in random.distinctPlaces(12, below: 12) }
        var shuffled = Matrix<Double>(rows: 12, columns: 12)
        for (network, order) in orders.enumerated() {
            var one = NumpyRandom(seed: 1)
            for _ in 0..<network { _ = NetworkWeights.draw(with: &one, channels: 1, width: 64) }
            let single = NetworkEnsemble(
                drawing: ImageNetworks(count: 1, factor: 1, width: 64),
                channels: 1,
                with: &one,
                threads: 1
            )
            let part = try single.kernelWithoutMeans(images)
            for row in 0..<12 {
                for column in 0..<12 { shuffled[row, column] += part[order[row], order[column]] / 4 }
            }
        }
        // An independent draw of networks estimates the same kernel, of which the permuted one knows next to nothing.
        var other = NumpyRandom(seed: 99)
        let again = try NetworkEnsemble(drawing: shape, channels: 1, with: &other, threads: 2)
            .kernelWithoutMeans(images)
        #expect(Self.correlation(kernel, again) > 0.85)
        #expect(Self.correlation(shuffled, again) < 0.6)
        // What is the same for every order is the sum, so that the mean embedding hides the fault.
        #expect(abs(kernel.elements.reduce(0, +) - shuffled.elements.reduce(0, +)) < 1e-4)
    }

    /// Between the elements beside the diagonal of two matrices.
    private static func correlation(_ one: Matrix<Double>, _ other: Matrix<Double>) -> Double {
        var pairs: [(Double, Double)] = []
        for row in 0..<one.rows {
            for column in 0..<row { pairs.append((one[row, column], other[row, column])) }
        }
        let count = Double(pairs.count)
        let means = (pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (x, y) in pairs {
            xx += (x - means.0) * (x - means.0)
            yy += (y - means.1) * (y - means.1)
            xy += (x - means.0) * (y - means.1)
        }
        return xy / (xx * yy).squareRoot()
    }

    @Test("The gradient is the loss's derivative")
    func gradient() throws {
        let ensemble = Self.ensemble(ImageNetworks(count: 2, factor: 1, width: 32), data: try Self.images(20, seed: 3))
        let points = try Self.images(10, seed: 4)
        var weights = (0..<10).map { Double($0 + 1) / 55 }
        weights[2] = 0
        func loss(_ points: Matrix<Float>) throws -> Double {
            let (kernel, means) = try ensemble.kernel(points, threads: 1)
            return 2 * (try SimplexProgram(quadratic: kernel, linear: means)).objective(weights)
        }
        let gradient = ensemble.gradient(points, weights: weights, threads: 2)
        #expect(gradient.row(2).allSatisfy { $0 == 0 })
        let length = gradient.elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(length > 1e-4)
        // Along the gradient, by a central difference: features have seven digits, which leave three of a small change.
        var (ahead, behind) = (points, points)
        let step = 0.05
        for row in 0..<10 {
            for column in 0..<1024 {
                let move = Float(step / length) * gradient[row, column]
                ahead[row, column] += move
                behind[row, column] -= move
            }
        }
        let difference = (try loss(ahead) - loss(behind)) / (2 * step)
        #expect(abs(difference / length - 1) < 0.01)
    }

    @Test("Means do not depend on the number of threads, and are those of the rows that a network sees")
    func means() throws {
        let data = try Self.images(150, seed: 5)
        var random = NumpyRandom(seed: 3)
        let shape = ImageNetworks(count: 2, factor: 1, width: 16)
        let drawn = NetworkEnsemble(drawing: shape, channels: 1, with: &random, threads: 1)
        let rows = [Array(0..<150), Array(100..<103)]
        var (one, three) = (drawn, drawn)
        one.takeMeans(of: data, rows: rows, threads: 1)
        three.takeMeans(of: data, rows: rows, threads: 3)
        #expect(one.means == three.means)
        var few = drawn
        few.takeMeans(of: data.rows(100..<103), rows: [[0, 1, 2], [0, 1, 2]], threads: 1)
        #expect(few.means[1] == one.means[1])
        #expect(few.means[0] != one.means[0])
    }
}

extension NetworkEnsemble {
    /// The kernel of the images among themselves, for networks that have seen no data.
    func kernelWithoutMeans(_ images: Matrix<Float>) throws -> Matrix<Double> {
        var copy = self
        copy.takeMeans(
            of: images,
            rows: [[Int]](repeating: [0], count: means.isEmpty ? count : means.count),
            threads: 1
        )
        return try copy.kernel(images, threads: 1).0
    }
}
