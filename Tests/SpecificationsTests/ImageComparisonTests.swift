import Numerics
import Specifications
import Testing

@Suite("Comparing image specifications")
struct ImageComparisonTests {
    // From the kernel values of the Python package in double precision, ten digits each.
    private static let gradientGradient = 0.1901414205
    private static let gradientStripes = 0.1838796003
    private static let stripesStripes = 0.2362420741

    @Test("Inner products and distances are sums of the Python package's kernel values")
    func golden() throws {
        let one = try ImageSamples.specification([ImageSamples.gradient, ImageSamples.stripes], [0.6, 0.4])
        let other = try ImageSamples.specification([ImageSamples.stripes], [1])
        let own = 0.36 * Self.gradientGradient + 0.48 * Self.gradientStripes + 0.16 * Self.stripesStripes
        let cross = 0.6 * Self.gradientStripes + 0.4 * Self.stripesStripes
        #expect(abs(try one.innerProduct(with: one) - own) < 1e-9)
        #expect(abs(try one.innerProduct(with: other) - cross) < 1e-9)
        #expect(abs(try other.innerProduct(with: one) - cross) < 1e-9)
        let distance = own - 2 * cross + Self.stripesStripes
        #expect(abs(try one.squaredDistance(to: other) - distance) < 1e-9)
        let embedding = try ImageEmbedding(one)
        #expect(abs(embedding.selfProduct - own) < 1e-9)
        #expect(abs(try embedding.squaredDistance(to: ImageEmbedding(other)) - distance) < 1e-9)
    }

    @Test("The distance to itself is nothing")
    func equal() throws {
        let one = try ImageSamples.specification([ImageSamples.gradient, ImageSamples.ones], [0.3, 0.7])
        #expect(try one.squaredDistance(to: one) < 1e-15)
    }

    @Test("An image without weight changes nothing, and free weights count with their sign")
    func weights() throws {
        let images = [ImageSamples.gradient, ImageSamples.ones, ImageSamples.stripes]
        let one = try ImageSamples.specification(images, [0.5, 0, -0.25])
        let other = try ImageSamples.specification([ImageSamples.gradient, ImageSamples.stripes], [0.5, -0.25])
        #expect(try one.squaredDistance(to: other) < 1e-15)
        let own = 0.25 * Self.gradientGradient - 0.25 * Self.gradientStripes + 0.0625 * Self.stripesStripes
        #expect(abs(try one.innerProduct(with: other) - own) < 1e-9)
    }

    @Test("Many distances at once are those of one after the other, on any number of threads", arguments: [1, 2, 5])
    func many(threads: Int) throws {
        var random = SeededRandom(seed: 1)
        let embeddings = try (0..<7).map { count in
            let values = (0..<(count + 1) * 1024).map { _ in Float(random.normal()) }
            let points = try Matrix(rows: count + 1, columns: 1024, elements: values)
            let weights = [Double](repeating: 1 / Double(count + 1), count: count + 1)
            return try ImageEmbedding(RKMEImageSpecification(points: points, channels: 1, weights: weights))
        }
        let distances = try embeddings[3].squaredDistances(to: embeddings, threads: threads)
        for (index, distance) in distances.enumerated() {
            let alone = try embeddings[3].squaredDistance(to: embeddings[index], threads: 1)
            #expect(abs(distance - alone) < 1e-14)
        }
        #expect(distances[3] < 1e-14)
        #expect(distances.filter { $0 > 1e-3 }.count == 6)
    }

    @Test("Images of other channels are refused with a sentence")
    func channels() throws {
        let three = try ImageSamples.specification([ImageSamples.ones], [1])
        let points = Matrix<Float>(rows: 1, columns: 1024, repeating: 1)
        let one = try RKMEImageSpecification(points: points, channels: 1, weights: [1])
        let error = try #require(throws: SpecificationError.self) { try three.squaredDistance(to: one) }
        #expect(error.code == .kernelMismatch)
        #expect(throws: SpecificationError.self) {
            try ImageEmbedding(three).squaredDistances(to: [ImageEmbedding(three), ImageEmbedding(one)])
        }
    }

    @Test("Images too large for their kernel are refused, not compared as infinite")
    func overflow() throws {
        let huge = try ImageSamples.specification([ImageSamples.ones.map { $0 * 3e38 }], [1])
        let larger = try RKMEImageSpecification(
            points: huge.points,
            channels: 3,
            weights: [.greatestFiniteMagnitude]
        )
        let error = try #require(throws: SpecificationError.self) { try ImageEmbedding(larger) }
        #expect(error.code == .invalidData)
    }

    @Test("Samples are the images by their weights, with a little noise")
    func samples() throws {
        let specification = try ImageSamples.specification(
            [ImageSamples.gradient, ImageSamples.stripes, ImageSamples.ones],
            [0.75, -1, 0.25]
        )
        let drawn = try specification.sample(400, seed: 3)
        #expect(drawn == (try specification.sample(400, seed: 3)))
        #expect(drawn != (try specification.sample(400, seed: 4)))
        var counts = [0, 0, 0]
        var squares = 0.0
        for index in 0..<400 {
            let image = drawn.values[index * 3072..<(index + 1) * 3072]
            // Only the image of ones begins with more than a half.
            let place = image[image.startIndex] > 0.5 ? 2 : 0
            counts[place] += 1
            let source = place == 2 ? ImageSamples.ones : ImageSamples.gradient
            let errors = zip(image, source).map { Double($0 - $1) }
            #expect(errors.allSatisfy { abs($0) < 0.07 })
            squares += errors.reduce(0) { $0 + $1 * $1 }
        }
        // 400 draws: a standard error of 9. And a million values of noise: one of 1e-5.
        #expect(abs(counts[0] - 300) < 45)
        #expect(abs((squares / (400 * 3072)).squareRoot() - 0.01) < 1e-4)
        #expect(throws: SpecificationError.self) {
            try ImageSamples.specification([ImageSamples.ones], [-1]).sample(1, seed: 1)
        }
    }
}
