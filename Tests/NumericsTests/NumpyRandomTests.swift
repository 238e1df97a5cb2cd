import Numerics
import Testing

// Expected numbers are what numpy 2.4.6 draws.
@Suite("numpy's random numbers")
struct NumpyRandomTests {
    static let draws: [(seed: UInt32, uniform: [Double], normal: [Double], other: [Double])] = [
        (
            0, [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
            [-2.268328201180374, 1.3335453816218967, -0.8427240538292873, 1.9699244478698945, 1.2661185298577784],
            [1.9494123460239487, 2.2545200778471055, 2.1080811913055446]
        ),
        (
            12345, [0.9296160928171479, 0.3163755545817859, 0.18391881167709445],
            [0.3161600083562148, -1.379198002097078, 0.4505544213927303, 0.09267328907707292, 1.2481328397922449],
            [2.0768100709581914, 2.1248803647736207, 2.077419115742898]
        ),
        (
            4_294_967_295, [0.0976320289940138, 0.9123828453026218, 0.78903530185164],
            [0.0813036681172692, 0.4096851233481656, 0.31595808265170017, 0.03503916479349264, -1.741430868579208],
            [1.9150544594702352, 1.8543134449046192, 1.9949840234455882]
        ),
    ]

    @Test("Uniform and normal numbers are numpy's, also where a pair is cut", arguments: draws.indices)
    func numbers(index: Int) {
        let expected = Self.draws[index]
        var random = NumpyRandom(seed: expected.seed)
        #expect((0..<3).map { _ in random.uniform() } == expected.uniform)
        // The last digit is the logarithm's, which C libraries round differently.
        let normal = random.normal(count: 5)
        #expect(zip(normal, expected.normal).allSatisfy { abs($0 - $1) <= 1e-15 * abs($1) })
        let other = random.normal(mean: 2, deviation: 0.1, count: 3)
        #expect(zip(other, expected.other).allSatisfy { abs($0 - $1) <= 1e-15 * abs($1) })
    }

    @Test("Numbers are still numpy's after the state was renewed many times")
    func far() throws {
        var random = NumpyRandom(seed: 0)
        let last = random.normal(count: 200_000).suffix(2)
        #expect(abs(try #require(last.first) - -1.0211945186463551) < 1e-14)
        #expect(abs(try #require(last.last) - -0.3453731589687475) < 1e-14)
    }
}
