import Documents

extension IrisFiles {
    /// The names of the four columns.
    static let columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
    /// The names of the three classes, in the order of their numbers.
    static let species = ["setosa", "versicolor", "virginica"]

    /// `learnware.yaml` of a Python model on iris.
    ///
    /// - Parameters:
    ///   - name: the learnware's name.
    ///   - output: the datatype of its predictions.
    ///   - shape: their shape, as YAML.
    /// - Returns: the text.
    static func manifest(name: String, output: String, shape: String) -> String {
        """
        # What this package is. 'lw-pack build' checks it; 'lw-pack inspect' shows it.
        name: \(name)

        model:
          class_name: Model         # the class in module_path that is made and asked to predict
          module_path: __init__.py
          kwargs: {}                # the constructor's keyword arguments

        # What the training data looks like, so that others can find the model by theirs. stat_spec.json describes iris:
        # remove these lines and the file, or make a new file, when you train on other data.
        stat_specifications:
          - module_path: learnware.specification
            class_name: RKMETableSpecification
            file_name: stat_spec.json
            kwargs: {}

        semantic_specification:
          file_name: semantic_specification.json

        # What goes in and what comes out. Columns are matched by these names when the data has names too.
        sandbox:
          inputs:
            - name: X
              datatype: FP64
              shape: [-1, 4]        # -1: any number of rows
              columns: [\(columns.joined(separator: ", "))]
          outputs:
            - name: y
              datatype: \(output)
              shape: \(shape)

        """
    }

    /// `semantic_specification.json` of a classifier of iris.
    static func semantics(name: String, description: String, library: String) -> String {
        func values(_ type: String, _ values: Node) -> Node {
            Node(object: [("Type", Node(type)), ("Values", values)])
        }
        func features(_ dimension: Int, _ names: [String]) -> Node {
            Node(object: [
                ("Dimension", Node(dimension)),
                ("Description", Node(object: names.enumerated().map { (String($0), Node($1)) })),
            ])
        }
        let document = Node(object: [
            ("Data", values("Class", Node([Node("Table")]))),
            ("Task", values("Class", Node([Node("Classification")]))),
            ("Model", values("Optional", Node([Node("Others")]))),
            ("Library", values("Class", Node([Node(library)]))),
            ("License", values("Class", Node([Node("MIT")]))),
            ("Scenario", values("Tag", Node([Node("Nature")]))),
            ("Name", values("String", Node(name))),
            ("Description", values("String", Node(description))),
            ("Input", features(columns.count, columns)),
            ("Output", features(species.count, species)),
        ])
        return document.json(pretty: true) + "\n"
    }
}
