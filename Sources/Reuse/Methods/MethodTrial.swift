import Ensembles
import Numerics

/// How good a method is on labelled rows that it was not fitted to, or why it cannot be tried.
package struct MethodTrial: Sendable {
    /// Nil for a model of the user's rows alone, without any learnware.
    package let method: ReuseMethod?
    /// Of all methods on the same rows; nil when the method does not apply.
    package let estimate: HeldOutEstimate?
    /// Why the method does not apply.
    package let reason: String?
}

/// What comparing methods on labelled rows came to.
package struct MethodChoice: Sendable {
    /// What the best method, fitted to all labelled rows, answers.
    package let outcome: Reuser.Outcome
    /// The best method.
    package let method: ReuseMethod
    /// One for each method, in their order.
    ///
    /// The best of several estimates is a little too good for what it estimates, the more so the more methods are tried.
    package let trials: [MethodTrial]
    /// The same learner on the user's rows alone, for comparison.
    package let alone: MethodTrial
    /// The method that comes next, and how much better the best is; nil when no other applies.
    package let runnerUp: (method: ReuseMethod, advantage: HeldOutEstimate.Advantage)?
}

extension MethodFit {
    /// How good a method is when it is fitted to other rows than it is asked about.
    ///
    /// - Parameters:
    ///   - method: nil for the user's rows alone.
    ///   - folds: of the labelled rows.
    /// - Returns: the estimate, or why there is none.
    func trial(_ method: ReuseMethod?, folds: Folds) -> MethodTrial {
        do throws(ReuseError) {
            return MethodTrial(method: method, estimate: try estimate(method, folds), reason: nil)
        } catch {
            return MethodTrial(method: method, estimate: nil, reason: error.description)
        }
    }

    private func estimate(_ method: ReuseMethod?, _ folds: Folds) throws(ReuseError) -> HeldOutEstimate {
        var losses: [Int: Double] = [:]
        for split in folds.splits {
            let found = try answers(of: method, split)
            for (row, loss) in zip(split.heldOut, try self.losses(found, rows: split.heldOut)) { losses[row] = loss }
        }
        let rows = losses.keys.sorted()
        let measure: HeldOutEstimate.Measure = if case .labels = targets { .accuracy } else { .rootMeanSquaredError }
        return HeldOutEstimate(measure: measure, rows: rows, losses: rows.compactMap { losses[$0] })
    }

    private func answers(of method: ReuseMethod?, _ split: Folds.Split) throws(ReuseError) -> Answers {
        if let method { return try predict(fit(method, rows: split.training), rows: split.heldOut) }
        let model = try alone(split.training)
        let rows = features?.rows(at: split.heldOut).elements ?? []
        return model.combine(split.heldOut.count, rows: rows, answers: [])
    }
}
