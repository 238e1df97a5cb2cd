import Learnware
import Packaging
import Specifications

/// The shapes of the loaded model fit both specifications; some packages say them only when they run.
enum SignatureCheck: ModelCheck {
    static let name = CheckName.signature
    /// The tasks of which the Python package's checker wants an output shape.
    private static let shapedTasks: Set = ["Classification", "Regression", "Feature Extraction"]

    static func finding(_ session: inout CheckSession) -> Finding {
        let subject = session.subject
        if subject.data == "Table", let fault = inputFault(session.declared.input, subject) { return fault }
        if session.declared.output == nil, session.metadata.outputs.count == 1, let task = subject.task,
            shapedTasks.contains(task), subject.package.manifest.sandbox.runtime == .python
        {
            return .fail(
                .invalid,
                "the model states no output_shape, which \(task) needs",
                remedy: "give BaseModel its output_shape, such as output_shape=(1,) for one value for each row"
            )
        }
        let (input, output) = (session.declared.input, session.declared.output)
        return .pass(
            "rows of \(input.map(shapeText) ?? "any shape"), predictions of \(output.map(shapeText) ?? "any shape")"
        )
    }

    private static func inputFault(_ declared: [Int]?, _ subject: CheckSubject) -> Finding? {
        let remedy = "let input_shape, Input.Dimension and the statistical specification say the same"
        var table: AnySpecification?
        if case .table = subject.chosen?.value { table = subject.chosen?.value }
        guard let declared else {
            return .fail(
                .invalid,
                "the model states no input_shape, which a table needs",
                remedy: "give BaseModel its input_shape, such as input_shape=(4,) for four columns"
            )
        }
        if let dimension = subject.package.semantic?.input?.dimension,
            !DeclaredShapes.allows(declared, [dimension])
        {
            return .fail(
                .invalid,
                "the model takes rows of \(shapeText(declared)), but Input.Dimension of the semantic specification is "
                    + "\(dimension)",
                remedy: remedy
            )
        }
        if let shape = table?.kernelKey.shape, !DeclaredShapes.allows(declared, shape) {
            return .fail(
                .invalid,
                "the model takes rows of \(shapeText(declared)), but the statistical specification is of rows of "
                    + shapeText(shape),
                remedy: remedy
            )
        }
        return nil
    }
}
