import Documents
package import Tensors

/// One answer for each row, of a member or of all together.
package enum Answers: Equatable, Sendable {
    /// A whole number for each row: labels, mostly.
    case integers([Int64])
    /// A text for each row.
    case texts([String])
    /// As many numbers for each row as there are columns, row by row; one column is a number for each row.
    case numbers([Double], columns: Int)

    /// How many rows are answered.
    package var count: Int {
        switch self {
        case .integers(let values): values.count
        case .texts(let values): values.count
        case .numbers(let values, let columns): values.count / max(1, columns)
        }
    }

    /// Numbers for each row.
    package var columns: Int {
        if case .numbers(_, let columns) = self { columns } else { 1 }
    }

    /// What kind of answers these are, in words, such as `3 numbers for each row`.
    package var shape: String {
        switch self {
        case .integers: "a whole number for each row"
        case .texts: "a text for each row"
        case .numbers(_, columns: 1): "a number for each row"
        case .numbers(_, let columns): "\(columns) numbers for each row"
        }
    }

    /// Reads what a model answered.
    ///
    /// - Parameters:
    ///   - outputs: the model's tensors: one of shape (n) or (n × k), with numbers, booleans or texts.
    ///   - rowCount: n, how many rows it was asked for.
    /// - Throws: ``AnswerFault`` when they are not one answer for each row.
    package init(_ outputs: [Tensor], rowCount: Int) throws(AnswerFault) {
        let read: Result<Answers, AnswerFault>
        do throws(TensorError) {
            read = try Self.read(outputs, rowCount)
        } catch {
            throw AnswerFault("its answer cannot be read: \(error)")
        }
        self = try read.get()
    }

    private static func read(
        _ outputs: [Tensor],
        _ rowCount: Int
    ) throws(TensorError) -> Result<Answers, AnswerFault> {
        let columns = try Column.columns(of: outputs)
        guard columns.count == 1, let column = columns.first else {
            return .failure(AnswerFault("it answered with \(columns.count) outputs, not with one"))
        }
        let tensor = column.values
        guard tensor.rowCount == rowCount, tensor.shape.count <= 2, tensor.rowElementCount > 0 else {
            return .failure(
                AnswerFault(
                    "it answered with the shape \(tensor.shape), which is not one answer for each of \(rowCount) rows"
                )
            )
        }
        guard tensor.rowElementCount <= EnsembleLimits.columns else {
            return .failure(AnswerFault("it answered with \(tensor.rowElementCount) numbers for each row"))
        }
        if let missing = column.firstMissing {
            return .failure(
                AnswerFault("it says that its answer for row \(missing / tensor.rowElementCount + 1) is missing")
            )
        }
        let width = tensor.rowElementCount
        switch tensor.datatype {
        case .bytes:
            guard width == 1 else { return .failure(AnswerFault("it answered with \(width) texts for each row")) }
            return .success(.texts(try tensor.strings()))
        case .fp16, .fp32, .fp64: return .success(.numbers(try tensor.doubles(), columns: width))
        default:
            guard width == 1 else { return .success(.numbers(try tensor.doubles(), columns: width)) }
            return .success(.integers(try tensor.integers()))
        }
    }

    /// The answers as a tensor `y`: `INT64` or `BYTES` (n), `FP64` (n) or (n × k).
    ///
    /// - Throws: ``TensorError`` for what no tensor can hold.
    package func tensor(name: String = "y") throws(TensorError) -> Tensor {
        switch self {
        case .integers(let values): try Tensor(name: name, integers: values, shape: [values.count])
        case .texts(let values): try Tensor(name: name, strings: values, shape: [values.count])
        case .numbers(let values, columns: 1): try Tensor(name: name, doubles: values, shape: [values.count])
        case .numbers(let values, let columns):
            try Tensor(name: name, doubles: values, shape: [values.count / columns, columns])
        }
    }

    /// True when both are of one kind and width, so that they may stand one after the other.
    package func hasShape(of other: Answers) -> Bool {
        switch (self, other) {
        case (.integers, .integers), (.texts, .texts): true
        case (.numbers(_, let own), .numbers(_, let others)): own == others
        default: false
        }
    }

    /// Puts answers of the same shape after these.
    ///
    /// - Throws: ``AnswerFault`` when the shape changes.
    package mutating func append(_ more: Answers) throws(AnswerFault) {
        switch (self, more) {
        case (.integers(let own), .integers(let values)): self = .integers(own + values)
        case (.texts(let own), .texts(let values)): self = .texts(own + values)
        case (.numbers(let own, let columns), .numbers(let values, columns)):
            self = .numbers(own + values, columns: columns)
        default: throw AnswerFault("it answered with \(shape), and then with \(more.shape)")
        }
    }

    /// A label for each row.
    package enum Labels: Equatable, Sendable {
        case integers([Int64])
        case texts([String])
    }

    /// The labels that the answers are or stand for; nil when a number is no whole one, or too large to be told from others.
    ///
    /// Of several numbers for a row it is the place of the greatest, the first in a tie.
    package var labels: Labels? {
        switch self {
        case .integers(let values): return .integers(values)
        case .texts(let values): return .texts(values)
        case .numbers(let values, let columns):
            guard columns == 1 else {
                let starts = stride(from: 0, to: values.count, by: columns)
                return .integers(starts.map { Int64(Voting.greatest(values[$0..<$0 + columns])) })
            }
            guard values.allSatisfy({ $0.magnitude <= 0x1p53 && $0 == $0.rounded() }) else { return nil }
            return .integers(values.map { Int64($0) })
        }
    }

    /// Some of the answers, in the order of their places.
    package func rows(at places: [Int]) -> Answers {
        switch self {
        case .integers(let values): .integers(places.map { values[$0] })
        case .texts(let values): .texts(places.map { values[$0] })
        case .numbers(let values, let columns):
            .numbers(places.flatMap { values[$0 * columns..<($0 + 1) * columns] }, columns: columns)
        }
    }

    /// The answers as numbers, row by row; nil for texts.
    package var doubles: [Double]? {
        switch self {
        case .integers(let values): values.map { Double($0) }
        case .texts: nil
        case .numbers(let values, _): values
        }
    }
}

/// Why a model's answer is none, in one clause that begins with "it".
package struct AnswerFault: Error, Equatable, CustomStringConvertible, Sendable {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
