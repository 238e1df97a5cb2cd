/// A linear function of the columns of a row and of the members' answers for it.
///
/// The columns are those of the row, then each member's, in the members' order. What is missing or infinite among them is
/// replaced by its column's mean.
package struct LinearCombination: Equatable, Sendable {
    /// The labels that are told apart.
    package enum Classes: Equatable, Sendable {
        case integers([Int64])
        case texts([String])

        package var count: Int {
            switch self {
            case .integers(let values): values.count
            case .texts(let values): values.count
            }
        }
    }

    /// The columns of the row itself, at least 0.
    package let columnCount: Int
    /// How many numbers each member answers with for a row; empty for a model of rows alone, which no ensemble is.
    package let widths: [Int]
    /// One for each column, those of the members included.
    package let means: [Double]
    /// (r × columns), row by row: one row for each number that is answered, for each class, or one for two classes.
    package let coefficients: [Double]
    /// r.
    package let intercepts: [Double]
    /// The labels, as many as there are scores; nil for numbers.
    ///
    /// With one score there are two, the second for scores above 0.
    package let classes: Classes?

    /// Columns of rows and members together.
    package var featureCount: Int { means.count }

    /// - Throws: ``EnsembleError`` when the shapes do not fit, or a number is out of bounds.
    package init(
        columnCount: Int,
        widths: [Int],
        means: [Double],
        coefficients: [Double],
        intercepts: [Double],
        classes: Classes?
    ) throws(EnsembleError) {
        guard (0...EnsembleLimits.columns).contains(columnCount),
            widths.count <= EnsembleLimits.members,
            widths.allSatisfy({ (1...EnsembleLimits.columns).contains($0) })
        else {
            throw Self.fault(
                "a row has 0 to \(EnsembleLimits.columns) columns, and a member answers with 1 to "
                    + "\(EnsembleLimits.columns) numbers"
            )
        }
        let features = columnCount + widths.reduce(0, +)
        let (count, overflow) = features.multipliedReportingOverflow(by: intercepts.count)
        guard !intercepts.isEmpty, intercepts.count <= EnsembleLimits.classes, !overflow, means.count == features,
            coefficients.count == count, count <= EnsembleLimits.numbers
        else {
            throw Self.fault(
                "\(means.count) means, \(coefficients.count) coefficients and \(intercepts.count) intercepts do not fit "
                    + "\(features) columns"
            )
        }
        if let classes {
            let wanted = intercepts.count == 1 ? 2 : intercepts.count
            guard classes.count == wanted else {
                throw Self.fault("\(classes.count) classes, but scores for \(wanted)")
            }
            if case .texts(let texts) = classes, texts.contains(where: { $0.utf8.count > EnsembleLimits.textBytes }) {
                throw Self.fault("the name of a class has more than \(EnsembleLimits.textBytes) bytes")
            }
        }
        for numbers in [means, coefficients, intercepts] where !EnsembleLimits.bound(numbers) {
            throw Self.fault("a number of the combination is not finite, or beyond \(EnsembleLimits.magnitude)")
        }
        self.columnCount = columnCount
        self.widths = widths
        self.means = means
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.classes = classes
    }

    private static func fault(_ text: String) -> EnsembleError { EnsembleError(.invalidEnsemble, text) }

    /// The answer for each row.
    ///
    /// - Parameters:
    ///   - count: n.
    ///   - rows: (n × d), row by row.
    ///   - answers: of each member, (n × its width); nil for one that has none, whose columns' means stand for it.
    /// - Returns: labels, or (n × r) numbers.
    /// - Complexity: O(n · columns · r).
    package func combine(_ count: Int, rows: [Double], answers: [[Double]?]) -> Answers {
        var features = means
        var scores: [Double] = []
        scores.reserveCapacity(count * intercepts.count)
        for row in 0..<count {
            var place = 0
            func put(_ values: ArraySlice<Double>) {
                for value in values {
                    features[place] = value.isFinite ? value : means[place]
                    place += 1
                }
            }
            put(rows[row * columnCount..<(row + 1) * columnCount])
            for (member, width) in widths.enumerated() {
                if let values = answers[member] {
                    put(values[row * width..<(row + 1) * width])
                } else {
                    put(means[place..<place + width])
                }
            }
            for (score, intercept) in intercepts.enumerated() {
                let first = score * features.count
                scores.append(features.indices.reduce(intercept) { $0 + features[$1] * coefficients[first + $1] })
            }
        }
        return labels(of: scores)
    }

    private func labels(of scores: [Double]) -> Answers {
        let columns = intercepts.count
        guard let classes else { return .numbers(scores, columns: columns) }
        let chosen = stride(from: 0, to: scores.count, by: columns).map { start in
            columns == 1 ? (scores[start] > 0 ? 1 : 0) : Voting.greatest(scores[start..<start + columns])
        }
        switch classes {
        case .integers(let labels): return .integers(chosen.map { labels[$0] })
        case .texts(let labels): return .texts(chosen.map { labels[$0] })
        }
    }
}
