/// Numbers for classes as probabilities.
package enum Softmax {
    /// How far the sum of probabilities may be from 1: single precision over many classes.
    private static let tolerance = 1e-4

    /// exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x).
    static func probabilities(_ scores: ArraySlice<Double>) -> [Double] {
        let greatest = scores.max() ?? 0
        let powers = scores.map { Exponential.of($0 - greatest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// True when the numbers are from 0 to 1 and their sum is 1, within what single precision explains.
    static func areProbabilities(_ values: ArraySlice<Double>) -> Bool {
        values.allSatisfy { $0 >= -tolerance && $0 <= 1 + tolerance }
            && (values.reduce(0, +) - 1).magnitude <= tolerance
    }

    /// What a member's numbers are: probabilities when every row of them is.
    ///
    /// - Parameters:
    ///   - values: (n × columns), row by row.
    ///   - columns: the classes.
    /// - Returns: what they are taken for.
    package static func form(_ values: [Double], columns: Int) -> Combination.ScoreForm {
        let starts = stride(from: 0, to: values.count, by: max(1, columns))
        return starts.allSatisfy { areProbabilities(values[$0..<$0 + columns]) } ? .probabilities : .scores
    }
}

/// The exponential, in Swift alone: this target runs where no C library is imported, and is the same on every machine.
enum Exponential {
    private static let log2e = 1.442695040888963387
    /// ln 2 in two parts; the first has few enough bits that its products with whole numbers are exact.
    private static let ln2High = 6.93147180369123816490e-01
    private static let ln2Low = 1.90821492927058770002e-10
    /// 1/3!, 1/4!, …, 1/14!.
    private static let coefficients: [Double] = (3...14).map { order in 1 / (1...order).reduce(1.0) { $0 * Double($1) }
    }

    /// eˣ within one unit in the last place; 0 below -708, where numbers become subnormal, and infinite above 709.
    static func of(_ x: Double) -> Double {
        if x.isNaN { return x }
        guard x > -708 else { return 0 }
        guard x < 709 else { return .infinity }
        let k = (x * log2e).rounded()
        let high = x - k * ln2High
        let low = k * ln2Low
        let r = high - low
        // What r lost in rounding.
        let rest = (high - r) - low
        let tail = coefficients.reversed().reduce(0) { $0 * r + $1 }
        let series = r * r * 0.5 + (r * r * r * tail + rest)
        return (1 + (r + series)) * Double(sign: .plus, exponent: Int(k), significand: 1)
    }
}
