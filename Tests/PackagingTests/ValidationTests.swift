import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("What build finds")
struct ValidationTests {
    @Test("finds nothing where nothing is wrong")
    func good() throws {
        #expect(try GoodFolder.problems() == [])
    }

    private static func manifest(_ text: String) -> [String: String?] { ["learnware.yaml": text] }

    /// One line for the manifest that is wrong, and what is said about it; the rest of the folder is fine.
    static let manifests: [(String, String)] = [
        ("modle: {}", "learnware.yaml:1:1: error: there is no key 'modle'; did you mean 'model'?"),
        ("Name: a", "learnware.yaml:1:1: error: there is no key 'Name'; did you mean 'name'?"),
        ("author: a", "learnware.yaml:1:1: warning: there is no key 'author'; it is kept and not used"),
        ("note: a", "learnware.yaml:1:1: warning: there is no key 'note'; it is kept and not used"),
        ("date: a", "learnware.yaml:1:1: warning: there is no key 'date'; it is kept and not used"),
        ("name: [a]", "learnware.yaml:1:7: error: name must be a text, not a list"),
        ("name: a\nname: b", "learnware.yaml:1:1: error: the key 'name' appears twice"),
        ("- a", "learnware.yaml:1:1: error: it must hold a map of keys and values, not a list"),
        (
            "model: {clas_name: M}",
            "learnware.yaml:1:9: error: model has no key 'clas_name'; did you mean 'class_name'?"
        ),
        (
            "model: {class-name: M}",
            "learnware.yaml:1:9: error: model has no key 'class-name'; did you mean 'class_name'?"
        ),
        ("model: {epochs: 3}", "learnware.yaml:1:9: warning: model has no key 'epochs'; it is kept and not used"),
        ("model: [a]", "learnware.yaml:1:8: error: model must be a map, not a list"),
        ("model: {class_name: 3}", "learnware.yaml:1:21: error: model.class_name must be a text, not a number"),
        (
            "model: {class_name: a b}",
            "learnware.yaml:1:21: error: model.class_name is 'a b'; it must be the name of a class"
        ),
        ("model: {module_path: other.py}", "learnware.yaml:1:22: error: there is no file 'other.py'"),
        (
            "model: {class_name: Modle}",
            "learnware.yaml:1:21: warning: __init__.py seems to have no class 'Modle'; did you mean 'Model'?"
        ),
        ("model: {kwargs: !!python/tuple [1]}", "learnware.yaml:1:17: error: model.kwargs must be a map, not a list"),
        (
            "model: {kwargs: {a: !!python/tuple [1]}}",
            "learnware.yaml:1:21: warning: model.kwargs holds a !!python/tuple, which Beimingwu and the Python client "
                + "refuse to read"
        ),
        (
            "model: {kwargs: {input_shape: '(2,)'}}",
            "learnware.yaml:1:31: error: model.kwargs.input_shape is the text '(2,)', because YAML knows no tuples"
        ),
        ("stat_specifications: a", "learnware.yaml:1:22: error: stat_specifications must be a list, not a text"),
        (
            "stat_specifications: [a]",
            "learnware.yaml:1:23: error: an entry of stat_specifications must be a map, not a text"
        ),
        (
            "stat_specifications: [{class_name: RKMETableSpecification, kwargs: {}, module_path: a}]",
            "learnware.yaml:1:23: error: an entry of stat_specifications has no file_name"
        ),
        (
            "stat_specifications: [{file_name: stat.json, kwargs: {}, module_path: a}]",
            "learnware.yaml:1:23: error: an entry of stat_specifications has no class_name"
        ),
        (
            "stat_specifications: [{class_name: RKMETableSpecification, kwargs: {}, module_path: a, file_name: b.json}]",
            "learnware.yaml:1:99: error: there is no file 'b.json'"
        ),
        (
            "stat_specifications: [{class_name: A, file_name: stat.json}, {class_name: B, file_name: stat.json}]",
            "learnware.yaml:1:89: error: stat_specifications names 'stat.json' twice"
        ),
        (
            "stat_specifications: [{class_name: RKMETableSpecification, file_name: stat.json, module_path: a}]",
            "learnware.yaml:1:23: warning: an entry of stat_specifications has no kwargs, which the Python package needs"
        ),
        (
            "semantic_specification: {filename: a}",
            "learnware.yaml:1:26: error: semantic_specification has no key 'filename'; did you mean 'file_name'?"
        ),
        ("semantic_specification: {file_name: a.json}", "learnware.yaml:1:37: error: there is no file 'a.json'"),
        (
            "semantic_specification: {file_name: ../a}",
            "learnware.yaml:1:37: error: semantic_specification.file_name is '../a'; it must be the plain name of a "
                + "file inside the package"
        ),
        ("sandbox: {memroy: 1GiB}", "learnware.yaml:1:11: error: sandbox has no key 'memroy'; did you mean 'memory'?"),
        ("sandbox: {gpu: 1}", "learnware.yaml:1:11: error: sandbox has no key 'gpu'"),
        (
            "sandbox: {memory: lots}",
            "learnware.yaml:1:19: error: sandbox.memory must be a size such as 512MiB or 2GiB, from 16MiB to 16TiB"
        ),
        ("sandbox: {threads: 0}", "learnware.yaml:1:20: error: sandbox.threads is 0; it must lie between 1 and 1024"),
        (
            "sandbox: {inputs: [{name: X, datatype: FP63, shape: [2]}]}",
            "learnware.yaml:1:40: error: there is no datatype 'FP63'; did you mean FP64?"
        ),
        (
            "sandbox: {inputs: [{name: X, datatype: FP64, shape: [2], colums: [a]}]}",
            "learnware.yaml:1:58: error: an entry of sandbox.inputs has no key 'colums'; did you mean 'columns'?"
        ),
        (
            "sandbox: {inputs: [{name: X, datatype: FP64, shape: []}]}",
            "learnware.yaml:1:53: error: sandbox.inputs.shape must have 1 to 8 dimensions"
        ),
        (
            "sandbox: {runtime: executable}",
            "learnware.yaml:1:10: error: sandbox.entry must name the program, because the runtime is executable"
        ),
    ]

