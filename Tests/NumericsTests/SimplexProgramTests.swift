import Foundation
import Numerics
import SystemPackage
import TestSupport
import Testing

@Suite("Quadratic programs over the simplex")
struct SimplexProgramTests {
    /// A case that the Python package's solver (Clarabel) answered.
    struct Golden: Decodable, Sendable {
        var n: Int
        var quadratic: [[Double]]
        var linear: [Double]
        var weights: [Double]
        var objective: Double
        var condition: Double?

        enum CodingKeys: String, CodingKey {
            case n
            case quadratic = "K"
            case linear = "C"
            case weights = "w"
            case objective = "obj"
            case condition = "cond"
        }

        static let all: [Golden] = {
            let path = Checkout.root.appending("Tests/Fixtures/specifications/qp_cases.json")
            guard let data = FileManager.default.contents(atPath: path.string) else { return [] }
            return (try? JSONDecoder().decode([Golden].self, from: data)) ?? []
        }()
    }

    /// The least objective over all supports: on each, the solution with Σβ = 1, where it is not negative.
    static func exhaustive(_ program: SimplexProgram) throws -> Double {
        let count = program.linear.count
        var least = Double.infinity
        for mask in 1..<(1 << count) {
            let support = (0..<count).filter { mask >> $0 & 1 == 1 }
            var block = Matrix<Double>(rows: support.count, columns: support.count)
            for (i, row) in support.enumerated() {
                for (j, column) in support.enumerated() { block[i, j] = program.quadratic[row, column] }
            }
            let solved = try block.solvePositiveDefinite(support.map { program.linear[$0] })
            let ones = try block.solvePositiveDefinite([Double](repeating: 1, count: support.count))
            let multiplier = (solved.reduce(0, +) - 1) / ones.reduce(0, +)
            let weights = zip(solved, ones).map { $0 - multiplier * $1 }
            guard weights.allSatisfy({ $0 >= 0 }) else { continue }
            var all = [Double](repeating: 0, count: count)
            for (index, place) in support.enumerated() { all[place] = weights[index] }
            least = min(least, program.objective(all))
        }
        return least
    }

    static func random(_ count: Int, seed: UInt64) throws -> SimplexProgram {
        let points = Matrix<Double>.random(rows: count, columns: 2, seed: seed)
        let kernel = try GaussianKernel(gamma: 1)
        let linear = try kernel.means(of: Matrix.random(rows: 50, columns: 2, seed: seed &+ 1), at: points)
        return try SimplexProgram(quadratic: kernel.matrix(points, points), linear: linear)
    }

    @Test("There are golden cases")
    func hasGolden() {
        #expect(Golden.all.count == 14)
    }

    @Test(
        "Golden cases: the objective is not above the reference's, and weights agree where they are determined",
        arguments: Golden.all
    )
    func golden(expected: Golden) throws {
        let program = try SimplexProgram(quadratic: Matrix(rows: expected.quadratic), linear: expected.linear)
        let solution = program.solve()
        #expect(solution.objective <= expected.objective + 1e-12)
        #expect(abs(solution.objective - expected.objective) <= 1e-7 * max(1, abs(expected.objective)))
        #expect(abs(solution.weights.reduce(0, +) - 1) < 1e-12 && solution.weights.allSatisfy { $0 >= 0 })
        #expect(solution.gap <= 1e-12)
        // The reference stops at 1e-8, and an error of the objective is one of the weights times the condition.
        if let condition = expected.condition, condition < 1e4 {
            #expect(zip(solution.weights, expected.weights).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("Small programs reach the least of all supports", arguments: 0..<20)
    func exhaustive(seed: Int) throws {
        let program = try Self.random(2 + seed % 8, seed: UInt64(100 + 2 * seed))
        let solution = program.solve()
        let least = try Self.exhaustive(program)
        #expect(abs(solution.objective - least) <= 1e-11)
        #expect(solution.objective - least <= solution.gap + 1e-13)
    }

    @Test("Larger programs prove their answer by the gap", arguments: [100, 400])
    func large(count: Int) throws {
        let solution = try Self.random(count, seed: 9).solve()
        #expect(solution.gap <= 1e-12 && solution.iterations < 40)
    }

    @Test("Without constraints: the definition, where the package's documentation gives numbers")
    func free() throws {
        let program = try SimplexProgram(
            quadratic: Matrix(rows: [[1, 0.5, 0.2], [0.5, 1, 0.1], [0.2, 0.1, 1]]),
            linear: [0.9, 0.4, 0.3]
        )
        let solution = program.solve()
        #expect(abs(solution.objective + 0.4125) < 1e-12)
        #expect(zip(solution.weights, [0.875, 0, 0.125]).allSatisfy { abs($0 - $1) < 1e-9 })
        let free = try program.freeWeights()
        var product = (0..<3).map { row in (0..<3).reduce(0) { $0 + program.quadratic[row, $1] * free[$1] } }
        for index in 0..<3 { product[index] += 1e-5 * free[index] }
        #expect(zip(product, program.linear).allSatisfy { abs($0 - $1) < 1e-14 })
    }

    @Test("Programs that are none are refused")
    func refused() throws {
        #expect(throws: NumericsError.self) { try SimplexProgram(quadratic: Matrix(rows: 0, columns: 0), linear: []) }
        #expect(throws: NumericsError.self) { try SimplexProgram(quadratic: Matrix(rows: [[.nan]]), linear: [1]) }
        #expect(throws: NumericsError.self) { try SimplexProgram(quadratic: Matrix(rows: [[1]]), linear: [1, 2]) }
    }
}
