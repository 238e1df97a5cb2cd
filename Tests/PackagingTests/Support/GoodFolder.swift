import Packaging
import SystemPackage
import TestSupport

/// A folder without a single problem, to which a test adds one.
enum GoodFolder {
    static let files: [String: String] = [
        "learnware.yaml": """
        name: good
        model: {class_name: Model, module_path: __init__.py, kwargs: {}}
        stat_specifications:
          - {module_path: learnware.specification, class_name: RKMETableSpecification, file_name: stat.json, kwargs: {}}
        semantic_specification: {file_name: semantic_specification.json}

        """,
        "__init__.py": "class Model:\n    pass\n",
        "requirements.txt": "numpy==2.4.6\n",
        "stat.json": """
        {"z": [[1, 2], [3, 4]], "beta": [0.5, 0.5], "gamma": 0.1, "num_points": 9, "type": "RKMETableSpecification"}
        """,
        "semantic_specification.json": semantic(),
    ]

    /// A semantic specification with some of its lines replaced.
    static func semantic(_ lines: [String: String?] = [:]) -> String {
        var all: [(String, String?)] = [
            ("Data", #"{"Type": "Class", "Values": ["Table"]}"#),
            ("Task", #"{"Type": "Class", "Values": ["Regression"]}"#),
            ("Model", #"{"Type": "Optional", "Values": ["Others"]}"#),
            ("Library", #"{"Type": "Class", "Values": ["Others"]}"#),
            ("License", #"{"Type": "Class", "Values": ["MIT"]}"#),
            ("Scenario", #"{"Type": "Tag", "Values": ["Nature"]}"#),
            ("Name", #"{"Type": "String", "Values": "A good one"}"#),
            ("Description", #"{"Type": "String", "Values": "Good for tests."}"#),
            ("Input", #"{"Dimension": 2, "Description": {"0": "a"}}"#),
            ("Output", #"{"Dimension": 1, "Description": {}}"#),
        ]
        for index in all.indices { if let line = lines[all[index].0] { all[index].1 = line } }
        let known = Set(all.map(\.0))
        for (key, line) in lines where !known.contains(key) { all.append((key, line)) }
        return "{\n" + all.compactMap { key, line in line.map { "\"\(key)\": \($0)" } }.joined(separator: ",\n")
            + "\n}\n"
    }

    /// Writes the folder with other or further files; an empty text of nil leaves one out.
    static func write(_ changes: [String: String?] = [:], in scratch: Scratch) throws -> FilePath {
        for (name, text) in files where !changes.keys.contains(name) {
            try scratch.write(text, to: "folder/" + name)
        }
        for case (let name, .some(let text)) in changes { try scratch.write(text, to: "folder/" + name) }
        return scratch.file("folder")
    }

    /// All problems of the folder, each as its line.
    static func problems(_ changes: [String: String?] = [:]) throws -> [String] {
        let scratch = try Scratch()
        return try PackageBuilder.examine(try write(changes, in: scratch)).validation.problems.map(\.description)
    }
}

/// A small generator with a seed (Steele, Lea and Flood, 2014), so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