    @Test("checks every key of learnware.yaml", arguments: manifests)
    func everyKey(text: String, line: String) throws {
        let problems = try GoodFolder.problems(Self.manifest(text))
        // What the folder has beside is not named by these manifests, so further warnings may follow.
        #expect(problems.contains(line), "\(problems)")
        #expect(problems.filter { $0.contains("error:") }.count == (line.contains("error:") ? 1 : 0), "\(problems)")
    }

    @Test("reports what is wrong in all files in one go, in the order of file, line and column")
    func allAtOnce() throws {
        let problems = try GoodFolder.problems([
            "learnware.yaml": "model: {\nclas_name: M,\nkwargs: 3}\nsandbox: {threads: 0}\n",
            "semantic_specification.json": "{\n  \"Data\": }",
            "requirements.txt": "numpy==2.4.6\nhttp://x\nsklearn==1.6.1\n",
        ])
        #expect(
            problems.filter { $0.contains("error:") } == [
                "learnware.yaml:2:1: error: model has no key 'clas_name'; did you mean 'class_name'?",
                "learnware.yaml:3:9: error: model.kwargs must be a map, not a number",
                "learnware.yaml:4:20: error: sandbox.threads is 0; it must lie between 1 and 1024",
                "semantic_specification.json:2:11: error: a value must be here, not '}'",
                "requirements.txt:2:1: error: an address is not installed from",
                "requirements.txt:3:1: error: 'sklearn' is imported, but installed as 'scikit-learn'",
            ]
        )
    }

    @Test("finds a class in the text of its module, wherever it comes from")
    func classes() throws {
        let found = [
            "class Model(Base): pass", "from .inner import Model", "from .inner import *", "import x\nModel = x.make()",
            "if True:\n    class Model: pass", "from .inner import (\n    Other,\n    Model,\n)",
        ]
        for text in found { #expect(try GoodFolder.problems(["__init__.py": text]) == [], "\(text)") }
        let missing = ["", "class Other: pass", "# class Model", "'''\nclass Model: pass\n'''", "x = 'class Model'"]
        for text in missing {
            let problems = try GoodFolder.problems(["__init__.py": text])
            #expect(problems.count == 1, "\(text): \(problems)")
            #expect(problems.first?.contains("warning: __init__.py seems to have no class 'Model'") == true)
        }
    }

    /// A statistical specification that is wrong, and what is said about it.
    static let statistics: [(String, String)] = [
        ("{", "stat.json:1:2: error: a key in quotes must be here, not the end"),
        ("[1]", "stat.json:1:1: error: it must hold a map, not a list"),
        (#"{"beta": [1]}"#, "stat.json:1:1: error: it has no points (z)"),
        (#"{"z": [], "beta": []}"#, "stat.json:1:7: error: z must be a list of points, and not empty"),
        (#"{"z": [[1, 2]]}"#, "stat.json:1:1: error: it has no weights (beta)"),
        (
            #"{"z": [[1, 2], [1]], "beta": [1, 1]}"#,
            "stat.json:1:16: error: the points of z must be lists of finite numbers, all of one shape"
        ),
        (#"{"z": [[1, "a"]], "beta": [1]}"#, "stat.json:1:8: error: a point of z must be a list of finite numbers"),
        (#"{"z": [[1, 2]], "beta": [1, 2]}"#, "stat.json:1:25: error: z has 1 points, but beta has 2 weights"),
        (#"{"z": [[1, 2]], "beta": ["a"]}"#, "stat.json:1:26: error: beta must hold finite numbers, not a text"),
        (#"{"z": [[1, NaN]], "beta": [1]}"#, "stat.json:1:12: error: a value must be here, not 'N'"),
        (#"{"z": [[1, 2]], "beta": [1], "gamma": 0}"#, "stat.json:1:39: error: gamma is 0.0; it must be above 0"),
        (#"{"z": [[1, 2]], "beta": [1], "gamma": "a"}"#, "stat.json:1:39: error: gamma must be a number, not a text"),
        (
            #"{"z": [[1, 2]], "beta": [1], "num_points": 0}"#,
            "stat.json:1:44: error: num_points is 0; it must be at least 1"
        ),
        (
            #"{"z": [[1, 2]], "beta": [1], "type": "RKMETextSpecification"}"#,
            "stat.json:1:38: error: its type is 'RKMETextSpecification', but learnware.yaml says 'RKMETableSpecification'"
        ),
    ]

    @Test("checks statistical specifications", arguments: statistics)
    func statistic(text: String, line: String) throws {
        #expect(try GoodFolder.problems(["stat.json": text]) == [line])
    }

    private static func typed(_ className: String, sandbox: String = "", kwargs: String = "{}") -> String {
        """
        model: {kwargs: \(kwargs)}
        stat_specifications:
          - {module_path: m, class_name: \(className), kwargs: {}, file_name: stat.json}
        \(sandbox)
        """
    }

    /// Files of which each is fine by itself, and how they disagree.
    static let shapes: [([String: String?], String)] = [
        (
            ["semantic_specification.json": GoodFolder.semantic(["Input": #"{"Dimension": 3, "Description": {}}"#])],
            "learnware.yaml:4:91: error: stat.json (z) says 2 columns, but Input.Dimension of "
                + "semantic_specification.json says 3"
        ),
        (
            ["semantic_specification.json": GoodFolder.semantic(["Data": #"{"Type": "Class", "Values": ["Text"]}"#])],
            "learnware.yaml:4:91: error: RKMETableSpecification does not describe Text, the Data of "
                + "semantic_specification.json"
        ),
        (
            ["learnware.yaml": typed("RKMEStatSpecification", kwargs: "{input_shape: [3]}")],
            "learnware.yaml:1:31: error: model.kwargs.input_shape says 3 columns, but Input.Dimension of "
                + "semantic_specification.json says 2"
        ),
        (
            ["learnware.yaml": typed("RKMEStatSpecification", kwargs: "{input_shape: [1, 2]}")],
            "learnware.yaml:1:31: error: model.kwargs.input_shape has 2 axes; one row of a table has one"
        ),
        (
            ["learnware.yaml": typed("RKMEStatSpecification", kwargs: "{output_shape: [4]}")],
            "learnware.yaml:1:32: error: model.kwargs.output_shape says 4 for each row; Regression with 1 as "
                + "Output.Dimension of semantic_specification.json gives 1"
        ),
        (
            [
                "learnware.yaml": typed(
                    "RKMETableSpecification",
                    sandbox: "sandbox: {inputs: [{name: X, datatype: FP64, shape: [-1, 5]}]}"
                )
            ],
            "learnware.yaml:4:53: error: sandbox.inputs.shape says 5 columns, but Input.Dimension of "
                + "semantic_specification.json says 2"
        ),
        (
            [
                "learnware.yaml": typed(
                    "RKMETableSpecification",
                    sandbox: "sandbox: {inputs: [{name: X, datatype: FP64, shape: [-1, -1], columns: [a, b, c]}]}"
                )
            ],
            "learnware.yaml:4:72: error: sandbox.inputs.columns says 3 columns, but Input.Dimension of "
                + "semantic_specification.json says 2"
        ),
        (
            [
                "learnware.yaml": typed(
                    "RKMETableSpecification",
                    sandbox: "sandbox: {outputs: [{name: y, datatype: FP64, shape: [-1, 2]}]}"
                )
            ],
            "learnware.yaml:4:54: error: sandbox.outputs.shape says 2 for each row; Regression with 1 as "
                + "Output.Dimension of semantic_specification.json gives 1"
        ),
        (
            [
                "learnware.yaml": typed(
                    "RKMETableSpecification",
                    sandbox: "sandbox: {inputs: [{name: X, datatype: FP64, shape: [-1, 5]}]}"
                ), "semantic_specification.json": nil,
            ],
            "learnware.yaml:3:81: error: stat.json (z) says 2 columns, but sandbox.inputs.shape says 5"
        ),
    ]

    @Test("compares what the parts say about the same data", arguments: shapes)
    func disagreement(files: [String: String?], line: String) throws {
        let problems = try GoodFolder.problems(files)
        #expect(problems.filter { $0.contains("error:") } == [line], "\(problems)")
    }

    @Test("gives the label or a score for each class as a classification's output")
    func classification() throws {
        let semantic = GoodFolder.semantic([
            "Task": #"{"Type": "Class", "Values": ["Classification"]}"#,
            "Output": #"{"Dimension": 3, "Description": {}}"#,
        ])
        for (shape, isFine) in [
            ("[-1]", true), ("[-1, 1]", true), ("[-1, 3]", true), ("[-1, -1]", true), ("[-1, 2]", false),
        ] {
            let sandbox = "sandbox: {outputs: [{name: y, datatype: FP64, shape: \(shape)}]}"
            let problems = try GoodFolder.problems([
                "semantic_specification.json": semantic,
                "learnware.yaml": Self.typed("RKMETableSpecification", sandbox: sandbox),
            ])
            #expect(problems.isEmpty == isFine, "\(shape): \(problems)")
        }
    }

    @Test("wants the program of an executable to be there and executable")
    func executable() throws {
        let manifest = "sandbox: {runtime: executable, entry: run}\n"
        #expect(
            try GoodFolder.problems(["learnware.yaml": manifest]).filter { $0.contains("error:") } == [
                "learnware.yaml:1:39: error: there is no file 'run'"
            ]
        )
        #expect(
            try GoodFolder.problems(["learnware.yaml": manifest, "run": "#!/bin/sh"]).filter { $0.contains("error:") }
                == [
                    "run: error: it is to be run, but it is not executable"
                ]
        )
    }

    @Test("wants the base and the weights of a model that generates text")
    func generation() throws {
        func files(_ model: String) -> [String: String?] {
            [
                "semantic_specification.json": GoodFolder.semantic([
                    "Data": #"{"Type": "Class", "Values": ["Text"]}"#,
                    "Task": #"{"Type": "Class", "Values": ["Text Generation"]}"#,
                    "Model": #"{"Type": "Optional", "Values": ["PEFT Model"]}"#,
                ]), "learnware.yaml": "model: {kwargs: {}\(model)}\n",
            ]
        }
        let bare = try GoodFolder.problems(files(""))
        #expect(
            bare.contains(
                "learnware.yaml: error: Model is 'PEFT Model', so model.required_learnware_ids must name the base model"
            )
        )
        #expect(bare.contains { $0.hasPrefix("learnware.yaml: warning: Task is 'Text Generation'") })
        let full = files(", required_learnware_ids: ['1'], weights_file_path: w").merging(["w/a.bin": "x"]) { $1 }
        #expect(try !GoodFolder.problems(full).contains { $0.contains("Generation") || $0.contains("PEFT") })
    }

    @Test("never breaks, and packs whatever it finds no error in, however the documents are mangled", arguments: 0..<8)
    func mangled(seed: Int) throws {
        let scratch = try Scratch()
        var generator = SplitMix(state: UInt64(seed) &+ 1)
        for _ in 0..<40 {
            let name =
                ["learnware.yaml", "semantic_specification.json", "stat.json", "requirements.txt"]
                .randomElement(using: &generator) ?? ""
            let folder = try GoodFolder.write(in: scratch)
            var bytes = Array((GoodFolder.files[name] ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
                }
            }
            try scratch.write(bytes, to: "folder/" + name)
            let draft = try PackageBuilder.examine(folder)
            guard draft.validation.errors.isEmpty else { continue }
            #expect(throws: Never.self, "\(name): \(String(decoding: bytes, as: UTF8.self))") {
                try PackageBuilder.build(draft, to: scratch.file("p.zip"))
            }
        }
    }

    @Test("never disagrees with opening: a folder without errors is a package", arguments: manifests.map(\.0))
    func agreement(text: String) throws {
        let scratch = try Scratch()
        let folder = try GoodFolder.write(Self.manifest(text), in: scratch)
        let draft = try PackageBuilder.examine(folder)
        if draft.validation.errors.isEmpty {
            _ = try PackageBuilder.build(draft, to: scratch.file("p.zip"))
        } else {
            #expect(throws: PackageError.self) { try PackageBuilder.build(draft, to: scratch.file("p.zip")) }
            #expect(!scratch.contents.contains { $0.hasSuffix(".zip") || $0.hasSuffix(".part") })
        }
    }
}
