import Documents

/// What the parts of a package say about the same data, and where they disagree.
struct ShapeRules {
    let manifest: ManifestFindings
    let semantic: SemanticSpecification?
    let semanticFile: String
    /// The statistical specifications that could be read, with the place where `learnware.yaml` names them.
    let statistical: [(file: String, position: SourcePosition?, rules: StatisticalRules)]
    private var list = ProblemList(file: PackageDescription.manifestName, rule: .shape)

    init(
        manifest: ManifestFindings,
        semantic: SemanticSpecification?,
        semanticFile: String,
        statistical: [(file: String, position: SourcePosition?, rules: StatisticalRules)]
    ) {
        self.manifest = manifest
        self.semantic = semantic
        self.semanticFile = semanticFile
        self.statistical = statistical
    }

    static func problems(_ rules: ShapeRules) -> [Problem] {
        var rules = rules
        rules.checkKinds()
        rules.checkTexts()
        rules.checkInputs()
        rules.checkOutputs()
        return rules.list.problems
    }

    private func named(_ key: String) -> String { "\(key) of \(Printable(semanticFile))" }

    /// Data is described by the specification of its kind.
    private mutating func checkKinds() {
        guard let data = semantic?.data, data.count == 1, !statistical.isEmpty else { return }
        let kinds = statistical.compactMap { item in StatisticalRules.dataKinds[item.rules.type] }
        guard !kinds.isEmpty, !kinds.contains(data[0]), let first = statistical.first,
            let wanted = StatisticalRules.dataKinds.first(where: { $0.value == data[0] })?.key
        else { return }
        list.error(
            "\(Printable(first.rules.type)) does not describe \(Printable(data[0])), the \(named("Data"))",
            at: first.position,
            hint: "it must be \(wanted), or Data another kind"
        )
    }

    /// Texts are BYTES, and `lw-run predict` reads them as a list or as columns of a table, never as a matrix.
    private mutating func checkTexts() {
        let hasColumns = manifest.inputs.count > 1
        for tensor in manifest.inputs {
            let declaration = tensor.declaration
            if semantic?.data == ["Text"] {
                guard declaration.datatype != "BYTES" else { continue }
                list.error(
                    "sandbox.inputs.datatype is \(declaration.datatype), but \(named("Data")) is Text",
                    at: tensor.datatypePosition,
                    hint: "texts are BYTES, of shape [-1]; for numbers Data is another kind"
                )
            } else if declaration.datatype == "BYTES", !hasColumns, declaration.contentType != "pd",
                declaration.shape.count > 1 || !declaration.columns.isEmpty
            {
                list.warning(
                    "texts in the rows of a matrix are not read by 'lw-run predict'",
                    at: tensor.datatypePosition,
                    hint: "declare a table: content_type: pd, or one tensor for each column"
                )
            }
        }
    }

    /// The columns of one row of a table, from one of those who say so.
    private struct Claim {
        let columns: Int
        let source: String
    }

    private mutating func checkInputs() {
        let isTable = semantic?.data == ["Table"]
        // Without a semantic specification, what the others say must still agree.
        guard isTable || semantic == nil else { return }
        var first: Claim?
        if isTable, let dimension = semantic?.input?.dimension {
            first = Claim(columns: dimension, source: named("Input.Dimension"))
        }
        if let shape = manifest.inputShape {
            if isTable, shape.value.count != 1 {
                list.error(
                    "model.kwargs.input_shape has \(shape.value.count) axes; one row of a table has one",
                    at: shape.position
                )
            } else if shape.value.count == 1 {
                compare(
                    Claim(columns: shape.value[0], source: "model.kwargs.input_shape"),
                    with: &first,
                    at: shape.position
                )
            }
        }
        if manifest.inputs.count == 1, let tensor = manifest.inputs.first {
            let shape = tensor.declaration.shape
            if shape.count == 2, shape[1] >= 0 {
                compare(Claim(columns: shape[1], source: "sandbox.inputs.shape"), with: &first, at: tensor.position)
            } else if shape.count == 2, !tensor.declaration.columns.isEmpty {
                let columns = tensor.declaration.columns.count
                compare(
                    Claim(columns: columns, source: "sandbox.inputs.columns"),
                    with: &first,
                    at: tensor.columnsPosition
                )
            } else if isTable, shape.count > 2 {
                list.error("sandbox.inputs.shape has \(shape.count) axes; a table has two", at: tensor.position)
            }
        }
        for item in statistical where item.rules.type == "RKMETableSpecification" {
            guard let dimension = item.rules.dimension else { continue }
            let source = "\(Printable(item.file)) (z)"
            compare(Claim(columns: dimension, source: source), with: &first, at: item.position)
        }
    }

    private mutating func compare(_ claim: Claim, with first: inout Claim?, at position: SourcePosition?) {
        guard let reference = first else {
            first = claim
            return
        }
        if claim.columns != reference.columns {
            list.error(
                "\(claim.source) says \(claim.columns) columns, but \(reference.source) says \(reference.columns)",
                at: position
            )
        }
    }

    private mutating func checkOutputs() {
        guard let task = semantic?.task, task.count == 1, let dimension = semantic?.output?.dimension else { return }
        if let shape = manifest.outputShape, let first = shape.value.first, shape.value.count == 1 {
            check(width: first, "model.kwargs.output_shape", task[0], dimension, at: shape.position)
        }
        if manifest.outputs.count == 1, let tensor = manifest.outputs.first {
            let shape = tensor.declaration.shape
            if shape.count == 1 { check(width: 1, "sandbox.outputs.shape", task[0], dimension, at: tensor.position) }
            if shape.count == 2, shape[1] >= 0 {
                check(width: shape[1], "sandbox.outputs.shape", task[0], dimension, at: tensor.position)
            }
        }
    }

    /// A classification gives one label or a score for each class; a regression gives each of its values.
    private mutating func check(
        width: Int,
        _ source: String,
        _ task: String,
        _ dimension: Int,
        at position: SourcePosition?
    ) {
        let allowed = task == "Classification" ? [1, dimension] : task == "Regression" ? [dimension] : []
        guard !allowed.isEmpty, !allowed.contains(width) else { return }
        let wanted = Set(allowed).sorted().map(String.init).joined(separator: " or ")
        list.error(
            "\(source) says \(width) for each row; \(task) with \(dimension) as \(named("Output.Dimension")) gives \(wanted)",
            at: position
        )
    }
}
