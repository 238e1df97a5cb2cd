import Numerics

/// Rows dealt to folds, each of which is held out once while the others train.
///
/// The same seed deals the same rows to the same folds.
package struct Folds: Sendable, Equatable {
    /// The rows that train and the rows that are held out, each in ascending order.
    package struct Split: Sendable, Equatable {
        /// Rows to fit on.
        package var training: [Int]
        /// Rows to ask about afterwards.
        package var heldOut: [Int]
    }

    /// How many folds there are; 0 when no row can be held out.
    package let count: Int
    /// The fold of each row; nil for a row that is in every training set.
    package let assignments: [Int?]

    /// Folds whose sizes differ by one row at most.
    ///
    /// - Parameters:
    ///   - rows: how many rows there are, at least 2.
    ///   - count: how many folds, at least 2; with fewer rows than that, each row is a fold.
    ///   - seed: which rows go together.
    /// - Throws: ``LabelledError`` when there are fewer than two rows or folds.
    package init(rows: Int, count: Int = 5, seed: UInt64 = 0) throws(LabelledError) {
        try Self.validate(rows: rows, count: count)
        let used = min(count, rows)
        var random = SeededRandom(seed: seed)
        var assignments = [Int?](repeating: nil, count: rows)
        for (place, row) in random.distinctPlaces(rows, below: rows).enumerated() { assignments[row] = place % used }
        self.count = used
        self.assignments = assignments
    }

    /// Folds that each hold every class in the same share, as far as its rows go round.
    ///
    /// There are as many folds as the smallest class has rows, but from 2 to `most`. A class with one row is not held
    /// out: nothing would be left of it to learn from, so its row trains in every fold and is not counted as small.
    ///
    /// - Parameters:
    ///   - labels: one for each row, at least 2.
    ///   - most: how many folds at most, at least 2.
    ///   - seed: which rows of a class go together.
    /// - Throws: ``LabelledError`` when there are fewer than two rows or folds.
    package init<Label: Hashable & Comparable>(
        stratifying labels: [Label],
        most: Int = 5,
        seed: UInt64 = 0
    ) throws(LabelledError) {
        try Self.validate(rows: labels.count, count: most)
        let classes = Dictionary(grouping: labels.indices) { labels[$0] }.sorted { $0.key < $1.key }
        let dealt = classes.map(\.value).filter { $0.count > 1 }
        let used = dealt.isEmpty ? 0 : min(most, dealt.map(\.count).min() ?? most)
        var random = SeededRandom(seed: seed)
        var assignments = [Int?](repeating: nil, count: labels.count)
        // Each class goes on where the one before it ended, so that folds are of one size too.
        var next = 0
        for rows in dealt {
            for place in random.distinctPlaces(rows.count, below: rows.count) {
                assignments[rows[place]] = next % used
                next += 1
            }
        }
        count = used
        self.assignments = assignments
    }

    private static func validate(rows: Int, count: Int) throws(LabelledError) {
        guard rows >= 2 else {
            throw LabelledError(.tooFewRows, "\(rows) labelled rows cannot be split; give 2 or more")
        }
        guard count >= 2 else {
            throw LabelledError(.invalidArgument, "\(count) folds leave nothing to train on; ask for 2 or more")
        }
    }

    /// What trains and what is held out, fold by fold.
    package var splits: [Split] {
        (0..<count).map { fold in
            Split(
                training: assignments.indices.filter { assignments[$0] != fold },
                heldOut: assignments.indices.filter { assignments[$0] == fold }
            )
        }
    }
}
