import Ensembles
import Foundation
import TestSupport
import Testing

/// The selector against its formula, written down again with the C library's exponential.
@Suite struct SelectorTests {
    private func naive(_ selector: Selector, _ row: [Double], available: [Bool]) -> Int {
        let d = selector.columnCount
        let x = (0..<d).map { (row[$0] - selector.means[$0]) * selector.factors[$0] }
        let kernel = (0..<selector.supportCount).map { s in
            exp(-selector.gamma * (0..<d).reduce(0) { $0 + pow(selector.supportVectors[s * d + $1] - x[$1], 2) })
        }
        let votes = selector.votes
        let owners = votes.supportCounts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
        var counts = [Int](repeating: 0, count: selector.memberCount)
        var pair = 0
        for i in 0..<selector.memberCount {
            for j in i + 1..<selector.memberCount {
                var sum = -votes.intercepts[pair]
                pair += 1
                for s in owners.indices {
                    if owners[s] == i { sum += votes.coefficients[(j - 1) * owners.count + s] * kernel[s] }
                    if owners[s] == j { sum += votes.coefficients[i * owners.count + s] * kernel[s] }
                }
                if available[i], available[j] { counts[sum > 0 ? i : j] += 1 }
            }
        }
        let best = counts.indices.filter { available[$0] }.map { counts[$0] }.max()
        return counts.indices.first { available[$0] && counts[$0] == best } ?? -1
    }

    private func random(members: Int, columns: Int, using generator: inout SeededGenerator) throws -> Selector {
        func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in .random(in: -1...1, using: &generator) } }
        let counts = (0..<members).map { _ in Int.random(in: 0...6, using: &generator) }
        let total = counts.reduce(0, +)
        return try Selector(
            means: numbers(columns),
            factors: numbers(columns),
            gamma: .random(in: 0.1...3, using: &generator),
            supportVectors: numbers(total * columns),
            votes: PairwiseVotes(
                supportCounts: counts,
                coefficients: numbers(total * (members - 1)),
                intercepts: numbers(members * (members - 1) / 2)
            )
        )
    }

    @Test(arguments: [2, 3, 7]) func choosesByTheFormula(members: Int) throws {
        var generator = SeededGenerator(seed: UInt64(members))
        for columns in [1, 4] {
            let selector = try random(members: members, columns: columns, using: &generator)
            let rows = (0..<200).map { _ in (0..<columns).map { _ in Double.random(in: -2...2, using: &generator) } }
            var available = [Bool](repeating: true, count: members)
            for out in [nil, 0, members - 1] {
                if let out { available[out] = members == 2 && out == 1 }
                if !available.contains(true) { continue }
                let found = try selector.choose(rows.flatMap { $0 }, available: available)
                #expect(found == rows.map { naive(selector, $0, available: available) })
            }
        }
    }

    @Test func itsExponentialIsThatOfTheCLibrary() throws {
        // One vector, one column: the vote is whether exp(-x²) is above rho, so rho tells it to the last bits.
        for x in stride(from: 0.0, through: 20, by: 0.037) {
            for (step, expected) in [(-2.0, 0), (2.0, 1)] {
                let power = exp(-x * x)
                let votes = try PairwiseVotes(
                    supportCounts: [1, 0],
                    coefficients: [1],
                    intercepts: [power + step * power.ulp]
                )
                let selector = try Selector(means: [0], factors: [1], gamma: 1, supportVectors: [0], votes: votes)
                #expect(try selector.choose([x], available: [true, true]) == [expected], "exp(-\(x)²)")
            }
        }
    }

    @Test func aMeanStandsForWhatIsMissing() throws {
        let selector = try Samples.selector()
        let available = [true, true, true]
        let missing = try selector.choose([.nan, 0.3, 0.5, -.infinity], available: available)
        #expect(try missing == selector.choose([0.5, 0.3, 0.5, -1], available: available))
        #expect(throws: EnsembleError.self) { try selector.choose([1, 2, 3], available: available) }
    }
}
