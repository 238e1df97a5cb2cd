import Documents

extension Ensemble {
    /// Which member answers each row, for combinations that ask one member for a row.
    ///
    /// - Parameters:
    ///   - rows: (n × d), row by row.
    ///   - available: which members can be asked, at least one.
    /// - Returns: n members, counted from 0; nil when every member answers every row.
    /// - Throws: ``EnsembleError`` when the rows are not those that the ensemble was made for.
    package func choice(_ rows: [Double], available: [Bool]) throws(EnsembleError) -> [Int]? {
        guard case .selector(let selector) = combination else { return nil }
        return try selector.choose(rows, available: available)
    }

    /// Makes the members' answers one.
    ///
    /// Without some of them: a mean or a vote is that of the others, and a linear combination has the mean of their
    /// training answers in their place.
    ///
    /// - Parameters:
    ///   - answers: of each member for all rows; nil for one that has none. Not for a selector: see ``choice(_:available:)``
    ///     and ``assemble(_:count:)``.
    ///   - rows: (n × d), row by row; may be empty for combinations that do not look at rows.
    /// - Returns: n answers.
    /// - Throws: ``EnsembleError`` that names the member whose answers do not fit.
    package func combine(_ answers: [Answers?], rows: [Double]) throws(EnsembleError) -> Answers {
        precondition(answers.count == members.count, "each member has answers, or none")
        let present = answers.indices.filter { answers[$0] != nil }
        guard let first = present.first, let count = answers[first]?.count else {
            throw EnsembleError(.noAnswer, "no member has answered")
        }
        for member in present {
            guard let own = answers[member], own.count == count else { throw fault(member, "answered other rows") }
        }
        switch combination {
        case .single:
            guard let only = answers[0] else { throw EnsembleError(.noAnswer, "the member has not answered") }
            return only
        case .mean: return try mean(answers, present, count)
        case .voteByLabel: return try vote(answers, present, count)
        case .voteByProbability(let forms): return try probabilities(answers, forms, present, count)
        case .selector: throw EnsembleError(.invalidAnswer(member: first), "a selector asks one member for each row")
        case .linear(let linear): return try combine(answers, by: linear, rows, count)
        }
    }

    func fault(_ member: Int, _ reason: String) -> EnsembleError {
        EnsembleError(.invalidAnswer(member: member), "\(members[member].label) \(reason)")
    }

    /// The members' numbers row by row, all of the same width.
    private func numbers(_ answers: [Answers?], _ present: [Int]) throws(EnsembleError) -> (
        values: [[Double]], width: Int
    ) {
        var values: [[Double]] = []
        var width: (columns: Int, member: Int)?
        for member in present {
            guard let own = answers[member] else { continue }
            guard let numbers = own.doubles else {
                throw fault(member, "answers with texts, of which there is no mean")
            }
            if let width, width.columns != own.columns {
                throw fault(
                    member,
                    "answers with \(own.shape), but \(members[width.member].label) with "
                        + "\(width.columns == 1 ? "one" : "\(width.columns)")"
                )
            }
            width = (own.columns, member)
            values.append(numbers)
        }
        return (values, width?.columns ?? 1)
    }

    private func mean(_ answers: [Answers?], _ present: [Int], _ count: Int) throws(EnsembleError) -> Answers {
        let (values, width) = try numbers(answers, present)
        let members = Double(values.count)
        let means = (0..<count * width).map { place in
            Voting.pairwiseSum(values.count) { values[$0][place] } / members
        }
        return .numbers(means, columns: width)
    }

    private func vote(_ answers: [Answers?], _ present: [Int], _ count: Int) throws(EnsembleError) -> Answers {
        var (whole, texts) = ([[Int64]](), [[TextLabel]]())
        for member in present {
            switch answers[member]?.labels {
            case .texts(let own)?: texts.append(own.map { TextLabel(text: $0) })
            case .integers(let own)?: whole.append(own)
            case nil: throw fault(member, "answers with numbers that are no labels; ask for their mean")
            }
            guard whole.isEmpty || texts.isEmpty else {
                throw fault(member, "answers with other labels than those before it: whole numbers here, texts there")
            }
        }
        if texts.isEmpty {
            return .integers((0..<count).compactMap { row in Voting.majority(whole.map { $0[row] }) })
        }
        return .texts((0..<count).compactMap { row in Voting.majority(texts.map { $0[row] })?.text })
    }

    private func probabilities(
        _ answers: [Answers?],
        _ forms: [Combination.ScoreForm],
        _ present: [Int],
        _ count: Int
    ) throws(EnsembleError) -> Answers {
        let (values, width) = try numbers(answers, present)
        guard width > 1 else {
            throw fault(
                present[0],
                "answers with one number for each row; a vote by probability needs one for each class"
            )
        }
        var sums = [Double](repeating: 0, count: count * width)
        for (member, values) in zip(present, values) {
            for start in stride(from: 0, to: values.count, by: width) {
                let row = values[start..<start + width]
                if forms[member] == .scores {
                    for (place, value) in Softmax.probabilities(row).enumerated() { sums[start + place] += value }
                    continue
                }
                guard Softmax.areProbabilities(row) else {
                    throw fault(member, "answers with probabilities, but not for row \(start / width + 1)")
                }
                for place in row.indices { sums[place] += row[place] }
            }
        }
        let members = Double(values.count)
        return .numbers(sums.map { $0 / members }, columns: width)
    }

    private func combine(
        _ answers: [Answers?],
        by linear: LinearCombination,
        _ rows: [Double],
        _ count: Int
    ) throws(EnsembleError) -> Answers {
        guard rows.count == count * linear.columnCount else {
            throw EnsembleError(.invalidRows, "the combination takes rows of \(linear.columnCount) columns")
        }
        var values: [[Double]?] = []
        for (member, own) in answers.enumerated() {
            guard let own else {
                values.append(nil)
                continue
            }
            guard let numbers = own.doubles, own.columns == linear.widths[member] else {
                throw fault(member, "answers with \(own.shape); the combination was fitted to \(linear.widths[member])")
            }
            values.append(numbers)
        }
        return linear.combine(count, rows: rows, answers: values)
    }
}

extension Ensemble.Member {
    /// Its name, printable and quoted.
    package var label: String { "'\(Printable(name, limit: 60))'" }
}
