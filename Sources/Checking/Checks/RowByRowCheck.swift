import Learnware
import Tensors

/// A row's prediction does not depend on the rows beside it.
enum RowByRowCheck: ModelCheck {
    static let name = CheckName.rowByRow

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        guard let first = session.first else { return .skipped("it gave no answer") }
        guard !session.isErratic else { return .skipped("the same rows gave other predictions already") }
        var farthest: Double?
        for row in 0..<CheckOptions.rows {
            let outputs = try await session.ask(first.inputs.rows(row..<row + 1))
            switch Agreement(first.outputs.rows(row..<row + 1), outputs) {
            case .same: continue
            case .close(let distance): farthest = max(farthest ?? 0, distance)
            case .different(let distance, _):
                let extent = distance.map { ", by up to \(short($0 * 100)) % of it" } ?? ""
                return .warning(
                    "row \(row + 1) alone gets another prediction than among the others\(extent)",
                    remedy: "let predict use nothing of other rows, such as their mean: users send batches of any size"
                )
            }
        }
        return .pass(farthest.map { "the same, up to \(short($0)) of the largest number" } ?? "the same")
    }
}
