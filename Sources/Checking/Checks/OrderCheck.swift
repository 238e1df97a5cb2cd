import Learnware
import Numerics
import Tensors

/// Rows in another order get their predictions in that order.
enum OrderCheck: ModelCheck {
    static let name = CheckName.order

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        guard let first = session.first else { return .skipped("it gave no answer") }
        guard !session.isErratic else { return .skipped("the same rows gave other predictions already") }
        var order = session.random.distinctPlaces(CheckOptions.rows, below: CheckOptions.rows)
        // The one order that shows nothing.
        if order == order.sorted() { order.reverse() }
        let places = order
        let inputs = try making { () throws(TensorError) in try first.inputs.rows(in: places) }
        let expected = try making { () throws(TensorError) in try first.outputs.rows(in: places) }
        switch Agreement(expected, try await session.ask(inputs)) {
        case .same: return .pass("the same")
        case .close(let distance): return .pass("the same, up to \(short(distance)) of the largest number")
        case .different(let distance, let row):
            return .warning(
                "rows in another order get other predictions\(differenceText(distance, row))",
                remedy: "let predict go by each row alone, and by nothing that was before it"
            )
        }
    }
}
