import Ensembles
import Learnware
import Numerics

extension Reuser {
    /// Answers rows by a method that is fitted to some labelled rows.
    ///
    /// - Parameters:
    ///   - method: which.
    ///   - examples: the labelled rows.
    ///   - rows: the user's rows.
    ///   - selector: how a selector is fitted, where the method is one.
    /// - Returns: answers, and the ensemble.
    /// - Throws: ``ReuseError`` when the method does not apply, and as the members do.
    package func labelled(
        _ method: ReuseMethod,
        examples: LabelledRows,
        rows: Rows,
        selector: JobSelectorOptions = JobSelectorOptions()
    ) async throws(ReuseError) -> Outcome {
        if method == .selector { return try await jobSelector(rows: rows, options: selector) }
        let asked = try await ask([examples.rows, rows])
        let fit = try methodFit(asked[0], examples, rows, selector: nil)
        return try finish(fit, method, asked[1], examples, rows)
    }

    /// Tries every method that applies on the labelled rows, and answers by the best.
    ///
    /// Each learnware is run once, for labelled rows and others together. What a method learns from labels it learns from
    /// other rows than those it is judged by; the best is then fitted to all of them.
    ///
    /// - Parameters:
    ///   - examples: the labelled rows, at least two.
    ///   - rows: the user's rows.
    ///   - methods: which methods to try.
    ///   - selector: how a selector is fitted.
    ///   - folds: of the cross-validation.
    /// - Returns: answers, and how the methods compare.
    /// - Throws: ``ReuseError`` when no method applies.
    package func auto(
        examples: LabelledRows,
        rows: Rows,
        methods: [ReuseMethod] = ReuseMethod.allCases,
        selector: JobSelectorOptions = JobSelectorOptions(),
        folds: Int = 5
    ) async throws(ReuseError) -> MethodChoice {
        let asked = try await ask([examples.rows, rows])
        let fit = try methodFit(asked[0], examples, rows, selector: methods.contains(.selector) ? selector : nil)
        let parts = try Self.folds(examples.targets, count: folds, seed: seed)
        let trials = ReuseMethod.allCases.filter { methods.contains($0) }.map { fit.trial($0, folds: parts) }
        let ranked = Self.ranked(trials)
        guard let best = ranked.first, let method = best.method else {
            let reason = trials.compactMap(\.reason).first ?? "none was asked for"
            throw ReuseError(.invalidRequest, "no method applies: \(reason)")
        }
        var runnerUp: (method: ReuseMethod, advantage: HeldOutEstimate.Advantage)?
        if let next = ranked.dropFirst().first, let other = next.method, let estimate = next.estimate,
            let advantage = best.estimate?.advantage(over: estimate)
        {
            runnerUp = (other, advantage)
        }
        return MethodChoice(
            outcome: try finish(fit, method, asked[1], examples, rows),
            method: method,
            trials: trials,
            alone: fit.trial(nil, folds: parts),
            runnerUp: runnerUp
        )
    }

    /// Trials with an estimate, the best first; of equals the earlier.
    private static func ranked(_ trials: [MethodTrial]) -> [MethodTrial] {
        let told = trials.enumerated().filter { $0.element.estimate != nil }
        func cost(_ trial: MethodTrial) -> Double {
            guard let estimate = trial.estimate else { return .infinity }
            return estimate.measure == .accuracy ? -estimate.value : estimate.value
        }
        return told.sorted { (cost($0.element), $0.offset) < (cost($1.element), $1.offset) }.map(\.element)
    }

    private static func folds(
        _ targets: LabelledRows.Targets,
        count: Int,
        seed: UInt64
    ) throws(ReuseError) -> Folds {
        let made = Result { () throws(LabelledError) in
            switch targets {
            case .numbers(let values): try Folds(rows: values.count, count: count, seed: seed)
            case .labels(.integers(let labels)): try Folds(stratifying: labels, most: count, seed: seed)
            case .labels(.texts(let labels)): try Folds(stratifying: labels, most: count, seed: seed)
            }
        }
        let folds = try MethodFit.value(of: made)
        guard folds.count > 0 else {
            throw ReuseError(.invalidRows, "no label comes twice, so no row can be held out", hint: "label more rows")
        }
        return folds
    }

    /// The labelled rows as those members answered them that did not fail.
    private func methodFit(
        _ asked: Asked,
        _ examples: LabelledRows,
        _ rows: Rows,
        selector options: JobSelectorOptions?
    ) throws(ReuseError) -> MethodFit {
        let present = asked.present
        // Texts and images without vectors are no numbers: then methods that look at rows do not apply.
        let features = try? examples.rows.matrix()
        var selector: Selector?
        if let options, present.count > 1, features != nil, let unlabelled = try? rows.matrix() {
            let reuser = Reuser(present.map { members[$0] }, options: runner.options, seed: seed, threads: threads)
            selector = try? reuser.fitSelector(unlabelled, options: options).selector
        }
        return MethodFit(
            answers: present.compactMap { asked.answers[$0] },
            features: features,
            targets: examples.targets,
            selector: selector,
            seed: seed,
            threads: threads
        )
    }

    private func finish(
        _ fit: MethodFit,
        _ method: ReuseMethod,
        _ asked: Asked,
        _ examples: LabelledRows,
        _ rows: Rows
    ) throws(ReuseError) -> Outcome {
        let fitted = try fit.fit(method, rows: Array(0..<examples.rows.count))
        return try asked.keeping(fitted.members).outcome(of: fitted.combination, rows: rows)
    }
}
