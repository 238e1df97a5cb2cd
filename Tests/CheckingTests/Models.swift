import Checking
import Learnware
import Packaging
import Synchronization
import SystemPackage
import Tensors
import TestSupport

/// A model that is a function, for the arithmetic of the checks alone: what they say of learnwares is tested on real ones.
final class FunctionModel: PredictorProvider, Predictor {
    let metadata: PredictorMetadata
    private let function: @Sendable ([Tensor], _ call: Int) throws(PredictorError) -> [Tensor]
    private let report: PredictorReport
    private let state = Mutex<(starts: Int, calls: [[Tensor]])>((0, []))

    init(
        inputs: [Int],
        outputs: [Int],
        report: PredictorReport = PredictorReport(),
        _ function: @escaping @Sendable ([Tensor], _ call: Int) throws(PredictorError) -> [Tensor]
    ) {
        metadata = PredictorMetadata(
            name: "m",
            platform: "test",
            runtime: "test",
            inputs: [PredictorMetadata.Signature(name: "X", datatype: "FP64", shape: inputs)],
            outputs: [PredictorMetadata.Signature(name: "y", datatype: "FP64", shape: outputs)]
        )
        self.function = function
        self.report = report
    }

    /// What it was asked, over all starts.
    var calls: [[Tensor]] { state.withLock { $0.calls } }
    var starts: Int { state.withLock { $0.starts } }

    func withPredictor<Value: Sendable>(
        _ body: (any Predictor) async throws(PredictorError) -> Value
    ) async throws(PredictorError) -> PredictorRun<Value> {
        state.withLock { $0.starts += 1 }
        return PredictorRun(value: try await body(self), report: report)
    }

    func predict(_ inputs: [Tensor], isTable: Bool, allowsNaN: Bool) async throws(PredictorError) -> [Tensor] {
        let call = state.withLock { state in
            state.calls.append(inputs)
            return state.calls.count
        }
        return try function(inputs, call)
    }
}

/// A folder with a learnware of two columns and one value, and what is changed in it.
struct Parts {
    var manifest = """
        name: two
        model: {class_name: Model, kwargs: {input_shape: [2], output_shape: [1]}}
        stat_specifications:
        - {module_path: learnware.specification, class_name: RKMETableSpecification, file_name: stat.json, kwargs: {}}

        """
    var specification: String? =
        #"{"type": "RKMETableSpecification", "z": [[1, 2], [3, 4]], "beta": [0.5, 0.5], "gamma": 0.1}"#
    var semantic: String? = Parts.semantic()

    static func semantic(data: String = "Table", task: String = "Regression", output: Int = 1) -> String {
        """
        {"Data": {"Type": "Class", "Values": ["\(data)"]}, "Task": {"Type": "Class", "Values": ["\(task)"]},
         "Model": {"Type": "Optional", "Values": ["Others"]}, "Library": {"Type": "Class", "Values": ["Others"]},
         "License": {"Type": "Class", "Values": ["MIT"]}, "Scenario": {"Type": "Tag", "Values": ["Nature"]},
         "Name": {"Type": "String", "Values": "Two columns"},
         "Description": {"Type": "String", "Values": "Adds two columns of a table"},
         "Input": {"Dimension": 2, "Description": {"0": "a", "1": "b"}},
         "Output": {"Dimension": \(output), "Description": {"0": "sum"}}}
        """
    }

    /// Zipped by Python, since our own packer refuses what some of these are about.
    func package(in scratch: Scratch, semanticFile: String? = nil) throws -> Package {
        try scratch.write("p/learnware.yaml", manifest)
        try scratch.write("p/__init__.py", "class Model:\n    pass\n")
        try scratch.write("p/requirements.txt", "numpy==2.4.6\n")
        if let specification { try scratch.write("p/stat.json", specification) }
        if let semantic { try scratch.write("p/semantic_specification.json", semantic) }
        let zip = scratch.appending("p.zip")
        let made = try Tool.run(
            "/bin/sh",
            ["-c", "cd \"$0\" && python3 -m zipfile -c \"$1\" *", scratch.appending("p"), zip]
        )
        guard made.status == 0 else { throw Failed(reason: made.errors) }
        return try Package.open(FilePath(zip), semantic: semanticFile.map { FilePath($0) })
    }

    struct Failed: Error {
        let reason: String
    }
}

/// The sum of each row.
func sums(_ inputs: [Tensor]) -> [Tensor] {
    guard let tensor = inputs.first, let values = try? tensor.doubles(), let rows = tensor.rowCount, rows > 0,
        let sums = try? Tensor(
            name: "y",
            doubles: (0..<rows).map { row in
                values[row * values.count / rows..<(row + 1) * values.count / rows].reduce(0, +)
            },
            shape: [rows]
        )
    else { return [] }
    return [sums]
}
