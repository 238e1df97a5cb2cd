import Documents
import Packaging
import Testing

@Suite("learnware.yaml")
struct ManifestTests {
    @Test("has the defaults of the Python package")
    func defaults() throws {
        for text in ["", "name: x", "model: {}", "model:\nstat_specifications:\n"] {
            let manifest = try Manifest(parsing: Array(text.utf8))
            #expect(manifest.model.className == "Model")
            #expect(manifest.model.modulePath == "__init__.py")
            #expect(manifest.model.kwargs == [:])
            #expect(manifest.model.tuplePaths.isEmpty)
            #expect(manifest.statisticalSpecifications.isEmpty)
            #expect(manifest.sandbox.runtime == .python)
            #expect(manifest.sandbox.inputs.isEmpty)
        }
    }

    @Test("keeps everything that it is given")
    func everything() throws {
        let manifest = try Manifest(
            parsing: Array(
                """
                name: 7
                id: "00000662"
                model:
                  class_name: MyModel
                  module_path: src/model.py
                  kwargs:
                    input_shape: !!python/tuple [3, 4]
                    nested: {"a/b~c": [1, !!python/tuple [2]]}
                    gamma: 0.5
                  weights_file_path: weights
                  required_learnware_ids: ["00002890", 12]
                stat_specifications:
                - module_path: learnware.specification
                  class_name: RKMEStatSpecification
                  file_name: specs/stat.json
                  kwargs: {}
                semantic_specification:
                  file_name: semantic.json
                mystery: [kept]
                """.utf8
            )
        )
        #expect(manifest.name == "7")
        #expect(manifest.id == "00000662")
        #expect(manifest.model.modulePath == "src/model.py")
        #expect(manifest.model.isFile)
        #expect(manifest.model.kwargs["gamma"] == 0.5)
        #expect(manifest.model.tuplePaths == ["/input_shape", "/nested/a~1b~0c/1"])
        #expect(manifest.model.weightsFilePath == "weights")
        #expect(manifest.model.requiredLearnwareIDs == ["00002890", "12"])
        #expect(manifest.statisticalSpecifications.first?.fileName == "specs/stat.json")
        #expect(manifest.semanticFileName == "semantic.json")
        #expect(manifest.document["mystery"] == ["kept"])
        #expect(manifest.warnings.isEmpty)
    }

    @Test("may name an installed module instead of a file")
    func moduleName() throws {
        let manifest = try Manifest(parsing: Array("model: {module_path: my_library.models}".utf8))
        #expect(!manifest.model.isFile)
        #expect(manifest.requiredFiles.isEmpty)
    }

    static let wrong: [(String, Int, String)] = [
        ("- a", 0, "map"),
        ("name: [a]", 1, "name must be a text"),
        ("model: text", 1, "model must be a map"),
        ("model:\n  class_name: 1", 2, "model.class_name must be a text"),
        ("model:\n  class_name: os.system", 2, "class"),
        ("model:\n  class_name: ''", 2, "class"),
        ("model:\n  module_path: /etc/x.py", 2, "module_path"),
        ("model:\n  module_path: ../x.py", 2, "module_path"),
        ("model:\n  module_path: a b", 2, "module_path"),
        ("model:\n  module_path: x..y", 2, "module_path"),
        ("model:\n  kwargs: [1]", 2, "kwargs must be a map"),
        ("model:\n  kwargs:\n    a: .inf", 3, "infinity"),
        ("model:\n  kwargs:\n    'a b': 1", 3, "argument"),
        ("stat_specifications: text", 1, "list"),
        ("stat_specifications:\n- text", 2, "map"),
        ("stat_specifications:\n- file_name: a", 2, "class_name"),
        ("stat_specifications:\n- class_name: A", 2, "file_name"),
        ("stat_specifications:\n- class_name: A\n  file_name: ../a", 3, "file_name"),
        ("stat_specifications:\n- {class_name: A, file_name: a}\n- {class_name: B, file_name: a}", 3, "twice"),
        (
            "stat_specifications:" + (1...17).map { "\n- {class_name: A, file_name: s\($0)}" }.joined(), 18,
            "more than 16"
        ),
        ("stat_specifications:\n- class_name: A\n  file_name: /etc/passwd", 3, "file_name"),
        ("semantic_specification: a.json", 1, "map"),
        ("semantic_specification:\n  file_name: a\\b", 2, "file_name"),
        ("model:\n  kwargs: !!python/object/apply:os.system [id]", 2, "object"),
        ("a: 1\na: 2", 2, "twice"),
        ("a: [", 2, "YAML"),
    ]

