/// Limited-memory BFGS (Liu and Nocedal 1989): the next direction from the last few steps and gradients.
package struct QuasiNewton {
    private var pairs: [(step: [Double], change: [Double], product: Double)] = []
    private let memory: Int

    /// - Parameter memory: how many steps are remembered.
    package init(memory: Int = 8) {
        self.memory = memory
    }

    /// What was a good guess at one place is none at another.
    package mutating func forget() {
        pairs = []
    }

    /// Learns from a step that was taken.
    ///
    /// - Parameters:
    ///   - step: the new point less the old.
    ///   - change: the new gradient less the old.
    package mutating func learn(step: [Double], change: [Double]) {
        let product = step.dot(change)
        // Only upward curvature keeps the guess positive definite.
        guard product > 1e-10 * (step.dot(step) * change.dot(change)).squareRoot(), product.isFinite else { return }
        pairs.append((step, change, product))
        if pairs.count > memory { pairs.removeFirst() }
    }

    /// True when nothing was learned, so that the direction has no length of its own.
    package var isEmpty: Bool { pairs.isEmpty }

    /// −H g, where H is the guess of the inverse Hessian (Nocedal and Wright 2006, algorithm 7.4).
    package func direction(_ gradient: [Double]) -> [Double] {
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for pair in pairs.reversed() {
            let factor = pair.step.dot(direction) / pair.product
            direction.add(-factor, pair.change)
            factors.append(factor)
        }
        if let last = pairs.last {
            let scale = last.product / last.change.dot(last.change)
            direction = direction.map { $0 * scale }
        }
        for (pair, factor) in zip(pairs, factors.reversed()) {
            direction.add(factor - pair.change.dot(direction) / pair.product, pair.step)
        }
        return direction
    }
}
