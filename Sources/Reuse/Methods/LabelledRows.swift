package import Ensembles

/// Rows of the user's own whose answer is known.
package struct LabelledRows: Sendable {
    /// What is to be answered.
    package enum Targets: Equatable, Sendable {
        /// A class for each row.
        case labels(Answers.Labels)
        /// A number for each row, finite.
        case numbers([Double])

        package var count: Int {
            switch self {
            case .labels(.integers(let values)): values.count
            case .labels(.texts(let values)): values.count
            case .numbers(let values): values.count
            }
        }
    }

    package let rows: Reuser.Rows
    package let targets: Targets

    /// - Parameters:
    ///   - rows: n rows.
    ///   - targets: as many.
    /// - Throws: ``ReuseError`` when they are not as many, or a number is not finite.
    package init(_ rows: Reuser.Rows, targets: Targets) throws(ReuseError) {
        guard targets.count == rows.count else {
            throw ReuseError(.invalidRows, "\(rows.count) labelled rows have \(targets.count) labels")
        }
        if case .numbers(let values) = targets, let place = values.firstIndex(where: { !$0.isFinite }) {
            throw ReuseError(
                .invalidRows,
                "labelled row \(place + 1) has the number \(values[place]), which is not finite"
            )
        }
        self.rows = rows
        self.targets = targets
    }

    var isClassification: Bool { if case .labels = targets { true } else { false } }
}

/// A way to reuse that can be compared with others on labelled rows; in a tie the earlier is taken.
package enum ReuseMethod: String, CaseIterable, Sendable {
    /// The first learnware alone: the one that a search found to fit best.
    case single
    /// The mean of numbers, or the vote of labels, of all learnwares.
    case averaging
    /// Each row to the learnware whose data it is most like; needs specifications, no labels.
    case selector = "job-selector"
    /// The learnware that is best on the labelled rows.
    case bestSingle = "best-single"
    /// The mean or the vote of those learnwares that are best together on the labelled rows.
    case pruning
    /// A linear model of a row and of all learnwares' answers for it.
    case augmentation = "feature-augmentation"

    /// True when the method learns from labels.
    package var needsLabels: Bool {
        switch self {
        case .single, .averaging, .selector: false
        case .bestSingle, .pruning, .augmentation: true
        }
    }
}
