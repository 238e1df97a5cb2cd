import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-pack check` on real learnwares in the real sandbox.
@Suite(.serialized) struct CheckTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func check(_ zip: String, _ options: [String] = []) throws -> ToolResult {
        let own = scratch.appending("semantic.json")
        let semantic = FileManager.default.fileExists(atPath: own) ? ["--semantic", own] : []
        return try Tool.run(
            "lw-pack",
            ["check", zip, "--python", "/usr/bin/python3", "--progress", "quiet"] + semantic + options,
            environment: Home.environment(for: .tester)
        )
    }

    private func object(_ result: ToolResult) throws -> Node {
        let report = try JSON.parse(result.output)
        #expect(report["schema"] == "learnware/check-report/1")
        return report
    }

    private func result(of check: String, in report: Node) -> Node? {
        report["checks"]?.array?.first { $0["check"]?.string == check }
    }

    /// A learnware of two columns and one value around a Python module.
    private func zip(
        _ module: String,
        name: String = "two",
        requirements: String = "numpy\n",
        settings: String = ""
    ) throws -> String {
        try scratch.write(
            "m/learnware.yaml",
            """
            model: {class_name: Model, kwargs: {}}
            stat_specifications:
            - {module_path: learnware.specification, class_name: RKMETableSpecification, file_name: stat.json, kwargs: {}}

            """ + settings
        )
        try scratch.write("m/__init__.py", module)
        try scratch.write("m/requirements.txt", requirements)
        try scratch.write(
            "m/stat.json",
            #"{"type": "RKMETableSpecification", "z": [[1, 2], [3, 4]], "beta": [0.5, 0.5], "gamma": 0.1}"#
        )
        // Beside the package, which our packer holds to the lengths of a market.
        try scratch.write(
            "semantic.json",
            """
            {"Data": {"Type": "Class", "Values": ["Table"]}, "Task": {"Type": "Class", "Values": ["Regression"]},
             "Model": {"Type": "Optional", "Values": ["Others"]}, "Library": {"Type": "Class", "Values": ["Others"]},
             "License": {"Type": "Class", "Values": ["MIT"]}, "Scenario": {"Type": "Tag", "Values": ["Nature"]},
             "Name": {"Type": "String", "Values": \(Node(name).json())},
             "Description": {"Type": "String", "Values": "Two columns, one value"},
             "Input": {"Dimension": 2, "Description": {"0": "a", "1": "b"}},
             "Output": {"Dimension": 1, "Description": {"0": "y"}}}
            """
        )
        let zip = scratch.appending("m.zip")
        let built = try Tool.run("lw-pack", ["build", scratch.appending("m"), "-o", zip])
        #expect(built.status == 0, "\(built.errors)")
        return zip
    }

    private func model(_ predict: String, _ make: String = "pass") -> String {
        """
        import numpy as np
        from learnware.model import BaseModel

        class Model(BaseModel):
            def __init__(self):
                super().__init__(input_shape=(2,), output_shape=(1,))
                \(make)

            def predict(self, X):
                \(predict)

        """
    }

    // MARK: - What the Python package's checkers said

    /// Where the verdict differs on purpose, as docs/checking.md says.
    private static let differing: [String: Int32] = [
        // The Python package does not look for NaN; here it is refused.
        "bad_nan_output": 10,
        // It wants numpy or torch; our runner makes tensors of pandas, too.
        "diabetes_pandas_output": 0,
    ]

    @Test func everyGoldenLearnwareGetsTheVerdictOfThePythonPackage() throws {
        guard let golden = Checkout.golden else {
            #expect(!Checkout.isCI, "the golden learnwares are not beside this checkout")
            return
        }
        let folder = golden.appending("learnwares")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
        #expect(names.count == 17)
        for name in names {
            // Torch is a download of 200 MB.
            if name == "iris_torch_output", !Checkout.isSoak { continue }
            let place = folder.appending(name)
            // Their `meta.json` holds NaN, which is no JSON.
            let meta = try String(contentsOfFile: place.appending("meta.json").string, encoding: .utf8)
            let expected: Int32 = meta.contains("\"expected_final_status\": 1,") ? 0 : 11
            #expect(expected == 0 || meta.contains("\"expected_final_status\": -1,"))
            let result = try check(
                place.appending("\(name).zip").string,
                ["--semantic", place.appending("semantic_spec.json").string, "--json"]
            )
            #expect(result.status == Self.differing[name] ?? expected, "\(name): \(result.output) \(result.errors)")
            let report = try object(result)
            // What real models do is no reason for a warning; what is wrong is told by a failure with a way out.
            for finding in report["checks"]?.array ?? [] where !name.hasPrefix("bad_") {
                #expect(finding["state"]?.string != "warning", "\(name): \(finding.json())")
            }
            #expect(report["run"] == nil || report["run"]?.isNull == true || report["run"]?["isolation"] == "full")
        }
    }

    // MARK: - Learnwares that attack

    struct Hostile: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int32
        let check: String
        /// What the failing check says, in its sentence or in what to do.
        let words: String
        var options: [String] = []
        var testDescription: String { name }
    }

    private static let hostile = [
        Hostile(name: "opens-sockets", status: 11, check: "predicts", words: "socket("),
        Hostile(name: "calls-ptrace", status: 10, check: "predicts", words: "ptrace"),
        Hostile(name: "reads-host-files", status: 11, check: "predicts", words: "the model raised"),
        Hostile(name: "returns-nan", status: 10, check: "finite", words: "NaN or an infinity, first in row 10"),
        Hostile(name: "wrong-length", status: 11, check: "output", words: "9 predictions"),
        Hostile(name: "exits-in-a-call", status: 11, check: "predicts", words: "ended with exit code 0"),
        Hostile(name: "sleeps", status: 10, check: "predicts", words: "within 2 s", options: ["--timeout", "2"]),
        Hostile(name: "takes-memory", status: 11, check: "predicts", words: "MemoryError"),
        Hostile(name: "starts-threads", status: 11, check: "predicts", words: "can't start new thread"),
        Hostile(name: "raises", status: 11, check: "predicts", words: "\\u{1b}[2J"),
        Hostile(name: "writes-to-the-protocol", status: 11, check: "predicts", words: "not JSON"),
    ]

    @Test(arguments: hostile) func anAttackerGetsItsVerdictAndTheDenialIsNamed(attack: Hostile) throws {
        let source = Checkout.root.appending("Tests/Hostile").appending(attack.name).appending("__init__.py")
        let zip = try zip(String(contentsOfFile: source.string, encoding: .utf8))
        let result = try check(zip, attack.options + ["--json"])
        #expect(result.status == attack.status, "\(result.output) \(result.errors)")
        let finding = try #require(self.result(of: attack.check, in: try object(result)))
        #expect(finding["state"] == "fail", "\(finding.json())")
        let said = (finding["summary"]?.string ?? "") + (finding["remedy"]?.string ?? "")
        #expect(said.contains(attack.words), "\(said)")
        let text = try check(zip, attack.options)
        #expect(text.status == attack.status)
        #expect(!text.output.contains("\u{1B}") && !text.output.contains("\u{202E}"))
        #expect(text.output.contains("→ "))
    }

    @Test func aModelThatTriesAndPredictsIsUsableButTheReportTells() throws {
        let source = Checkout.root.appending("Tests/Hostile/names-with-escapes/__init__.py")
        let zip = try zip(String(contentsOfFile: source.string, encoding: .utf8))
        let result = try check(zip, ["--json"])
        #expect(result.status == 0, "\(result.output) \(result.errors)")
        let denials = try #require(self.result(of: "denials", in: try object(result)))
        #expect(denials["state"] == "warning")
        #expect(denials["summary"]?.string?.contains("mkdir") == true, "\(denials.json())")
        #expect(try check(zip, ["--strict"]).status == 10)
    }

    // MARK: - Models whose answers depend on what they should not

    @Test(arguments: [
        ("return np.random.default_rng().normal(size=len(X))", "pass", "deterministic"),
        ("return X[:, 0] - X[:, 0].mean()", "pass", "row-by-row"),
        ("return X[:, 0] + np.arange(len(X))", "pass", "order"),
        ("return X[:, 0] * self.factor", "self.factor = np.random.default_rng().normal()", "restart"),
    ])
    func whatIsUnsteadyIsAWarningAndStrictlyUnusable(predict: String, make: String, name: String) throws {
        let zip = try zip(model(predict, make))
        let lenient = try check(zip, ["--json"])
        #expect(lenient.status == 0, "\(lenient.output) \(lenient.errors)")
        #expect(self.result(of: name, in: try object(lenient))?["state"] == "warning", "\(lenient.output)")
        let strict = try check(zip, ["--strict", "--json"])
        #expect(strict.status == 10)
        #expect(try object(strict)["verdict"] == "unusable")
    }

    @Test func onlyWhatWasAskedForIsChecked() throws {
        let zip = try zip(model("raise ValueError()"))
        let result = try check(zip, ["--only", "semantics,shapes", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result)
        #expect(report["checks"]?.array?.compactMap { $0["check"]?.string } == ["semantics", "shapes"])
        #expect(report["run"]?.isNull == true)
        let unknown = try check(zip, ["--only", "semantic"])
        #expect(unknown.status == 2 && unknown.errors.hasPrefix("error: "))
    }

    @Test func aDeclaredTableIsDrawnColumnByColumn() throws {
        let settings = """
            sandbox:
              inputs:
              - {name: X, datatype: FP64, shape: [-1, 2], content_type: pd, columns: [a, b]}

            """
        // The columns have their names, or this raises.
        let module = model("return (X['a'] + X['b']).to_numpy()")
        let zip = try zip(module, requirements: "scikit-learn==1.6.1\npandas\n", settings: settings)
        let result = try check(zip, ["--json"])
        #expect(result.status == 0, "\(result.output) \(result.errors)")
        let predicts = try #require(self.result(of: "predicts", in: try object(result)))
        #expect(predicts["summary"] == "10 rows: a table of 2 columns")
        #expect(self.result(of: "own-data", in: try object(result))?["state"] == "pass")
    }

    // MARK: - Whose fault it is

    @Test func aZipThatIsRefusedIsInvalidAndNamesItsRule() throws {
        let zip = try scratch.write("z.zip", "PK no zip at all")
        let result = try check(zip, ["--json"])
        #expect(result.status == 11)
        let structure = try #require(self.result(of: "structure", in: try object(result)))
        #expect(structure["facts"]?["rule"] == "no-zip")
        #expect(try check(scratch.appending("none.zip")).status == 3)
    }

    @Test func whatTheHostLacksIsNoFaultOfTheLearnware() throws {
        let wanted = "numpy==2.4.6\nno-such-package-\(getpid())==1.0\n"
        let zip = try zip(model("return X[:, 0]"), requirements: wanted)
        let offline = try check(zip, ["--offline", "--json"])
        #expect(offline.status == 12, "\(offline.output) \(offline.errors)")
        #expect(try object(offline)["verdict"] == "unchecked")
        // The index knows no such package: that is what the learnware asks for.
        let online = try check(zip, ["--json"])
        #expect(online.status == 10, "\(online.output) \(online.errors)")
        #expect(self.result(of: "environment", in: try object(online))?["state"] == "fail")
    }

    // MARK: - The page

    private static let script = "<script>document.title='ran'</script>"

    /// What a browser makes of a page, and what it says on its console.
    private func dump(_ page: String) throws -> ToolResult {
        try Tool.run(
            "/usr/bin/chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr",
                "--user-data-dir=\(scratch.appending("profile"))", "--dump-dom", "file://" + page,
            ]
        )
    }

    @Test func aPageRunsNothingWhateverTheLearnwareIsCalled() throws {
        let name = "\(Self.script)<img src=x onerror=\"document.title='ran'\">\u{1B}[2J\u{202E}'\"--><style>*{}"
        let zip = try zip(model("raise ValueError(\"\(Self.script)\")"), name: name)
        let page = scratch.appending("report.html")
        let result = try check(zip, ["--html", page])
        #expect(result.status == 11, "\(result.errors)")
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains(#"http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src"#))
        #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("\u{1B}"))
        #expect(text.contains("&lt;script&gt;document.title=&#39;ran&#39;&lt;/script&gt;"))
        #expect(text.components(separatedBy: "<style>").count == 2)
        guard FileManager.default.fileExists(atPath: "/usr/bin/chromium") else {
            #expect(!Checkout.isCI, "there is no Chromium; 'scripts/deps browser' installs it")
            return
        }
        let shown = try dump(page)
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(!shown.output.contains("<title>ran</title>") && !shown.output.contains("<script"))
        #expect(shown.output.contains("<title>invalid: &lt;script&gt;"), "\(shown.output.prefix(600))")
        // Its own style sheet is the one that its policy lets through.
        #expect(!shown.errors.contains("Content Security Policy"), "\(shown.errors)")
        // The measure: were text not escaped, the policy would still stop it; without the policy it would run.
        let open = text.replacing("</main>", with: Self.script + "</main>")
        let stopped = try dump(scratch.write("stopped.html", open))
        #expect(!stopped.output.contains("<title>ran</title>") && stopped.errors.contains("Content Security Policy"))
        let ran = try dump(scratch.write("ran.html", open.replacing("Content-Security-Policy", with: "x")))
        #expect(ran.output.contains("<title>ran</title>"), "this test is blind: \(ran.errors)")
    }
}
