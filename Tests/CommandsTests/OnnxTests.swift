import Foundation
import SystemPackage
import TestSupport
import Testing

/// The runtime `onnx`, on models of one operator that are written here.
@Suite(.serialized) struct OnnxTests {
    private let scratch: Scratch
    private let zip: String

    init() throws {
        scratch = try Scratch()
        zip = scratch.appending("m.zip")
        try scratch.write("m/learnware.yaml", "sandbox: {runtime: onnx, entry: model.onnx}\n")
    }

    private func write(_ model: [UInt8], to name: String = "m/model.onnx") throws {
        try Data(model).write(to: URL(fileURLWithPath: scratch.appending(name)))
    }

    private func declare(_ rest: String) throws {
        try scratch.write("m/learnware.yaml", "sandbox:\n  runtime: onnx\n  entry: model.onnx\n" + rest)
    }

    private func build() throws -> ToolResult {
        try Tool.run("lw-pack", ["build", scratch.appending("m"), "-o", zip])
    }

    private func predict(_ name: String, _ data: String, _ options: [String] = []) throws -> ToolResult {
        try Tool.run(
            "lw-run",
            ["predict", zip, "--input", try scratch.write(name, data), "--progress", "quiet"]
                + (options.contains("--python") ? [] : ["--python", "/usr/bin/python3"]) + options,
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    @Test func theColumnsOfATableGoToTheInputsOfTheirNames() throws {
        try write(OnnxBytes.model("Sub", ["a", "b"], shape: [nil, 1]))
        try declare("  inputs: [{name: a, datatype: FP32, shape: [-1]}, {name: b, datatype: FP32, shape: [-1]}]\n")
        #expect(try build().status == 0)
        let result = try predict("X.csv", "b,a\n1,5\n2,9\n")
        #expect(result.output == "y\n4.0\n7.0\n", "\(result.errors)")
    }

    @Test(arguments: [("a", "c", "the model has no input 'c'"), ("a", "a2", "the model has no input 'a2'")])
    func anInputThatTheModelLacksIsToldWhenItIsPacked(one: String, other: String, words: String) throws {
        try write(OnnxBytes.model("Sub", ["a", "b"], shape: [nil, 1]))
        let inputs = [one, other].map { "{name: \($0), datatype: FP32, shape: [-1]}" }.joined(separator: ", ")
        try declare("  inputs: [\(inputs)]\n")
        let built = try build()
        #expect(built.status == 5)
        #expect(built.errors.contains(words) && built.errors.contains("its inputs: a, b"), "\(built.errors)")
    }

    @Test func anInputThatNobodyFillsIsToldWhenItIsPacked() throws {
        try write(OnnxBytes.model("Sum", ["a", "b", "c"], shape: [nil, 1]))
        try declare("  inputs: [{name: a, datatype: FP32, shape: [-1]}, {name: b, datatype: FP32, shape: [-1]}]\n")
        let built = try build()
        #expect(built.status == 5)
        #expect(built.errors.contains("the model takes 'c' too"), "\(built.errors)")
    }

    /// An ordinary user, from the installed copy, with no network: the lock came with the tools.
    @Test(arguments: Caller.available) func anyUserRunsIt(caller: Caller) throws {
        try write(OnnxBytes.model("Neg", ["X"], shape: [nil, 1]))
        #expect(try build().status == 0)
        _ = try predict("X.csv", "1\n")
        for path in [scratch.path.string, zip, scratch.appending("X.csv")] { chmod(path, 0o755) }
        let result = try Tool.run(
            Installed.tool("lw-run", for: caller),
            ["predict", zip, "--input", scratch.appending("X.csv"), "--python", "/usr/bin/python3", "--offline"],
            as: caller,
            environment: Home.environment(for: caller)
        )
        #expect(result.output == "-1.0\n", "\(caller): \(result.errors)")
    }

    @Test func columnsWithoutNamesGoToTheInputsInTheirOrder() throws {
        try write(OnnxBytes.model("Sub", ["a", "b"], shape: [nil, 1]))
        #expect(try build().status == 0)
        let result = try predict("X.csv", "5,1\n9,2\n")
        #expect(result.output == "4.0\n7.0\n", "\(result.errors)")
    }

    @Test func textsGoInAndComeOut() throws {
        try write(OnnxBytes.model("Identity", ["words"], .text, shape: [nil, 1]))
        try declare("  inputs: [{name: words, datatype: BYTES, shape: [-1]}]\n")
        #expect(try build().status == 0)
        let result = try predict("X.json", #"["one", "zwölf", ""]"#, ["--output", scratch.appending("y.json")])
        #expect(result.status == 0, "\(result.errors)")
        let output = try String(contentsOfFile: scratch.appending("y.json"), encoding: .utf8)
        #expect(output.filter { !$0.isWhitespace } == #"[["one"],["zwölf"],[""]]"#)
        try declare("  inputs: [{name: words, datatype: FP64, shape: [-1, 1]}]\n")
        #expect(try build().status == 0)
        let numbers = try predict("X.csv", "1\n2\n")
        #expect(numbers.status == 4)
        #expect(numbers.errors.contains("holds numbers, but the model takes texts"), "\(numbers.errors)")
    }

    /// Models are often exported for one row, or for as many as the example had.
    @Test(arguments: [1, 3, 7]) func aModelForAFixedNumberOfRowsPredictsAnyNumber(batch: Int) throws {
        try write(OnnxBytes.model("Add", ["X", "X"], shape: [batch, 2]))
        #expect(try build().status == 0)
        let result = try predict("X.csv", "1,2\n3,4\n5,6\n7,8\n")
        #expect(result.output == "2.0,4.0\n6.0,8.0\n10.0,12.0\n14.0,16.0\n", "\(result.errors)")
    }

    @Test func aRowIsGivenTheShapeThatTheModelTakes() throws {
        try write(OnnxBytes.model("Identity", ["image"], shape: [nil, 1, 2, 2]))
        #expect(try build().status == 0)
        #expect(try predict("X.csv", "1,2,3,4\n5,6,7,8\n").output == "1.0,2.0,3.0,4.0\n5.0,6.0,7.0,8.0\n")
        let short = try predict("X.csv", "1,2,3\n")
        #expect(short.status == 4)
        #expect(short.errors.contains("[1, 3], but the model takes \"image\" as [n, 1, 2, 2]"), "\(short.errors)")
    }

    @Test func numbersThatTheModelsTypeCannotHoldAreRefusedByTheirRow() throws {
        try write(OnnxBytes.model("Identity", ["X"], .int64, shape: [nil, 2]))
        #expect(try build().status == 0)
        #expect(try predict("X.csv", "1,2\n-3,4\n").output == "1,2\n-3,4\n")
        for (cell, word) in [("8.5", "8.5"), ("", "nan"), ("1e30", "1e+30")] {
            let result = try predict("X.csv", "1,2\n3,\(cell)\n")
            #expect(result.status == 4)
            #expect(result.errors.contains("has \(word), which is no INT64 in row 1"), "\(result.errors)")
        }
    }

    // MARK: - Files

    @Test func weightsMayLieInAFileBesideTheModel() throws {
        let weights = [(name: "w", file: "data/weights.bin", shape: [2])]
        try write(OnnxBytes.model("Mul", ["X", "w"], shape: [nil, 2], weights: weights))
        let missing = try build()
        #expect(missing.status == 5)
        #expect(missing.errors.contains("its weights lie in 'data/weights.bin', which is not beside it"))
        try scratch.write("m/data/weights.bin", "")
        try write([0, 0, 0x20, 0x41, 0, 0, 0x80, 0x3F], to: "m/data/weights.bin")
        #expect(try build().status == 0)
        let result = try predict("X.csv", "1,2\n3,4\n")
        #expect(result.output == "10.0,2.0\n30.0,4.0\n", "\(result.errors)")
    }

    /// Packed by somebody else's tool; what is asked for exists in the sandbox or on the host.
    @Test(arguments: [
        "/lw/runner/main.py", "../runner/main.py", "/etc/passwd", "../../etc/passwd", "data/../../runner/main.py",
    ])
    func weightsOutsideOfThePackageAreNeverRead(file: String) throws {
        let weights = [(name: "w", file: file, shape: [2])]
        try write(OnnxBytes.model("Mul", ["X", "w"], shape: [nil, 2], weights: weights))
        let built = try build()
        #expect(built.status == 5)
        #expect(built.errors.contains("which is outside of the package"), "\(built.errors)")
        try packWithoutChecks()
        let result = try predict("X.csv", "1,2\n")
        #expect(result.status == 7, "\(result.output) \(result.errors)")
        #expect(result.output == "")
    }

    private func packWithoutChecks() throws {
        let program = "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2])"
        let packed = try Tool.run("/usr/bin/python3", ["-c", program, zip, scratch.appending("m")])
        #expect(packed.status == 0, "\(packed.errors)")
    }

    @Test func aFileThatIsNoModelIsToldWhenItIsPackedAndWhenItIsRun() throws {
        try scratch.write("m/model.onnx", "not a model")
        let built = try build()
        #expect(built.status == 5)
        #expect(built.errors.contains("is no ONNX model"), "\(built.errors)")
        try packWithoutChecks()
        let result = try predict("X.csv", "1,2\n")
        #expect(result.status == 7)
        #expect(result.errors.contains("the model could not be loaded: Loading \"model.onnx\" raised"))
    }

    @Test func whatIsDeclaredIsComparedWithTheModel() throws {
        try write(OnnxBytes.model("Neg", ["X"], shape: [nil, 1]))
        try declare("  outputs: [{name: resutl, datatype: FP32, shape: [-1]}]\n")
        try scratch.write("m/requirements.txt", "numpy==2.4.6\n")
        let built = try build()
        #expect(built.status == 0)
        #expect(built.errors.contains("the model has no output 'resutl'; did you mean 'result'?"), "\(built.errors)")
        #expect(built.errors.contains("the runtime onnx needs no packages"), "\(built.errors)")
        // The only output there is.
        #expect(try predict("X.csv", "1\n").output == "-1.0\n")
    }

    @Test func anInterpreterThatTheRunnerIsNotMadeForIsRefused() throws {
        try write(OnnxBytes.model("Neg", ["X"], shape: [nil, 1]))
        #expect(try build().status == 0)
        let result = try predict("X.csv", "1\n", ["--python", "3.9"])
        #expect(result.status == 6)
        let isInstalled = result.errors.contains("the runtime 'onnx' needs CPython 3.11 to 3.13")
        #expect(isInstalled || result.errors.contains("Python 3.9 is not installed"), "\(result.errors)")
    }

    @Test func inspectShowsWhatTheModelFileSaysAndNobodyDeclares() throws {
        let fixture = Checkout.root.appending("Tests/Fixtures/models/sklearn-1.6-zipmap.onnx")
        try write(Array(try Data(contentsOf: URL(fileURLWithPath: fixture.string))))
        #expect(try build().status == 0)
        let open = try Tool.run("lw-pack", ["inspect", zip]).output
        #expect(open.contains("\n  input        X FP64 [n, 4] (by the model file)\n"), "\(open)")
        #expect(open.contains("\n  output       output_label INT64 [n] (by the model file)\n"), "\(open)")
        #expect(
            open.contains("\n               output_probability no tensor (in the model file, not declared)\n"),
            "\(open)"
        )
        try declare("  outputs: [{name: output_probability, datatype: FP32, shape: [-1, 3]}]\n")
        #expect(try build().status == 0)
        let declared = try Tool.run("lw-pack", ["inspect", zip]).output
        #expect(declared.contains("\n  output       output_probability FP32 [n, 3]\n"), "\(declared)")
        #expect(
            declared.contains("\n               output_label INT64 [n] (in the model file, not declared)\n"),
            "\(declared)"
        )
    }
}
