import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-run predict` as a person meets it.
@Suite(.serialized) struct PredictTests {
    private let scratch: Scratch
    private let zip: String

    /// A package of numpy alone: the sum of each row's columns.
    init() throws {
        scratch = try Scratch()
        zip = try Self.pack(in: scratch, columns: 2, model: "return X.sum(axis=1)")
    }

    private static func pack(in scratch: Scratch, columns: Int, model: String, extra: String = "") throws -> String {
        try scratch.write("p/learnware.yaml", "name: sum\nmodel: {kwargs: {}}\n" + extra)
        try scratch.write("p/requirements.txt", "numpy\n")
        try scratch.write(
            "p/__init__.py",
            """
            import numpy as np
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(\(columns),), output_shape=(1,))
                def predict(self, X):
                    \(model)
            """
        )
        let zip = scratch.appending("p.zip")
        let result = try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip])
        #expect(result.status == 0, "\(result.errors)")
        return zip
    }

    private func predict(_ input: String, _ options: [String] = [], zip: String? = nil) throws -> ToolResult {
        let path = input.hasPrefix("/") ? input : scratch.appending(input)
        return try Tool.run(
            "lw-run",
            ["predict", zip ?? self.zip, "--input", path, "--python", "/usr/bin/python3", "--progress", "quiet"]
                + options,
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    /// Nothing but what the test itself put there.
    private func outputs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).filter { $0.contains("out") }
    }

    @Test func namedColumnsGiveANamedPrediction() throws {
        try scratch.write("x.csv", "a,b\n1,2\n3,4\n")
        let result = try predict("x.csv")
        #expect(result.output == "y\n3.0\n7.0\n", "\(result.errors)")
        #expect(result.errors == "")
    }

    @Test func aFileWithoutNamesGivesOneWithout() throws {
        try scratch.write("x.csv", "1,2\n3,4\n")
        #expect(try predict("x.csv").output == "3.0\n7.0\n")
    }

    @Test func rowsInJSONAreRead() throws {
        try scratch.write("x.json", "[[1, 2], [3, 4.5]]")
        #expect(try predict("x.json").output == "3.0\n7.5\n")
    }

    @Test func batchesDoNotChangeTheOrder() throws {
        let rows = 0..<1000
        try scratch.write("x.csv", rows.map { "\($0),0\n" }.joined())
        let result = try predict("x.csv", ["--batch", "7"])
        #expect(result.output == rows.map { "\($0).0\n" }.joined())
    }

    @Test func theReportIsOneJSONObject() throws {
        try scratch.write("x.csv", "1,2\n")
        let result = try predict("x.csv", ["--output", scratch.appending("out.csv"), "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(object?["schema"] as? String == "learnware/predict/1")
        #expect(object?["rows"] as? Int == 1)
        #expect((object?["isolation"] as? [String: Any])?["profile"] as? String == "strict")
    }

    struct BadInput: Sendable, CustomStringConvertible {
        var file: String
        var text: String?
        var status: Int32
        var words: [String]
        var description: String { file }
    }

    @Test(arguments: [
        BadInput(file: "missing.csv", text: nil, status: 3, words: ["missing.csv", "no such file"]),
        BadInput(file: "empty.csv", text: "", status: 4, words: ["empty.csv"]),
        BadInput(file: "header-only.csv", text: "a,b\n", status: 4, words: ["header-only.csv", "row"]),
        BadInput(file: "three.csv", text: "a,b,c\n1,2,3\n", status: 4, words: ["three.csv", "3", "2"]),
        BadInput(file: "one.csv", text: "a\n1\n", status: 4, words: ["one.csv", "1", "2"]),
        BadInput(file: "ragged.csv", text: "a,b\n1,2\n3\n", status: 4, words: ["ragged.csv", "line 3"]),
        BadInput(file: "text.csv", text: "a,b\n1,2\n3,four\n", status: 4, words: ["line 3", "'b'", "four"]),
        BadInput(file: "twice.csv", text: "a,a\n1,2\n", status: 4, words: ["'a'"]),
        BadInput(file: "data.xlsx", text: "x", status: 4, words: [".xlsx", ".csv"]),
        BadInput(file: "broken.json", text: "[[1, 2], [3", status: 4, words: ["broken.json", "line 1"]),
        BadInput(file: "broken.npy", text: "not numpy", status: 4, words: ["broken.npy"]),
        BadInput(file: "invalid.csv", text: "a,b\n\u{1b}[2J,2\n", status: 4, words: ["line 2", "\\u{1b}"]),
    ])
    func badInputIsOneSentenceAndNoFile(bad: BadInput) throws {
        if let text = bad.text { try scratch.write(bad.file, text) }
        let result = try predict(bad.file, ["--output", scratch.appending("out.csv")])
        #expect(result.status == bad.status, "\(result.errors)")
        for word in bad.words { #expect(result.errors.contains(word), "\(result.errors)") }
        #expect(result.errors.hasPrefix("error: "))
        #expect(result.errors.split(separator: "\n").count <= 2, "\(result.errors)")
        #expect(try outputs() == [])
    }

    @Test func aFolderIsNoInput() throws {
        let folder = scratch.appending("folder.csv")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let result = try predict("folder.csv", ["--output", scratch.appending("out.csv")])
        #expect(result.status == 3)
        #expect(result.errors.contains("folder"))
        #expect(try outputs() == [])
    }

    @Test func aMissingPackageAndAnythingThatIsNoneAreTold() throws {
        try scratch.write("x.csv", "1,2\n")
        let missing = try predict("x.csv", zip: scratch.appending("none.zip"))
        #expect(missing.status == 3)
        let other = try predict("x.csv", zip: try scratch.write("other.zip", "no zip"))
        #expect(other.status == 5)
        #expect(other.errors.hasPrefix("error: "))
    }

    @Test(arguments: [
        (["--batch", "0"], "--batch"), (["--header", "maybe"], "auto, yes or no"), (["--json"], "--output"),
        (["--bogus"], "bogus"), (["--timeout", "-1"], "timeout"),
    ])
    func badUsageExitsWith2(options: [String], words: String) throws {
        try scratch.write("x.csv", "1,2\n")
        let result = try predict("x.csv", options)
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test func anUnknownProfileAndAnAbsentPythonAreTold() throws {
        try scratch.write("x.csv", "1,2\n")
        let profile = try predict("x.csv", ["--profile", "lenient"])
        #expect(profile.status == 2)
        #expect(profile.errors.contains("no profile 'lenient'"), "\(profile.errors)")
        let python = try Tool.run(
            "lw-run",
            ["predict", zip, "--input", scratch.appending("x.csv"), "--python", "3.1"],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        #expect(python.status == 6)
        #expect(python.errors.contains("Python 3.1 is not installed; there is 3."), "\(python.errors)")
    }

    @Test func aFailureInALaterBatchLeavesNoOutput() throws {
        let failing = try Self.pack(in: scratch, columns: 1, model: "assert X[0, 0] < 500; return X[:, 0]")
        try scratch.write("x.csv", (0..<1000).map { "\($0)\n" }.joined())
        let output = scratch.appending("out.csv")
        let result = try predict("x.csv", ["--batch", "100", "--output", output], zip: failing)
        #expect(result.status == 8)
        #expect(result.errors.contains("row 501"), "\(result.errors)")
        #expect(try outputs() == [])
    }

    @Test func aMillionRowsStreamInConstantMemory() throws {
        let wide = try Self.pack(in: scratch, columns: 20, model: "return X[:, 0]")
        let count = 1_000_000
        let rest = (1..<20).map { ",\($0).5" }.joined()
        var text = ""
        text.reserveCapacity(count * 100)
        for row in 0..<count { text += "\(row)\(rest)\n" }
        try scratch.write("x.csv", text)
        text = ""
        let output = scratch.appending("out.csv")
        let program = """
            import resource, subprocess, sys
            code = subprocess.run(sys.argv[1:]).returncode
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            sys.exit(code)
            """
        let tool = Checkout.products.appending("lw-run").string
        let result = try Tool.run(
            "/usr/bin/python3",
            [
                "-c", program, tool, "predict", wide, "--input", scratch.appending("x.csv"), "--output", output,
                "--python", "/usr/bin/python3", "--progress", "quiet",
            ],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        #expect(result.status == 0, "\(result.errors)")
        let peak = Int(result.output.split(separator: "\n").last ?? "") ?? .max
        print("peak memory for \(count) rows: \(peak / 1024) MiB in \(result.seconds) s")
        #expect(peak < 300 << 10)
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == count)
        #expect(lines.enumerated().allSatisfy { Double($0.element) == Double($0.offset) })
    }
}
