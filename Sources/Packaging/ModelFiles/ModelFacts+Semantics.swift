import Documents

extension ModelFacts {
    /// `semantic_specification.json`: what was found, and `Others` where only the packager can say.
    func semantics(name: String) -> String {
        func values(_ type: String, _ value: String) -> Node {
            Node(object: [("Type", Node(type)), ("Values", Node([Node(value)]))])
        }
        func text(_ value: String) -> Node { Node(object: [("Type", "String"), ("Values", Node(value))]) }
        let isImage = inputs.first?.shape.count == 4
        var members: [(String, Node)] = [
            ("Data", values("Class", isImage ? "Image" : "Table")),
            ("Task", values("Class", taskName)),
            ("Model", values("Optional", "Others")),
            ("Library", values("Class", library)),
            ("License", values("Class", "Others")),
            ("Scenario", values("Tag", "Others")),
            ("Name", text(Self.semanticName(name))),
            ("Description", text(description)),
        ]
        if let columnCount {
            members.append(("Input", features(columnCount, inputs.count == 1 ? inputs[0].columns : inputs.map(\.name))))
        }
        if let outputCount { members.append(("Output", features(outputCount, []))) }
        return Node(object: members).json(pretty: true) + "\n"
    }

    /// Beimingwu takes names of 5 to 50 characters.
    private static func semanticName(_ name: String) -> String {
        String((name.count < 5 ? name + " model" : name).prefix(50))
    }

    /// A classification has to say how many classes it has and a regression how many numbers it gives, so without that
    /// neither is called so.
    private var taskName: String {
        switch task {
        case .classification: outputCount == nil ? "Others" : "Classification"
        case .regression: outputCount == nil ? "Others" : "Regression"
        case nil: "Others"
        }
    }

    /// Classes, or numbers for one row; nil when that was not found.
    private var outputCount: Int? {
        switch task {
        case .classification: classes.flatMap { $0 > 1 ? $0 : nil }
        case .regression: outputShape.dropFirst().contains(-1) ? nil : outputShape.dropFirst().reduce(1, *)
        case nil: nil
        }
    }

    private var description: String {
        let input = columnCount.map { " It takes \($0) column\($0 == 1 ? "" : "s")." } ?? ""
        let output =
            switch task {
            case .classification: classes.map { " It tells \($0) classes apart." } ?? " It tells classes apart."
            case .regression: " It predicts numbers."
            case nil: ""
            }
        return Printable(title).description + "." + input + output
    }

    private func features(_ dimension: Int, _ names: [String]) -> Node {
        Node(object: [
            ("Dimension", Node(dimension)),
            ("Description", Node(object: names.enumerated().map { (String($0), Node($1)) })),
        ])
    }
}
