/// Where an interior-point method stands: weights x > 0, slacks s > 0 and the multiplier y of Σx = 1.
///
/// Newton's steps to Kx − c + y e − s = 0, eᵀx = 1, xᵢ sᵢ = σμ, each by one factorisation of K + diag(s/x).
struct InteriorPath {
    private let quadratic: Matrix<Double>
    private let linear: [Double]
    private(set) var weights: [Double]
    private var slacks: [Double]
    private var multiplier: Double
    private(set) var steps = 0

    init(_ program: SimplexProgram) {
        quadratic = program.quadratic
        linear = program.linear
        let count = linear.count
        weights = [Double](repeating: 1 / Double(count), count: count)
        var gradient = program.quadratic.timesSymmetric(weights)
        gradient.add(-1, linear)
        let least = gradient.min() ?? 0
        let spread = (gradient.max() ?? 0) - least
        // Inside by a part of what the slacks differ by; when they do not differ, every start is as good.
        let margin = spread > 0 ? 0.1 * spread : 1
        multiplier = margin - least
        slacks = gradient.map { $0 - least + margin }
    }

    /// One predictor and corrector.
    ///
    /// - Returns: false when no step can be computed any more.
    mutating func advance() -> Bool {
        let count = weights.count
        guard let factor = factorized() else { return false }
        var ones = [Double](repeating: 1, count: count)
        factor.solveFactorized(&ones)
        let system = (factor: factor, solvedOnes: ones)
        let mean = weights.dot(slacks) / Double(count)

        let complementarity = zip(weights, slacks).map { $0 * $1 }
        let predictor = step(system, complementarity)
        let reach = min(Self.reach(weights, predictor.weights), Self.reach(slacks, predictor.slacks))
        var predicted = 0.0
        for index in 0..<count {
            predicted +=
                (weights[index] + reach * predictor.weights[index]) * (slacks[index] + reach * predictor.slacks[index])
        }
        let ratio = predicted / (Double(count) * mean)
        let target = ratio * ratio * ratio * mean
        let corrected = (0..<count).map {
            complementarity[$0] + predictor.weights[$0] * predictor.slacks[$0] - target
        }
        let corrector = step(system, corrected)
        let length = 0.995 * min(Self.reach(weights, corrector.weights), Self.reach(slacks, corrector.slacks))
        guard length.isFinite, length > 1e-10, corrector.multiplier.isFinite else { return false }
        weights.add(length, corrector.weights)
        slacks.add(length, corrector.slacks)
        multiplier += length * corrector.multiplier
        steps += 1
        return weights.allSatisfy { $0 > 0 && $0.isFinite } && slacks.allSatisfy { $0 > 0 && $0.isFinite }
    }

    /// K + diag(s/x), factorised; with a little more on the diagonal where roundings made it indefinite.
    private func factorized() -> Matrix<Double>? {
        var extra = 0.0
        for _ in 0..<8 {
            var matrix = quadratic
            for index in weights.indices { matrix[index, index] += slacks[index] / weights[index] + extra }
            if matrix.factorize() { return matrix }
            extra = extra == 0 ? 1e-15 * max(1, quadratic[0, 0]) : extra * 10
        }
        return nil
    }

    private struct Step {
        var weights: [Double]
        var slacks: [Double]
        var multiplier: Double
    }

    private func step(_ system: (factor: Matrix<Double>, solvedOnes: [Double]), _ complementarity: [Double]) -> Step {
        let product = quadratic.timesSymmetric(weights)
        let primal = weights.reduce(0, +) - 1
        var right = weights.indices.map { index in
            let dual = product[index] - linear[index] + multiplier - slacks[index]
            return -dual - complementarity[index] / weights[index]
        }
        system.factor.solveFactorized(&right)
        let multiplierStep = (right.reduce(0, +) + primal) / system.solvedOnes.reduce(0, +)
        right.add(-multiplierStep, system.solvedOnes)
        let slackStep = weights.indices.map {
            -(complementarity[$0] + slacks[$0] * right[$0]) / weights[$0]
        }
        return Step(weights: right, slacks: slackStep, multiplier: multiplierStep)
    }

    /// The longest step, at most 1, after which everything is still at least 0.
    private static func reach(_ values: [Double], _ step: [Double]) -> Double {
        var reach = 1.0
        for (value, change) in zip(values, step) where change < 0 { reach = min(reach, -value / change) }
        return reach
    }
}
