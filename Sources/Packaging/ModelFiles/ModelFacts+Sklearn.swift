import Documents

extension ModelFacts {
    /// Facts from a pickle of scikit-learn.
    static func sklearn(_ stream: ByteStream, fileName: String) throws(PackageError) -> ModelFacts {
        let tree = try PickleScanner.scan(stream)
        let model = try SklearnModel(tree) { stream.fault($0) }
        let isTable = !model.names.isEmpty
        var facts = ModelFacts(
            title: title(of: model),
            fileName: fileName,
            inputs: [Input(shape: [-1, model.columns ?? -1])],
            takesTable: isTable,
            task: model.task,
            classes: model.classes,
            columnCount: model.columns,
            library: model.module.hasPrefix("sklearn") ? "Scikit-learn" : "Others",
            requirements: [],
            program: ""
        )
        facts.outputDatatype = model.labels ?? (model.task == .classification ? "INT64" : "FP64")
        facts.outputShape =
            switch model.outputs {
            case nil: [-1, -1]
            case 1 where model.method != .transform: [-1]
            case .some(let count): [-1, count]
            }
        facts.keepColumns(model.names)
        facts.takesTable = !facts.inputs[0].columns.isEmpty
        if model.columns == nil { facts.gaps.append(Gap(what: "the number of columns", place: .input)) }
        if model.readsTexts, facts.takesTable {
            // Columns of several types: which is which is found in the data.
            facts.inputs[0].datatype = "BYTES"
        } else if model.readsTexts {
            let what = "texts in its columns cannot be told apart without names; encode them as numbers"
            facts.gaps.append(Gap(what: what, place: .input, isFound: true))
        }
        facts.addOutputGaps(of: model)
        facts.addRequirements(of: model)
        facts.program = program(for: model, file: fileName, isTable: facts.takesTable)
        return facts
    }

    private mutating func addOutputGaps(of model: SklearnModel) {
        if model.method == nil {
            gaps.append(
                Gap(what: "a way to use \(model.finalClassName) on new rows: it has no predict", place: .program)
            )
        } else if model.method == .transform {
            if model.outputs == nil { gaps.append(Gap(what: "how many columns it gives", place: .output)) }
        } else if model.outputs == nil {
            gaps.append(Gap(what: "how many numbers it gives for a row", place: .output))
            gaps.append(Gap(what: "the task's output", place: .semantics))
        }
        if model.task == nil {
            if model.method == .predict { gaps.append(Gap(what: "what it predicts", place: .output)) }
            gaps.append(Gap(what: "the task", place: .semantics))
        } else if model.task == .classification, model.classes == nil {
            gaps.append(Gap(what: "the number of classes", place: .semantics))
        }
    }

    private static func title(of model: SklearnModel) -> String {
        let final = model.finalClassName == model.className ? "" : " with \(model.finalClassName)"
        let library =
            model.module.hasPrefix("sklearn") ? "scikit-learn" + (model.version.map { " " + $0 } ?? "") : model.module
        return "\(model.className)\(final) of \(library)"
    }

    private mutating func addRequirements(of model: SklearnModel) {
        requirements = [
            "# A pickle is sure to load only with the version that wrote it.",
            "scikit-learn==\(model.version ?? PinnedVersions.sklearn)",
        ]
        if model.version == nil { gaps.append(.version(of: "scikit-learn", guess: PinnedVersions.sklearn)) }
        requirements.append("joblib")
        requirements.append(Self.numpy(for: model))
        if takesTable || model.packages.contains("pandas") { requirements.append("pandas") }
        for package in model.packages where package != "pandas" {
            requirements.append("\(package)==\(PinnedVersions.of(package))")
            gaps.append(.version(of: package, guess: PinnedVersions.of(package)))
        }
        for module in model.foreignModules {
            gaps.append(Gap(what: "the package that brings the module '\(Printable(module))'", place: .requirements))
        }
    }

    /// A numpy that can read the arrays and that this scikit-learn can use: the first built for numpy 2 was 1.4.2.
    private static func numpy(for model: SklearnModel) -> String {
        if model.needsNumpy2 { return "numpy>=2" }
        let parts = (model.version ?? PinnedVersions.sklearn).split(separator: ".").map { Int($0) ?? 0 } + [0, 0]
        return [parts[0], parts[1], parts[2]].lexicographicallyPrecedes([1, 4, 2]) ? "numpy<2" : "numpy"
    }

    private static func program(for model: SklearnModel, file: String, isTable: Bool) -> String {
        let input = model.columns.map { "(\($0),)" } ?? "None"
        let output = model.outputs.map { "(\($0),)" } ?? "None"
        let probabilities =
            model.hasProbabilities
            ? "\n        # self.model.predict_proba(X) gives probabilities; then set the output in learnware.yaml, too."
            : ""
        let argument = isTable ? "X" : "np.asarray(X, dtype=float)"
        let takes =
            isTable ? "X is a DataFrame with the columns of learnware.yaml." : "X holds one row for each prediction."
        return """
            import os

            import joblib
            \(isTable ? "" : "import numpy as np\n")from learnware.model import BaseModel

            HERE = os.path.dirname(os.path.abspath(__file__))


            class Model(BaseModel):
                \"""A \(model.className), fitted with scikit-learn.\"""

                def __init__(self):
                    # The shape of one row, and of one prediction: (1,) for a label or a number.
                    super().__init__(input_shape=\(input), output_shape=\(output))
                    # Unpickling runs what the file says. It is done here, inside the sandbox, and nowhere else.
                    self.model = joblib.load(os.path.join(HERE, "\(file)"))

                def predict(self, X):
                    # \(takes)\(probabilities)
                    return self.model.\((model.method ?? .predict).rawValue)(\(argument))

            """
    }
}

/// Versions with wheels for the Pythons that the runner is tested with, where a file does not name one.
enum PinnedVersions {
    static let sklearn = "1.6.1"
    static let lightgbm = "4.6.0"

    static func of(_ package: String) -> String {
        package == "lightgbm" ? lightgbm : "3.0.5"
    }
}
