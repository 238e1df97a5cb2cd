import Learnware
import Packaging
import Tensors

/// One prediction has the shape that the model declares; a plain list of values counts as one value for each row.
enum OutputShapeCheck: ModelCheck {
    static let name = CheckName.outputShape

    static func finding(_ session: inout CheckSession) -> Finding {
        guard !session.exchanges.isEmpty else { return .skipped("it gave no answer") }
        let expected = session.declared.output
        for exchange in session.exchanges {
            let shape = rowShape(of: exchange.outputs)
            guard let expected else { continue }
            guard let shape, DeclaredShapes.allows(expected, shape) else {
                return .fail(
                    .invalid,
                    "for \(exchange.rows) a prediction has the shape \(shape.map(shapeText) ?? "of several tensors"), but "
                        + "\(shapeText(expected)) is declared",
                    remedy: "declare the shape that predict returns, or return the declared one"
                )
            }
        }
        let shape = session.first.flatMap { rowShape(of: $0.outputs) }
        guard expected != nil else { return .note("\(shape.map(shapeText) ?? "several tensors"); none is declared") }
        return .pass(shape.map(shapeText) ?? "as declared")
    }

    /// The shape of one row of an answer; the columns of a table together are one row; nil for other sets.
    static func rowShape(of outputs: [Tensor]) -> [Int]? {
        if outputs.count == 1 {
            let shape = Array(outputs[0].shape.dropFirst())
            return shape.isEmpty ? [1] : shape
        }
        let areColumns = outputs.allSatisfy { $0.shape.count == 1 || $0.shape.count == 2 && $0.shape[1] == 1 }
        return areColumns ? [outputs.count] : nil
    }
}
