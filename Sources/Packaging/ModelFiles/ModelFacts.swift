/// What could be read from a model file, in the words of a package.
struct ModelFacts: Sendable {
    /// One tensor that the model takes.
    struct Input: Sendable {
        var name = "X"
        var datatype = "FP64"
        /// The lengths of the dimensions, the rows first; -1 where any will do or none was found.
        var shape: [Int]
        var columns: [String] = []
    }

    /// What was not found, and where it goes.
    struct Gap: Sendable {
        enum Place: Sendable {
            case input
            case output
            case requirements
            case semantics
            case program
            case model
        }

        /// What is missing, such as `the number of columns`.
        var what: String
        var place: Place
        /// True for what was found and is nothing to go with.
        var isFound = false

        /// A version that the file does not name; what was written instead may be another one.
        static func version(of package: String, guess: String) -> Gap {
            Gap(what: "the version of \(package); wrote \(package)==\(guess), a guess", place: .requirements)
        }
    }

    /// What the model is, one clause, such as `LogisticRegression of scikit-learn 1.6.1`.
    var title: String
    /// What its file is called in the package.
    var fileName: String
    var inputs: [Input]
    /// True when the model shall get a pandas DataFrame.
    var takesTable = false
    var outputDatatype = "FP64"
    /// The shape of the predictions, the rows first.
    var outputShape = [-1]
    var task: ModelTask?
    /// How many classes a classifier tells apart.
    var classes: Int?
    /// Columns of a table; nil when they were not found or it is none.
    var columnCount: Int?
    var library = "Others"
    /// What runs the model; only Python needs the two that follow.
    var runtime = SandboxSettings.Runtime.python
    /// The lines of `requirements.txt`.
    var requirements: [String] = []
    /// The text of `__init__.py`.
    var program = ""
    var gaps: [Gap] = []

    /// Predictions for one row, as Python writes a shape.
    static func pythonShape(_ lengths: some Sequence<Int>) -> String {
        let all = Array(lengths)
        if all.isEmpty { return "(1,)" }
        return "(" + all.map(String.init).joined(separator: ", ") + (all.count == 1 ? ",)" : ")")
    }

    /// Columns' names where each can be written and shown as it is, otherwise none and a remark.
    mutating func keepColumns(_ names: [String]) {
        guard !names.isEmpty, !inputs.isEmpty else { return }
        let isUsable = names.allSatisfy { isShownAsItIs($0) } && Set(names).count == names.count
        if isUsable {
            inputs[0].columns = names
        } else {
            gaps.append(Gap(what: "names of columns that can be written here", place: .input))
        }
    }
}
