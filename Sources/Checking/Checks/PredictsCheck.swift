import Learnware
import Numerics
import Tensors

/// The model answers for ten rows drawn as the Python package's checker draws them.
enum PredictsCheck: ModelCheck {
    static let name = CheckName.predicts

    static func finding(_ session: inout CheckSession) async throws(PredictorError) -> Finding {
        let plan: InputPlan
        switch session.plan {
        case .failure(let fault): return .fail(.invalid, fault.reason, remedy: fault.remedy)
        case .success(let made): plan = made
        }
        let inputs = try making { () throws(TensorError) in
            try plan.random(CheckOptions.rows, using: &session.random)
        }
        do throws(PredictorError) {
            try await session.exchange("random rows", inputs)
        } catch {
            guard error.phase == .output else { throw error }
            session.outputFault = error
            return .pass("it answers; whether that is a prediction, the next checks say")
        }
        return .pass("\(CheckOptions.rows) rows: \(description(of: plan))")
    }

    private static func description(of plan: InputPlan) -> String {
        switch plan.form {
        case .matrix(_, let row, .normal): "standard normal numbers, each row of \(shapeText(row))"
        case .matrix(_, let row, .pixels): "whole numbers from 0 to 254, each row of \(shapeText(row))"
        case .matrix(_, let row, .digits): "whole numbers from 0 to 9, each row of \(shapeText(row))"
        case .texts: "random texts of 10 to 1000 characters"
        case .columns(let columns): "a table of \(counted(columns.count, "column"))"
        }
    }
}
