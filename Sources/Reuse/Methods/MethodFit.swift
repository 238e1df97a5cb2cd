import Ensembles
import Numerics

/// Fits methods to labelled rows that the learnwares have answered already: arithmetic alone.
struct MethodFit {
    /// Of each member, for all labelled rows.
    let answers: [Answers]
    /// (n × d); nil where the rows are not numbers.
    let features: Matrix<Double>?
    let targets: LabelledRows.Targets
    /// What was fitted without labels; nil where it could not be.
    let selector: Selector?
    let seed: UInt64
    let threads: Int?

    /// What a method came to: some members, and how their answers become one.
    struct Fitted {
        /// Ascending.
        var members: [Int]
        var combination: Combination
    }

    /// Fits a method.
    ///
    /// - Parameters:
    ///   - method: which.
    ///   - rows: the labelled rows that it may look at.
    /// - Returns: what it came to.
    /// - Throws: ``ReuseError`` when it does not apply.
    func fit(_ method: ReuseMethod, rows: [Int]) throws(ReuseError) -> Fitted {
        switch method {
        case .single: return Fitted(members: [0], combination: average)
        case .averaging: return Fitted(members: Array(answers.indices), combination: average)
        case .selector:
            guard let selector else { throw Self.inapplicable("there is no selector for these learnwares and rows") }
            return Fitted(members: Array(answers.indices), combination: .selector(selector))
        case .bestSingle: return Fitted(members: [try bestSingle(rows)], combination: average)
        case .pruning: return Fitted(members: try pruned(rows), combination: average)
        case .augmentation:
            return Fitted(members: Array(answers.indices), combination: .linear(try augmented(rows)))
        }
    }

    /// What a fitted method answers to labelled rows.
    func predict(_ fitted: Fitted, rows: [Int]) throws(ReuseError) -> Answers {
        // Estimates need no packages: places stand for them.
        var reports: [MemberReport] = []
        for member in fitted.members {
            let place = String(member)
            let digest = String(repeating: "0", count: 64 - place.utf8.count) + place
            reports.append(
                MemberReport(
                    try combining { () throws(EnsembleError) in
                        try Ensemble.Member(digest: digest, name: "learnware \(member + 1)")
                    }
                )
            )
        }
        let asked = Reuser.Asked(answers: fitted.members.map { answers[$0].rows(at: rows) }, reports: reports)
        return try asked.outcome(of: fitted.combination, features: features?.rows(at: rows)).answers
    }

    private var isClassification: Bool { if case .labels = targets { true } else { false } }
    var average: Combination { isClassification ? .voteByLabel : .mean }

    static func inapplicable(_ reason: String) -> ReuseError { ReuseError(.invalidRequest, reason) }
}
