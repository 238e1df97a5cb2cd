import Documents
import Numerics
import Specifications
import Testing

@Suite("Drawing from table specifications")
struct TableSamplingTests {
    @Test("Herding takes the recorded candidates in the recorded order", arguments: [0, 1])
    func golden(index: Int) throws {
        let recorded = try Golden.json("herding_cases.json").array?[index]
        let name = recorded?["case"]?.string ?? ""
        let candidates = try Golden.rows("herding/herding_\(name)_candidates.npy")
        let chosen = recorded?["chosen"]?.array?.compactMap(\.integer) ?? []
        let found = try Golden.specification(name).herd(chosen.count, among: candidates)
        #expect(found == chosen && !chosen.isEmpty)
        let samples = try (recorded?["S"] ?? []).matrix
        #expect(candidates.rows(at: found).relativeDifference(from: samples) < 1e-6)
    }

    @Test("Herded samples are nearer to the specification than drawn ones")
    func herdingIsBetter() throws {
        let specification = try Golden.specification("iris_std")
        let weights = [Double](repeating: 1 / 30, count: 30)
        let herded = try specification.herd(30, seed: 3)
        let drawn = try specification.sample(30, seed: 3)
        func distance(_ rows: Matrix<Double>) throws -> Double {
            let kernel = try GaussianKernel(gamma: specification.gamma)
            let own = try kernel.sum(rows, weights, rows, weights)
            return try own - 2 * kernel.sum(rows, weights, specification.points, specification.weights)
        }
        #expect(herded.rows == 30 && herded.columns == 4)
        #expect(try distance(herded) < distance(drawn))
    }

    @Test("Samples scatter by 0.25 around points in proportion to their weights, never around a negative one")
    func samples() throws {
        let text = #"{"z":[[0,0],[100,0],[0,100]],"beta":[0.75,0.25,-0.5]}"#
        let samples = try RKMETableSpecification(json: Array(text.utf8)).sample(20_000, seed: 1)
        let second = (0..<20_000).filter { samples[$0, 0] > 50 }
        #expect(abs(Double(second.count) / 20_000 - 0.25) < 0.02)
        #expect((0..<20_000).allSatisfy { samples[$0, 1] < 50 })
        let variance = (0..<20_000).reduce(0) { $0 + samples[$1, 1] * samples[$1, 1] } / 20_000
        #expect(abs(variance - 0.0625) < 0.003)
    }

    @Test("A seed gives the same samples, and what cannot be drawn is refused")
    func seeds() throws {
        let specification = try Golden.specification("iris_std")
        #expect(try specification.sample(10, seed: 5) == specification.sample(10, seed: 5))
        #expect(try specification.sample(10, seed: 5) != specification.sample(10, seed: 6))
        #expect(try specification.herd(0).rows == 0)
        #expect(throws: SpecificationError.self) { try specification.sample(Int.max) }
        #expect(throws: SpecificationError.self) { try specification.herd(Int.max / 2) }
        let negative = try RKMETableSpecification(json: Array(#"{"z":[[0]],"beta":[-1]}"#.utf8))
        #expect(throws: SpecificationError.self) { try negative.sample(1) }
    }
}
