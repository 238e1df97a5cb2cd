import Learnware
import Packaging
import Tensors

/// A classification gives labels from 0 up to its number of classes, or a score for each class; a regression gives as
/// many values as it says.
enum LabelsCheck: ModelCheck {
    static let name = CheckName.labels

    static func finding(_ session: inout CheckSession) -> Finding {
        guard let task = session.subject.task, ["Classification", "Regression"].contains(task) else {
            return .skipped("the task has neither labels nor values that are counted")
        }
        guard let dimension = session.subject.package.semantic?.output?.dimension else {
            return .skipped("the semantic specification has no Output.Dimension")
        }
        guard !session.exchanges.isEmpty else { return .skipped("it gave no answer") }
        for exchange in session.exchanges {
            if let fault = fault(task, dimension, exchange) { return fault }
        }
        return .pass(task == "Regression" ? counted(dimension, "value") : "\(dimension) classes")
    }

    private static func fault(_ task: String, _ dimension: Int, _ exchange: CheckSession.Exchange) -> Finding? {
        guard let shape = OutputShapeCheck.rowShape(of: exchange.outputs), let width = shape.first else { return nil }
        if task == "Classification", width == 1 { return labelFault(dimension, exchange) }
        guard width != dimension else { return nil }
        return .fail(
            .invalid,
            "a prediction has \(width) values, but Output.Dimension of the semantic specification is \(dimension)",
            remedy: task == "Regression"
                ? "let Output.Dimension be the number of values of one prediction"
                : "return one label or a score for each class, and let Output.Dimension be the number of classes"
        )
    }

    private static func labelFault(_ dimension: Int, _ exchange: CheckSession.Exchange) -> Finding? {
        let remedy = "return labels from 0 to \(dimension - 1), or let Output.Dimension be the number of classes"
        guard let tensor = exchange.outputs.first, let labels = try? tensor.doubles() else {
            return .fail(.invalid, "for \(exchange.rows) labels are texts, not numbers", remedy: remedy)
        }
        if let wrong = labels.firstIndex(where: { $0 < 0 || $0 >= Double(dimension) }) {
            return .fail(
                .invalid,
                "for \(exchange.rows) the label of row \(wrong + 1) is \(short(labels[wrong])), outside 0 to \(dimension - 1)",
                remedy: remedy
            )
        }
        if let odd = labels.first(where: { $0.isFinite && $0 != $0.rounded() }) {
            return .warning("for \(exchange.rows) a label is \(short(odd)), no whole number", remedy: remedy)
        }
        return nil
    }
}