    @Test("is refused with file, line and key where it is wrong", arguments: wrong)
    func refusal(text: String, line: Int, word: String) {
        let error = #expect(throws: PackageError.self) { try Manifest(parsing: Array(text.utf8)) }
        #expect(error?.rule == .manifest)
        #expect(error?.message.contains("learnware.yaml") == true)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        if line > 0, word != "twice" { #expect(error?.position?.line == line, "\(error?.message ?? "")") }
    }
}

@Suite("The sandbox map of learnware.yaml")
struct SandboxSettingsTests {
    private func settings(_ text: String) throws(PackageError) -> SandboxSettings {
        let indented = text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        return try Manifest(parsing: Array("sandbox:\n\(indented)\n".utf8)).sandbox
    }

    @Test("is read in full")
    func everything() throws {
        let settings = try settings(
            """
            runtime: executable
            entry: bin/model
            profile: strict
            memory: 2GiB
            time: 1.5
            threads: 4
            inputs:
            - {name: X, datatype: FP64, shape: [-1, 2], columns: [a, b], content_type: pd}
            - {name: t, datatype: BYTES, shape: [-1], parameters: {content_type: str}}
            outputs: [{name: y, datatype: INT64, shape: !!python/tuple [-1, 1]}]
            """
        )
        #expect(settings.runtime == .executable)
        #expect(settings.entry == "bin/model")
        #expect(settings.profile == "strict")
        #expect(settings.memoryBytes == 2 << 30)
        #expect(settings.seconds == 1.5)
        #expect(settings.threads == 4)
        #expect(settings.inputs.map(\.name) == ["X", "t"])
        #expect(settings.inputs[0].columns == ["a", "b"])
        #expect(settings.inputs.map(\.contentType) == ["pd", "str"])
        #expect(settings.outputs[0].shape == [-1, 1])
    }

    @Test(
        "takes memory in every usual spelling",
        arguments: [
            ("2GiB", 2 << 30), ("512 MiB", 512 << 20), ("512mib", 512 << 20), ("1500MB", 1_500_000_000),
            ("1073741824", 1 << 30), ("20000000B", 20_000_000), ("1TiB", 1 << 40),
        ]
    )
    func memory(text: String, bytes: Int) throws {
        #expect(try settings("memory: \(text)").memoryBytes == bytes)
    }

    static let wrong: [(String, String)] = [
        ("memory: 2G B", "memory"), ("memory: 1KiB", "memory"), ("memory: 99999999999999999999GiB", "memory"),
        ("memory: -1GiB", "memory"), ("memory: 1.5GiB", "memory"), ("memory: []", "memory"), ("time: 0", "time"),
        ("time: -1", "time"), ("time: soon", "time"), ("time: 1000000", "time"), ("threads: 0", "threads"),
        ("threads: 1.5", "threads"), ("profile: ../strict", "profile"), ("profile: /etc/x", "profile"),
        ("profile: ''", "profile"), ("runtime: pyton", "did you mean 'python'?"), ("runtime: docker", "runtime"),
        ("runtime: executable", "entry"), ("runtime: onnx", "must name the model file"), ("entry: /bin/sh", "entry"),
        ("entry: ../x", "entry"),
        ("memmory: 1GiB", "did you mean 'memory'?"), ("input: []", "did you mean 'inputs'?"), ("zzz: 1", "zzz"),
        ("inputs: [{datatype: FP64, shape: [1]}]", "name"), ("inputs: [{name: X, shape: [1]}]", "datatype"),
        ("inputs: [{name: X, datatype: FP64}]", "shape"),
        ("inputs: [{name: X, datatype: float64, shape: [1]}]", "datatype"),
        ("inputs: [{name: X, datatype: FP65, shape: [1]}]", "did you mean FP64?"),
        ("inputs: [{name: X, datatype: FP46, shape: [1]}]", "did you mean FP64?"),
        ("inputs: [{name: X, datatype: INT46, shape: [1]}]", "did you mean INT64?"),
        ("inputs: [{name: X, datatype: FP64, shape: []}]", "dimensions"),
        ("inputs: [{name: X, datatype: FP64, shape: [1,1,1,1,1,1,1,1,1]}]", "dimensions"),
        ("inputs: [{name: X, datatype: FP64, shape: [-2]}]", "shape"),
        ("inputs: [{name: X, datatype: FP64, shape: [a]}]", "shape"),
        ("inputs: [{name: X, datatype: FP64, shape: [-1, 3], columns: [a, b]}]", "columns"),
        ("inputs: [{name: X, datatype: FP64, shape: [-1, 2], columns: [a, a]}]", "columns"),
        ("inputs: [{name: X, datatype: FP64, shape: [1], colums: [a]}]", "did you mean 'columns'?"),
        ("inputs: [{name: X, datatype: FP64, shape: [1]}, {name: X, datatype: FP64, shape: [1]}]", "two tensors"),
        ("inputs: {}", "list"),
    ]

