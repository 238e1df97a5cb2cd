extension Ensemble {
    /// The answers of one member for some of the rows.
    package struct Part: Sendable {
        /// Counted from 0 in the ensemble's members.
        package var member: Int
        /// The places of its rows.
        package var rows: [Int]
        /// As many.
        package var answers: Answers

        package init(member: Int, rows: [Int], answers: Answers) {
            self.member = member
            self.rows = rows
            self.answers = answers
        }
    }

    /// Puts answers for different rows in the rows' order.
    ///
    /// Whole numbers among numbers become numbers.
    ///
    /// - Parameters:
    ///   - parts: together they have each row once.
    ///   - count: n, how many rows there are.
    /// - Returns: n answers.
    /// - Throws: ``EnsembleError`` when a row has no answer, or two, or the members' answers are not of one shape.
    package func assemble(_ parts: [Part], count: Int) throws(EnsembleError) -> Answers {
        var isAnswered = [Bool](repeating: false, count: count)
        for part in parts {
            guard part.rows.count == part.answers.count else { throw fault(part.member, "answered other rows") }
            for row in part.rows {
                guard row >= 0, row < count, !isAnswered[row] else { throw fault(part.member, "answered other rows") }
                isAnswered[row] = true
            }
        }
        if let row = isAnswered.firstIndex(of: false) {
            throw EnsembleError(.noAnswer, "no member has answered row \(row + 1)")
        }
        guard let first = parts.first else { return .numbers([], columns: 1) }
        switch first.answers {
        case .texts: return .texts(try place(parts, count, "") { if case .texts(let own) = $0 { own } else { nil } })
        case .integers where parts.allSatisfy({ if case .integers = $0.answers { true } else { false } }):
            return .integers(try place(parts, count, 0) { if case .integers(let own) = $0 { own } else { nil } })
        default: return .numbers(try placeNumbers(parts, count), columns: first.answers.columns)
        }
    }

    private func place<Value>(
        _ parts: [Part],
        _ count: Int,
        _ nothing: Value,
        _ values: (Answers) -> [Value]?
    ) throws(EnsembleError) -> [Value] {
        var all = [Value](repeating: nothing, count: count)
        for part in parts {
            guard let own = values(part.answers) else { throw differs(part, from: parts[0]) }
            for (row, value) in zip(part.rows, own) { all[row] = value }
        }
        return all
    }

    private func placeNumbers(_ parts: [Part], _ count: Int) throws(EnsembleError) -> [Double] {
        let width = parts[0].answers.columns
        var all = [Double](repeating: 0, count: count * width)
        for part in parts {
            if case .integers(let own) = part.answers, own.contains(where: { $0.magnitude > 1 << 53 }) {
                throw differs(part, from: parts[0])
            }
            guard let own = part.answers.doubles, part.answers.columns == width else {
                throw differs(part, from: parts[0])
            }
            for (place, row) in part.rows.enumerated() {
                for column in 0..<width { all[row * width + column] = own[place * width + column] }
            }
        }
        return all
    }

    private func differs(_ part: Part, from first: Part) -> EnsembleError {
        fault(
            part.member,
            "answers with \(part.answers.shape), but \(members[first.member].label) with \(first.answers.shape)"
        )
    }
}
