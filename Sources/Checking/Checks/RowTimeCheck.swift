import Documents
import Learnware
import Numerics
import Tensors

/// How long a row takes, among many and alone.
enum RowTimeCheck: ModelCheck {
    static let name = CheckName.rowTime
    private static let rows = 1000

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        guard let first = session.first, case .success(let plan) = session.plan else {
            return .skipped("it gave no answer")
        }
        let count = plan.count(atMost: rows)
        let many = try making { () throws(TensorError) in try plan.random(count, using: &session.random) }
        let together = try await milliseconds(of: many, &session)
        let alone = try await milliseconds(of: first.inputs.rows(0..<1), &session)
        return .note(
            "\(short(together / Double(count))) ms a row among \(count), \(short(alone)) ms for one alone",
            facts: [("rows", Node(count)), ("milliseconds", Node(together)), ("milliseconds_alone", Node(alone))]
        )
    }

    private static func milliseconds(
        of inputs: [Tensor],
        _ session: inout CheckSession
    ) async throws(PredictorError) -> Double {
        let begin = ContinuousClock.now
        _ = try await session.ask(inputs)
        return (ContinuousClock.now - begin) / .milliseconds(1)
    }
}
