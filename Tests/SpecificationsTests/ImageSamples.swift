import Numerics
import Specifications

/// Images that tests are made with.
enum ImageSamples {
    /// Images of 3 × 32 × 32 that the Python package's kernel values were written down for.
    static let gradient = (0..<3072).map { Float($0) / 3072 }
    static let stripes = (0..<3072).map { Float($0 / 32 % 32 % 2 == 0 ? 1 : 0) }
    static let ones = [Float](repeating: 1, count: 3072)

    static func specification(_ images: [[Float]], _ weights: [Double]) throws -> RKMEImageSpecification {
        try RKMEImageSpecification(points: Matrix(rows: images), channels: 3, weights: weights)
    }

    /// Waves of random direction and length in random colours, with a little noise.
    static func waves(_ count: Int, channels: Int, side: Int = 32, seed: UInt64) throws -> ImageSet {
        var random = SeededRandom(seed: seed)
        var values: [Float] = []
        for _ in 0..<count {
            let (across, down) = (random.unit() / 8, random.unit() / 8)
            for _ in 0..<channels {
                let (low, high) = (random.unit(), random.unit())
                for place in 0..<side * side {
                    let turn = across * Double(place % side) + down * Double(place / side)
                    let wave = abs(turn - turn.rounded()) * 2
                    values.append(Float(low + (high - low) * wave + 0.05 * random.normal()))
                }
            }
        }
        return try ImageSet(values, shape: [count, channels, side, side])
    }

    /// The squared distance of a specification to all of the images that it was fitted to.
    static func squaredDistance(
        _ specification: RKMEImageSpecification,
        to images: ImageSet
    ) throws -> Double {
        var options = RKMEImageOptions()
        options.reduces = false
        let all = try RKMEImageSpecification(fitting: images, options: options)
        return try specification.squaredDistance(to: all)
    }
}
