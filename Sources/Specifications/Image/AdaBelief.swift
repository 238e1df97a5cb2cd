/// The optimiser AdaBelief (Zhuang et al., *AdaBelief Optimizer*, NeurIPS 2020, algorithm 2), without weight decay.
///
/// mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ, sₜ = β₂ sₜ₋₁ + (1 − β₂)(gₜ − mₜ)² + ε, and the step is −α m̂ / (√ŝ + ε) with m̂ = m / (1 − β₁ᵗ)
/// and ŝ = s / (1 − β₂ᵗ).
package struct AdaBelief: Sendable {
    private let stepSize: Double
    private let first = 0.9
    private let second = 0.999
    private let epsilon: Double
    private var steps = 0
    private var mean: [Double]
    private var variance: [Double]

    package init(count: Int, stepSize: Double, epsilon: Double = 1e-16) {
        self.stepSize = stepSize
        self.epsilon = epsilon
        mean = [Double](repeating: 0, count: count)
        variance = [Double](repeating: 0, count: count)
    }

    /// Moves the values against their gradient.
    ///
    /// - Parameters:
    ///   - values: what is moved.
    ///   - gradient: a derivative for each value.
    ///   - share: of the step size, for steps that grow shorter.
    package mutating func step(_ values: inout [Float], _ gradient: [Float], share: Double = 1) {
        precondition(values.count == mean.count && gradient.count == mean.count, "one derivative for each value")
        steps += 1
        let (length, correction) = (share * stepSize / (1 - power(first)), (1 - power(second)).squareRoot())
        for index in values.indices {
            let derivative = Double(gradient[index])
            mean[index] = first * mean[index] + (1 - first) * derivative
            let surprise = derivative - mean[index]
            variance[index] = second * variance[index] + (1 - second) * surprise * surprise + epsilon
            values[index] -= Float(length * mean[index] / (variance[index].squareRoot() / correction + epsilon))
        }
    }

    private func power(_ base: Double) -> Double {
        var (result, factor, exponent) = (1.0, base, steps)
        while exponent > 0 {
            if exponent & 1 == 1 { result *= factor }
            factor *= factor
            exponent >>= 1
        }
        return result
    }
}
