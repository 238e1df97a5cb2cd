import Learnware

/// What it answers is an array with one prediction for each row.
enum OutputCheck: ModelCheck {
    static let name = CheckName.output
    static let remedy = "return a numpy array, torch tensor or pandas object with as many rows as the input"

    static func finding(_ session: inout CheckSession) -> Finding {
        if let fault = session.outputFault {
            return .fail(.invalid, fault.message, remedy: fault.hint ?? remedy, quotation: fault.quotation)
        }
        guard let first = session.first else { return .skipped("it gave no answer") }
        return .pass(
            "\(CheckOptions.rows) predictions for \(CheckOptions.rows) rows, in \(counted(first.outputs.count, "tensor"))"
        )
    }
}
