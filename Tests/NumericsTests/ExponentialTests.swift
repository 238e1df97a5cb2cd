import Foundation
import Numerics
import TestSupport
import Testing

/// The reference is the C library's `exp`, which is within 1 unit in the last place itself.
@Suite("The exponential")
struct ExponentialTests {
    /// Units in the last place between two numbers of one sign.
    static func units(_ left: Double, _ right: Double) -> Int64 {
        abs(Int64(bitPattern: left.bitPattern) - Int64(bitPattern: right.bitPattern))
    }

    @Test("Over its whole range it is within 2 units in the last place")
    func wholeRange() {
        var random = SeededGenerator(seed: 1)
        let inputs = (0..<200_000).map { _ in Double.random(in: -709...709.78, using: &random) }
        var values = inputs
        Exponential.apply(to: &values)
        var worst: Int64 = 0
        for (input, value) in zip(inputs, values) where exp(input) >= 3.3e-308 {
            worst = max(worst, Self.units(value, exp(input)))
        }
        #expect(worst <= 2)
    }

    @Test("Around 0 and on the kernel's side it is within 2 units", arguments: [1e-300, 1e-17, 1e-9, 1e-3, 1, 40])
    func smallArguments(size: Double) {
        var random = SeededGenerator(seed: 2)
        let inputs = (0..<20_000).map { _ in Double.random(in: -size...0, using: &random) }
        var values = inputs
        Exponential.apply(to: &values)
        #expect(zip(inputs, values).allSatisfy { Self.units($1, exp($0)) <= 2 })
    }

    @Test("Below the normal numbers it is 0 or nearly right, and never negative")
    func underflow() {
        let inputs = stride(from: -760.0, to: -700, by: 0.001).map { $0 }
        var values = inputs
        Exponential.apply(to: &values)
        for (input, value) in zip(inputs, values) where exp(input) < 3.3e-308 {
            #expect(value == 0 || abs(value / exp(input) - 1) < 1e-15)
        }
        #expect(values[0] == 0)
    }

    @Test(
        "Special values go where the definition says",
        arguments: [
            (0.0, 1.0), (-0.0, 1), (.infinity, .infinity), (-.infinity, 0), (1e308, .infinity), (-1e308, 0),
            (709.79, .infinity), (.leastNonzeroMagnitude, 1), (1, M_E),
        ]
    )
    func special(input: Double, expected: Double) {
        // In every lane of a vector, and in what is left over after the vectors.
        var values = [Double](repeating: input, count: 37)
        Exponential.apply(to: &values)
        #expect(values.allSatisfy { $0 == expected })
    }

    @Test("NaN stays NaN")
    func nan() {
        var values = [Double](repeating: .nan, count: 37)
        Exponential.apply(to: &values)
        #expect(values.allSatisfy { $0.isNaN })
    }
}
