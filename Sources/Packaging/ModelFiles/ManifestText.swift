/// `learnware.yaml` for a model that was read from a file.
struct ManifestText {
    private(set) var text = ""
    /// The line, counted from 1, with the shape of the first input.
    private(set) var inputLine = 0
    /// The line with the shape of the output.
    private(set) var outputLine = 0
    private var lines = 0

    init(_ facts: ModelFacts, name: String) {
        add("# Made from a model file by 'lw-pack init --from'. 'lw-pack build' checks it; 'lw-pack inspect' shows it.")
        add("name: \(Self.quoted(name))")
        add("")
        if facts.runtime == .python {
            add("model:")
            add("  class_name: Model         # the class in module_path that is made and asked to predict")
            add("  module_path: __init__.py")
            add("  kwargs: {}                # the constructor's keyword arguments")
            add("")
        }
        add("semantic_specification:")
        add("  file_name: semantic_specification.json")
        add("")
        add("# What goes in and what comes out. Columns are matched by their names when the data has names too.")
        add("sandbox:")
        if facts.runtime != .python {
            add("  runtime: \(facts.runtime.rawValue)             # our runner loads the file; no code is needed")
            add("  entry: \(facts.fileName)")
        }
        add("  inputs:")
        for input in facts.inputs {
            add("    - name: \(Self.quoted(input.name))")
            add("      datatype: \(input.datatype)")
            add("      shape: \(Self.list(input.shape))        # -1: any number")
            if inputLine == 0 { inputLine = lines }
            if !input.columns.isEmpty {
                add("      columns: [\(input.columns.map(Self.quoted).joined(separator: ", "))]")
            }
            if facts.takesTable, facts.inputs.count == 1 {
                add("      content_type: pd      # the model gets a DataFrame, as when it was trained")
            }
        }
        add("  outputs:")
        add("    - name: y")
        add("      datatype: \(facts.outputDatatype)")
        add("      shape: \(Self.list(facts.outputShape))")
        outputLine = lines
    }

    private mutating func add(_ line: String) {
        text += line + "\n"
        lines += 1
    }

    private static func list(_ lengths: [Int]) -> String {
        "[" + lengths.map(String.init).joined(separator: ", ") + "]"
    }

    /// A text as YAML writes it in double quotes, which is the one way that no character can end.
    ///
    /// Only texts come here whose every character shows as what it is, so no other escape is needed.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
