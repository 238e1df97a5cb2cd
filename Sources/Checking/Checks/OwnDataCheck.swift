import Learnware
import Numerics
import Specifications
import Tensors

/// The model answers for rows drawn from its own specification: what its users' data look like.
enum OwnDataCheck: ModelCheck {
    static let name = CheckName.ownData

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        guard case .success(let plan) = session.plan, let chosen = session.subject.chosen else {
            return .skipped("there is nothing to draw from")
        }
        let rows: Matrix<Double>?
        do throws(SpecificationError) {
            rows = try chosen.value.rows(CheckOptions.rows, seed: session.subject.options.seed)
        } catch {
            return .warning(
                "nothing can be drawn from \(shown(chosen.file)): \(error)",
                remedy: "make the specification again with 'lw-pack spec'"
            )
        }
        guard let rows else { return .skipped("its specification holds no rows as the model takes them") }
        guard let inputs = try making({ () throws(TensorError) in try plan.tensors(of: rows) }) else {
            return .skipped("its specification is of \(rows.columns) numbers a row, which the model does not take")
        }
        do throws(PredictorError) {
            try await session.exchange("rows of its own specification", inputs)
        } catch {
            guard error.phase == .output else { throw error }
            session.outputFault = session.outputFault ?? error
            return .warning("it answers, but not with a prediction: \(error.message)", remedy: OutputCheck.remedy)
        }
        return .pass("\(rows.rows) rows drawn from \(shown(chosen.file))")
    }
}
