import Foundation
import SystemPackage
import TestSupport
import Testing

/// What goes into `lw-run predict`, `fit` and `finetune`, and what comes out, beyond a `.csv` of numbers.
@Suite(.serialized) struct DataTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    /// Packs a model of which only the methods are given.
    private func pack(_ body: String, manifest: String = "", requirements: String = "numpy\n") throws -> String {
        try scratch.write("p/learnware.yaml", "name: data\nmodel: {kwargs: {}}\n" + manifest)
        try scratch.write("p/requirements.txt", requirements)
        let indented = body.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        try scratch.write("p/__init__.py", "import numpy as np\nclass Model:\n\(indented)\n")
        let zip = scratch.appending("p.zip")
        let result = try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip])
        #expect(result.status == 0, "\(result.errors)")
        return zip
    }

    private func run(_ command: String, _ zip: String, _ options: [String], input: String = "") throws -> ToolResult {
        try Tool.run(
            "lw-run",
            [command, zip, "--python", "/usr/bin/python3", "--progress", "quiet"] + options,
            environment: ["XDG_CACHE_HOME": Checkout.cache.string],
            input: input
        )
    }

    private func predict(_ zip: String, _ options: [String], input: String = "") throws -> ToolResult {
        try run("predict", zip, options, input: input)
    }

    private let sum = "def predict(self, X):\n    return X.sum(axis=1)"

    @Test func standardInputIsReadAndStandardOutputWritten() throws {
        let zip = try pack(sum)
        #expect(try predict(zip, ["--input", "-"], input: "a,b\n1,2\n3,4\n").output == "y\n3.0\n7.0\n")
        let lines = try predict(
            zip,
            ["--input", "-", "--input-format", "jsonl", "--output-format", "jsonl", "--batch", "1"],
            input: "[1, 2]\n[3, 4.5]\n"
        )
        #expect(lines.output == "3.0\n7.5\n", "\(lines.errors)")
        let bad = try predict(zip, ["--input", "-"], input: "a,b\n1,x\n")
        #expect(bad.status == 4)
        #expect(bad.errors.hasPrefix("error: standard input, line 2, column 'b': 'x' is not a number"), "\(bad.errors)")
        #expect(bad.errors.contains("--table"), "\(bad.errors)")
    }

    @Test func columnsAreChosenAndOrdered() throws {
        let zip = try pack("def predict(self, X):\n    return X[:, 0] - X[:, 1]")
        try scratch.write("x.csv", "id,first,second\nr1,1,2\nr2,3,7\n")
        let input = ["--input", scratch.appending("x.csv")]
        #expect(try predict(zip, input + ["--columns", "second,first"]).output == "y\n1.0\n4.0\n")
        let unknown = try predict(zip, input + ["--columns", "first,secnd"])
        #expect(unknown.status == 4)
        #expect(unknown.errors.contains("it has no column 'secnd' (did you mean 'second'?)"), "\(unknown.errors)")
        #expect(try predict(zip, input + ["--columns", "a,a"]).status == 2)
    }

    @Test func arraysInAndOut() throws {
        let zip = try pack("def predict(self, X):\n    return X * 2")
        let npz = scratch.appending("out.npz")
        try scratch.write("x.jsonl", "[1, 2]\n[3, 4]\n")
        let written = try predict(zip, ["--input", scratch.appending("x.jsonl"), "--output", npz])
        #expect(written.status == 0, "\(written.errors)")
        #expect(try predict(zip, ["--input", npz]).output == "4.0,8.0\n12.0,16.0\n")
        let broken = scratch.appending("broken.npz")
        try Data(try Data(contentsOf: URL(fileURLWithPath: npz)).dropLast(30)).write(to: URL(fileURLWithPath: broken))
        let refused = try predict(zip, ["--input", broken])
        #expect(refused.status == 4)
        #expect(refused.errors.hasPrefix("error: ") && refused.errors.contains("broken.npz"), "\(refused.errors)")
    }

    @Test func textsAndImagesOfAFolder() throws {
        let zip = try pack("def predict(self, X):\n    return np.array([len(x) for x in X])")
        try scratch.write("texts/b.txt", "two")
        try scratch.write("texts/a.txt", "three\n")
        #expect(try predict(zip, ["--input", scratch.appending("texts")]).output == "6\n3\n")
        try scratch.write("lines.txt", "a\nbcd\n")
        #expect(try predict(zip, ["--input", scratch.appending("lines.txt")]).output == "1\n3\n")
        try scratch.write("images/a.png", "1234")
        let images = try predict(zip, ["--input", scratch.appending("images")])
        #expect(images.output == "4\n", "\(images.errors)")
    }

    private let describing = """
        def predict(self, X):
            kinds = ' '.join(f'{name}:{kind}' for name, kind in X.dtypes.astype(str).items())
            missing = X.isna().sum(axis=1)
            return X.assign(kinds=kinds, missing=missing)[['missing', 'kinds']]
        """

    @Test func aTableComesAsADataFrameAndGoesAsOne() throws {
        let zip = try pack(describing, requirements: "numpy\npandas<3\n")
        try scratch.write("x.csv", "age,city,price,ok\n1,Rom,0.5,true\n2,,,false\n3,\"Paris, F\",2,true\n")
        let input = ["--input", scratch.appending("x.csv"), "--table"]
        let kinds = "age:int64 city:object price:float64 ok:bool"
        let csv = try predict(zip, input + ["--batch", "2"])
        #expect(csv.output == "missing,kinds\n0,\(kinds)\n2,\(kinds)\n0,\(kinds)\n", "\(csv.errors)")
        let lines = try predict(zip, input + ["--output-format", "jsonl", "--columns", "price,age"])
        #expect(
            lines.output.hasPrefix(#"{"missing": 0, "kinds": "price:float64 age:int64"}"# + "\n"),
            "\(lines.output)\(lines.errors)"
        )
    }

    @Test func declaredColumnsAreMatchedByNameAndType() throws {
        let manifest = """
            sandbox:
              inputs:
                - {name: n, datatype: INT64, shape: [-1]}
                - {name: size, datatype: BYTES, shape: [-1], content_type: category, parameters: {categories: [S, L]}}
                - {name: when, datatype: BYTES, shape: [-1], content_type: datetime}

            """
        let zip = try pack(describing, manifest: manifest, requirements: "numpy\npandas<3\n")
        let day = "2024-01-02"
        try scratch.write("x.csv", "when,size,n\n\(day),L,7\n\(day),S,\n")
        let result = try predict(zip, ["--input", scratch.appending("x.csv")])
        let kinds = "n:Int64 size:category when:datetime64[ns]"
        #expect(result.output == "missing,kinds\n0,\(kinds)\n1,\(kinds)\n", "\(result.errors)")
        try scratch.write("y.csv", "when,sise,n\n\(day),L,7\n")
        let unknown = try predict(zip, ["--input", scratch.appending("y.csv")])
        #expect(unknown.status == 4)
        #expect(unknown.errors.contains("did you mean 'size'?"), "\(unknown.errors)")
        try scratch.write("z.csv", "when,size,n\n\(day),XL,7\n")
        let category = try predict(zip, ["--input", scratch.appending("z.csv")])
        #expect(category.status == 4)
        #expect(category.errors.contains("line 2, column 'size': 'XL' is none of the categories"), "\(category.errors)")
    }

    @Test func missingPredictionsNeedConsent() throws {
        let zip = try pack("def predict(self, X):\n    return np.array(['a', None], object)")
        try scratch.write("x.csv", "1\n2\n")
        let refused = try predict(zip, ["--input", scratch.appending("x.csv")])
        #expect(refused.status == 9)
        #expect(refused.errors.contains("missing value in 'y', first for row 2"), "\(refused.errors)")
        #expect(try predict(zip, ["--input", scratch.appending("x.csv"), "--allow-nan"]).output == "a\nNaN\n")
    }

    private let mean = """
        def __init__(self):
            self.offset = 0
        def fit(self, X, y):
            assert X.dtype == float and X.shape[1] == 2
            self.offset = y.mean() if y.dtype != object else sorted(y)[0]
        def finetune(self, X, y):
            self.offset = self.offset + y.mean()
        def predict(self, X):
            return np.array([self.offset] * len(X))
        """

    private func entries(_ zip: String) throws -> [String: String] {
        let program =
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); "
            + "[print(n, z.getinfo(n).CRC) for n in z.namelist()]"
        let lines = try Tool.run("/usr/bin/python3", ["-c", program, zip]).output.split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { $0.split(separator: " ").map { String($0) } }.map { ($0[0], $0[1]) }
        )
    }

    @Test func whatAModelLearnsIsSavedBesideItsUnchangedFiles() throws {
        let zip = try pack(mean)
        try scratch.write("x.csv", "a,b,target\n1,2,10\n3,4,20\n")
        let input = ["--input", scratch.appending("x.csv"), "--target-column", "target"]
        let new = scratch.appending("new.zip")
        let fitted = try run("fit", zip, input + ["--save", new, "--json"])
        #expect(fitted.status == 0, "\(fitted.errors)")
        #expect(fitted.output.contains("\"rows\": 2"))
        try scratch.write("z.csv", "0,0\n")
        #expect(try predict(new, ["--input", scratch.appending("z.csv")]).output == "15.0\n")
        let further = scratch.appending("further.zip")
        let tuned = try run("finetune", new, input + ["--save", further])
        #expect(tuned.status == 0, "\(tuned.errors)")
        #expect(try predict(further, ["--input", scratch.appending("z.csv")]).output == "30.0\n")
        var (before, after) = (try entries(zip), try entries(further))
        #expect(after.removeValue(forKey: "_lw_state.bin") != nil)
        #expect(after.removeValue(forKey: "_lw_lineage.json") != nil)
        #expect(before == after)
        before.removeAll()
        let shown = try Tool.run(
            "/usr/bin/python3",
            [
                "-c", "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('_lw_lineage.json').decode())",
                further,
            ]
        )
        let lineage = try #require(try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any])
        let steps = try #require(lineage["steps"] as? [[String: Any]])
        #expect(steps.map { $0["method"] as? String } == ["fit", "finetune"])
        #expect(Set(steps.map { $0["parent"] as? String }).count == 2)
        let inspected = try Tool.run("lw-pack", ["inspect", further]).output
        #expect(inspected.contains("\n  lineage      fit with 2 rows, by lw-run "), "\(inspected)")
        #expect(inspected.contains("\n               finetune with 2 rows, by lw-run "), "\(inspected)")
        #expect(steps.allSatisfy { inspected.contains(", from \($0["parent"] ?? "?")\n") }, "\(inspected)")
    }

    @Test func aFileOfLabelsIsLearnedToo() throws {
        let zip = try pack(mean)
        try scratch.write("x.csv", "a,b\n1,2\n3,4\n")
        try scratch.write("y.csv", "label\nred\nblue\n")
        try scratch.write("short.csv", "label\nred\n")
        let new = scratch.appending("new.zip")
        let input = ["--input", scratch.appending("x.csv"), "--save", new]
        let short = try run("fit", zip, input + ["--target", scratch.appending("short.csv")])
        #expect(short.status == 4)
        #expect(short.errors.contains("has 2 rows, but") && short.errors.contains("short.csv has 1"), "\(short.errors)")
        let fitted = try run("fit", zip, input + ["--target", scratch.appending("y.csv")])
        #expect(fitted.status == 0, "\(fitted.errors)")
        #expect(try predict(new, ["--input", scratch.appending("x.csv")]).output == "y\nblue\nblue\n")
    }

    @Test func aModelThatCannotLearnOrBeSavedLeavesNothing() throws {
        try scratch.write("x.csv", "a,b,target\n1,2,3\n")
        let new = scratch.appending("new.zip")
        let options = ["--input", scratch.appending("x.csv"), "--target-column", "target", "--save", new]
        let raising = try run("fit", try pack("def fit(self, X, y):\n    raise ValueError('no')"), options)
        #expect(raising.status == 8)
        #expect(raising.errors.contains("ValueError: no"), "\(raising.errors)")
        let unpicklable = try run("fit", try pack("def fit(self, X, y):\n    self.key = lambda: 1"), options)
        #expect(unpicklable.status == 9)
        #expect(unpicklable.errors.contains("lw_export"), "\(unpicklable.errors)")
        let unknown = try run("fit", try pack(mean), options.map { $0 == "target" ? "tarjet" : $0 })
        #expect(unknown.status == 4)
        #expect(unknown.errors.contains("'tarjet' (did you mean 'target'?)"), "\(unknown.errors)")
        #expect(!FileManager.default.fileExists(atPath: new))
        #expect(try run("fit", try pack(mean), ["--input", "x.csv", "--save", new]).status == 2)
    }

    /// A state that does harm when it is unpickled meets the sandbox, and no host.
    @Test func aHostileStateStaysInTheSandbox() throws {
        let mark = scratch.appending("mark")
        let program = """
            import pickle, sys
            class Harm:
                def __reduce__(self):
                    code = f"__import__('os').system('touch {sys.argv[1]}') or open({sys.argv[1]!r}, 'w')"
                    return eval, (code,)
            open(sys.argv[2], "wb").write(b"lw-state/1 pickle\\n" + pickle.dumps(Harm()))
            """
        _ = try pack(sum)
        let state = scratch.appending("p/_lw_state.bin")
        #expect(try Tool.run("/usr/bin/python3", ["-c", program, mark, state]).status == 0)
        let zip = scratch.appending("hostile.zip")
        let packed = try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip])
        #expect(packed.status == 0, "\(packed.errors)")
        #expect(try Tool.run("lw-pack", ["inspect", zip]).status == 0)
        try scratch.write("x.csv", "1,2\n")
        let result = try predict(zip, ["--input", scratch.appending("x.csv")])
        #expect(result.status == 7 || result.status == 22, "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: mark))
    }
}
