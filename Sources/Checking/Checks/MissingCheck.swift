import Learnware
import Numerics
import Tensors

/// What the model does with missing values; a fact, since few models promise anything.
enum MissingCheck: ModelCheck {
    static let name = CheckName.missing

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        guard let first = session.first, case .success(let plan) = session.plan else {
            return .skipped("it gave no answer")
        }
        let inputs = try making { () throws(TensorError) in
            try plan.missing(from: first.inputs, using: &session.random)
        }
        guard let inputs else { return .skipped("its input has no numbers that can be missing") }
        do throws(PredictorError) {
            let outputs = try await session.ask(inputs)
            let isFinite = outputs.allSatisfy { $0.firstNonFinite() == nil }
            return .note(isFinite ? "it predicts all the same" : "it predicts NaN or infinities for such rows")
        } catch {
            guard [.predict, .input, .output].contains(error.phase), !error.endsRun else { throw error }
            return .note("it refuses them: \(error.message)")
        }
    }
}
