package import Tensors

/// How far two answers for the same rows are from each other.
package enum Agreement: Equatable {
    case same
    /// No farther than roundings explain.
    case close(Double)
    /// The largest difference, as a share of the largest number, and the row of it counted from 1; nil for what has no
    /// distance.
    case different(Double?, row: Int)

    /// What roundings explain: sums in another order, or on another number of threads.
    static func tolerance(_ datatype: Datatype) -> Double {
        switch datatype {
        case .fp64: 1e-6
        case .fp32: 1e-3
        case .fp16: 1e-2
        default: 0
        }
    }

    package init(_ one: [Tensor], _ other: [Tensor]) {
        guard one.count == other.count else {
            self = .different(nil, row: 1)
            return
        }
        var worst = Agreement.same
        for (left, right) in zip(one, other) {
            worst = Self.worse(worst, Self.compare(left, right))
        }
        self = worst
    }

    private static func worse(_ one: Agreement, _ other: Agreement) -> Agreement {
        switch (one, other) {
        case (.different, _): one
        case (_, .different): other
        case (.close(let left), .close(let right)): .close(max(left, right))
        case (.close, .same): one
        default: other
        }
    }

    private static func compare(_ left: Tensor, _ right: Tensor) -> Agreement {
        guard left.datatype == right.datatype, left.shape == right.shape else { return .different(nil, row: 1) }
        if left.bytes == right.bytes { return .same }
        let width = max(1, left.rowElementCount)
        guard let first = try? left.doubles(), let second = try? right.doubles() else {
            let texts = (try? left.strings(), try? right.strings())
            let place = texts.0.flatMap { ours in
                texts.1.flatMap { theirs in ours.indices.first { ours[$0] != theirs[$0] } }
            }
            return .different(nil, row: (place ?? 0) / width + 1)
        }
        let scale = zip(first, second).reduce(Double.leastNormalMagnitude) { largest, pair in
            [pair.0.magnitude, pair.1.magnitude].reduce(largest) { $1.isFinite ? max($0, $1) : $0 }
        }
        var (worst, row) = (0.0, 0)
        for (place, pair) in zip(first, second).enumerated() where pair.0 != pair.1 {
            if pair.0.isNaN && pair.1.isNaN { continue }
            let difference = (pair.0 - pair.1).magnitude / scale
            if !(difference <= worst) { (worst, row) = (difference, place / width + 1) }
            if difference.isNaN { break }
        }
        // Whole numbers beyond 2⁵³ differ although their nearest Doubles do not.
        if worst == 0 { return left.datatype.isFloatingPoint ? .same : .different(nil, row: 1) }
        return worst <= tolerance(left.datatype) ? .close(worst) : .different(worst.isFinite ? worst : nil, row: row)
    }
}
