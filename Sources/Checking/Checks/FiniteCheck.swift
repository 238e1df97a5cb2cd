import Learnware
import Tensors

/// No prediction is NaN, infinite or missing, which the Python package's checker does not look for.
enum FiniteCheck: ModelCheck {
    static let name = CheckName.finite

    static func finding(_ session: inout CheckSession) -> Finding {
        guard !session.exchanges.isEmpty else { return .skipped("it gave no answer") }
        let remedy = "find in predict what divides by zero, overflows or passes missing values on"
        for exchange in session.exchanges {
            if let row = exchange.missingRow {
                return .fail(
                    .unusable,
                    "for \(exchange.rows) a prediction is missing, first in row \(row)",
                    remedy: remedy
                )
            }
            for tensor in exchange.outputs {
                guard let place = tensor.firstNonFinite() else { continue }
                return .fail(
                    .unusable,
                    "for \(exchange.rows) \(shown(tensor.name)) holds NaN or an infinity, first in row \(place.row + 1)",
                    remedy: remedy
                )
            }
        }
        return .pass("all are finite")
    }
}
