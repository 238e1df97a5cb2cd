import Ensembles
import Numerics

extension MethodFit {
    /// The member that is wrong least on some rows; of equals the first.
    func bestSingle(_ rows: [Int]) throws(ReuseError) -> Int {
        var best: (member: Int, loss: Double)?
        for member in answers.indices {
            let fitted = Fitted(members: [member], combination: average)
            let loss = try losses(predict(fitted, rows: rows), rows: rows).reduce(0, +)
            if best.map({ loss < $0.loss }) ?? true { best = (member, loss) }
        }
        guard let best else { throw Self.inapplicable("there is no learnware") }
        return best.member
    }

    /// What each row costs: 0 or 1 for labels, the squared difference for numbers.
    func losses(_ found: Answers, rows: [Int]) throws(ReuseError) -> [Double] {
        switch targets {
        case .numbers(let truth):
            guard found.columns == 1, let values = found.doubles else {
                throw Self.inapplicable("the answers are \(found.shape), and the labels are numbers")
            }
            return zip(rows, values).map { (truth[$0] - $1) * (truth[$0] - $1) }
        case .labels(.integers(let truth)):
            guard case .integers(let labels)? = found.labels else { throw Self.otherLabels(found) }
            return zip(rows, labels).map { truth[$0] == $1 ? 0 : 1 }
        case .labels(.texts(let truth)):
            guard case .texts(let labels)? = found.labels else { throw Self.otherLabels(found) }
            return zip(rows, labels).map { truth[$0].utf8.elementsEqual($1.utf8) ? 0 : 1 }
        }
    }

    private static func otherLabels(_ found: Answers) -> ReuseError {
        inapplicable("the answers are \(found.shape), and the labels are of another kind")
    }

    /// The members that are best together.
    func pruned(_ rows: [Int]) throws(ReuseError) -> [Int] {
        let options = PruningOptions(seed: seed, threads: threads)
        switch targets {
        case .numbers(let truth):
            var outputs: [[Double]] = []
            for own in answers {
                guard own.columns == 1, let values = own.doubles else {
                    throw Self.inapplicable("the answers are \(own.shape), and the labels are numbers")
                }
                outputs.append(rows.map { values[$0] })
            }
            let found = Result { () throws(LabelledError) in
                try EnsemblePruning.regression(outputs: outputs, targets: rows.map { truth[$0] }, options: options)
            }
            return try Self.value(of: found).members
        case .labels(.integers(let truth)):
            return try pruned(rows, truth: truth, options) {
                if case .integers(let own)? = $0.labels { own } else { nil }
            }
        case .labels(.texts(let truth)):
            return try pruned(rows, truth: truth, options) { if case .texts(let own)? = $0.labels { own } else { nil } }
        }
    }

    private func pruned<Label: Hashable & Comparable & Sendable>(
        _ rows: [Int],
        truth: [Label],
        _ options: PruningOptions,
        _ labels: (Answers) -> [Label]?
    ) throws(ReuseError) -> [Int] {
        var votes: [[Label]] = []
        for own in answers {
            guard let labels = labels(own) else { throw Self.otherLabels(own) }
            votes.append(rows.map { labels[$0] })
        }
        let found = Result { () throws(LabelledError) in
            try EnsemblePruning.classification(votes: votes, labels: rows.map { truth[$0] }, options: options)
        }
        return try Self.value(of: found).members
    }

    /// A linear model of the rows and the members' answers.
    func augmented(_ rows: [Int]) throws(ReuseError) -> LinearCombination {
        try linear(rows, withMembers: true)
    }

    /// The same linear model of the rows alone: what the user has without any learnware.
    func alone(_ rows: [Int]) throws(ReuseError) -> LinearCombination {
        try linear(rows, withMembers: false)
    }

    private func linear(_ rows: [Int], withMembers: Bool) throws(ReuseError) -> LinearCombination {
        let columns = try columns(rows, withMembers: withMembers)
        let learner = try LinearLearner(columns, targets: targets, rows: rows, seed: seed, threads: threads)
        return try learner.combination(
            columnCount: features?.columns ?? 0,
            widths: withMembers ? answers.map(\.columns) : []
        )
    }

    /// What a linear model sees of some rows.
    private func columns(_ rows: [Int], withMembers: Bool) throws(ReuseError) -> Matrix<Double> {
        guard let features else { throw Self.inapplicable("a linear model takes rows of numbers") }
        var outputs: [Matrix<Double>] = []
        for own in answers where withMembers {
            guard let values = own.doubles else {
                throw Self.inapplicable("a linear model takes no texts from learnwares")
            }
            let all = Matrix(unchecked: values, rows: own.count, columns: own.columns)
            outputs.append(all.rows(at: rows))
        }
        let found = Result { () throws(LabelledError) in
            try FeatureAugmentation.columns(features.rows(at: rows), outputs: outputs)
        }
        return try Self.value(of: found)
    }

    static func value<Value>(of result: Result<Value, LabelledError>) throws(ReuseError) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let error): throw ReuseError(.invalidRequest, error.description)
        }
    }
}
