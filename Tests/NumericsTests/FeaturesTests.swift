import Numerics
import TestSupport
import Testing

@Suite("Feature vectors of weighted sets")
struct FeaturesTests {
    private func normal(_ rows: Int, _ columns: Int, scale: Double = 1, seed: UInt64) -> Matrix<Double> {
        var random = SeededRandom(seed: seed)
        let elements = (0..<rows * columns).map { _ in scale * random.normal() }
        return Matrix(unchecked: elements, rows: rows, columns: columns)
    }

    private func sets(_ count: Int, columns: Int, scale: Double = 1) -> [(points: Matrix<Double>, weights: [Double])] {
        (0..<count).map { place in
            let points = normal(1 + 37 * place % 300, columns, scale: scale, seed: UInt64(place))
            let weights = normal(1, points.rows, seed: UInt64(500 + place)).elements.map { $0 / Double(points.rows) }
            return (points, weights)
        }
    }

    @Test("Products with many sets are those with each, and equal sets give equal bits")
    func products() throws {
        var sets = sets(30, columns: 7)
        sets += [sets[3], sets[8], sets[3]]
        let kernel = try GaussianKernel(gamma: 0.1)
        let block = try WeightedSets(sets, columns: 7)
        let (points, weights) = sets[11]
        let all = try kernel.products(points, weights, with: block, threads: 2)
        for (product, set) in zip(all, sets) {
            #expect(abs(product - (try kernel.sum(points, weights, set.points, set.weights))) < 1e-13)
        }
        #expect(all[3] == all[30] && all[3] == all[32] && all[8] == all[31])
        #expect(try kernel.products(points, weights, with: block, at: [8, 2], threads: 1) == [all[8], all[2]])
        #expect(block.points(of: 31) == sets[8].points && block.weights(of: 31) == sets[8].weights)
        #expect(throws: NumericsError.self) { try WeightedSets(sets, columns: 6) }
        #expect(throws: NumericsError.self) { try kernel.products(points, [1], with: block, threads: 1) }
    }

    /// With 8192 numbers the error is √(2 / 4096), 2.2 % of a distance, and five times that is not seen by chance.
    @Test(
        "Distances of vectors are near those of sets, in proportion, for small and large points",
        arguments: [1, 1000.0]
    )
    func distances(scale: Double) throws {
        let sets = sets(12, columns: 5, scale: scale)
        let kernel = try GaussianKernel(gamma: 0.1 / (scale * scale))
        let block = try WeightedSets(sets, columns: 5)
        let map = FourierFeatures(kernel, dimension: 5, width: 8192, seed: 4)
        let vectors = try map.vectors(of: block, threads: 2)
        #expect(vectors == (try map.vectors(of: block, threads: 1)))
        let norms = try kernel.squaredNorms(sets, threads: 1)
        for (place, set) in sets.enumerated() {
            let near = vectors.squaredDistances(ofRowsTo: Array(vectors.row(place)), threads: 2)
            let products = try kernel.products(set.points, set.weights, with: block, threads: 1)
            for other in sets.indices {
                let exact = norms[place] - 2 * products[other] + norms[other]
                #expect(abs(Double(near[other]) - exact) <= 0.11 * exact + 1e-10)
            }
        }
    }

    @Test("A wave is a cosine and a sine, whatever the turn")
    func waves() throws {
        // One point on one axis: the vector is the wave itself, and its length is the weight's.
        let kernel = try GaussianKernel(gamma: 0.5)
        let map = FourierFeatures(kernel, dimension: 1, width: 64, seed: 1)
        for position in [0, 0.1, 0.25, -3.7, 1e4, -1e6] {
            let block = try WeightedSets([(Matrix(rows: 1, columns: 1, repeating: position), [2.0])], columns: 1)
            let vector = try map.vectors(of: block, threads: 1).elements
            for place in 0..<32 {
                let length = vector[place] * vector[place] + vector[32 + place] * vector[32 + place]
                #expect(abs(length * 32 - 4) < 1e-4)
            }
            #expect(position != 0 || vector.prefix(32).allSatisfy { abs($0 * Float(32).squareRoot() - 2) < 1e-5 })
        }
    }
}