    @Test("is refused where it is wrong, with the line and what may have been meant", arguments: wrong)
    func refusal(text: String, word: String) {
        let error = #expect(throws: PackageError.self) { try settings(text) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.position?.line == 2)
    }

    @Test("says of later runtimes that this version has them not", arguments: ["ensemble"])
    func planned(name: String) {
        let error = #expect(throws: PackageError.self) { try settings("runtime: \(name)") }
        #expect(error?.rule == .runtimeUnsupported)
        #expect(error?.message.contains("not supported by this version") == true)
    }
}

@Suite("Specifications")
struct SpecificationTests {
    private func semantic(_ text: String) throws(PackageError) -> SemanticSpecification {
        try SemanticSpecification(parsing: Array(text.utf8), file: "semantic_specification.json")
    }

    @Test("a semantic specification may leave everything out")
    func emptySemantic() throws {
        let semantic = try semantic("{}")
        #expect(semantic.data.isEmpty && semantic.name.isEmpty && semantic.input == nil && semantic.model == nil)
    }

    @Test("a semantic specification keeps values as lists, whichever way they are written")
    func values() throws {
        let semantic = try semantic(
            """
            {"Data": {"Type": "Class", "Values": "Table"}, "Scenario": {"Values": ["Nature", "Health"]},
             "Name": {"Values": "n"}, "Model": {"Values": ["Others"]}, "Input": {}, "Extra": 1,
             "Output": "{\\"Dimension\\": 2, \\"Description\\": {\\"1\\": \\"yes\\"}}"}
            """
        )
        #expect(semantic.data == ["Table"])
        #expect(semantic.scenarios == ["Nature", "Health"])
        #expect(semantic.name == "n")
        #expect(semantic.model == ["Others"])
        #expect(semantic.input == nil)
        #expect(semantic.output?.dimension == 2)
        #expect(semantic.output?.descriptions == [1: "yes"])
    }

    @Test(
        "a semantic specification with a wrong type is refused by the key",
        arguments: [
            ("[]", "map"), ("{\"Data\": \"Table\"}", "Data"), ("{\"Data\": {}}", "Data"),
            ("{\"Data\": {\"Values\": 1}}", "Data.Values"),
            ("{\"Data\": {\"Values\": [1]}}", "Data.Values"),
            ("{\"Input\": {\"Dimension\": \"4\"}}", "Input.Dimension"),
            ("{\"Input\": {\"Dimension\": -1}}", "Input.Dimension"),
            ("{\"Input\": {\"Dimension\": 1.5}}", "Input.Dimension"),
            ("{\"Input\": {\"Description\": []}}", "Input.Description"),
            ("{\"Input\": {\"Description\": {\"a\": \"b\"}}}", "'a'"),
            ("{\"Input\": {\"Description\": {\"0\": 1}}}", "Input.Description.0"), ("{\"Input\": \"{\"}", "Input"),
            ("{", "line 1"),
        ]
    )
    func wrongSemantic(text: String, word: String) {
        let error = #expect(throws: PackageError.self) { try semantic(text) }
        #expect(error?.rule == .semantic)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    private func summary(_ text: String) throws -> StatisticalSummary {
        let manifest = try Manifest(
            parsing: Array("stat_specifications: [{class_name: RKMEStatSpecification, file_name: s.json}]".utf8)
        )
        return StatisticalSummary(try #require(manifest.statisticalSpecifications.first), in: OneFile(text: text))
    }

    private struct OneFile: PackageContents {
        let text: String
        func size(of name: String) -> Int? { text.utf8.count }
        func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8] { Array(text.utf8) }
    }

    @Test("a legacy file without a type is a table specification")
    func legacy() throws {
        let summary = try summary(
            #"{"z": [[1, 2], [3, 4]], "beta": [1, 0], "gamma": 0.5, "num_points": 9, "cuda_idx": 0}"#
        )
        #expect(summary.type == "RKMETableSpecification")
        #expect(summary.pointCount == 2)
        #expect(summary.dimension == 2)
        #expect(summary.gamma == 0.5)
        #expect(summary.sampleCount == 9)
        #expect(summary.problem == nil)
    }

    @Test(
        "a file that cannot be read says why",
        arguments: [
            "", "[]", "{\"z\": 1}", #"{"z": [[1], [1, 2]]}"#, #"{"z": [[1]], "beta": [1, 2]}"#, #"{"gamma": "x"}"#,
            #"{"z": [[NaN]]}"#, #"{"type": 1}"#, #"{"num_points": -1}"#,
        ]
    )
    func unreadable(text: String) throws {
        let summary = try summary(text)
        #expect(summary.problem != nil)
        #expect(summary.type == "RKMETableSpecification")
    }
}
