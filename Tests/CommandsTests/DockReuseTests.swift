import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-dock reuse` as its user meets it: real models, each in its sandbox.
@Suite(.serialized) struct DockReuseTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var market: String { scratch.appending("market") }

    private func dock(_ arguments: [String]) throws -> ToolResult {
        try Tool.run("lw-dock", arguments, environment: Home.environment(for: .tester))
    }

    private func reuse(_ arguments: [String]) throws -> ToolResult {
        try dock(["reuse", "--market", market, "--progress", "quiet"] + arguments)
    }

    /// A usable learnware whose rows lie about a centre, and whose columns may have names.
    private func add(_ name: String, _ body: String, about centre: Double = 0, columns: [String] = []) throws {
        let folder = scratch.appending(name)
        let names = columns.isEmpty ? "" : ", columns: [\(columns.joined(separator: ", "))]"
        try scratch.write(
            "\(name)/learnware.yaml",
            """
            name: \(name)
            model: {class_name: Model, kwargs: {}}
            semantic_specification: {file_name: semantic_specification.json}
            stat_specifications:
              - {class_name: RKMETableSpecification, file_name: stat.json}
            sandbox:
              inputs: [{name: X, datatype: FP64, shape: [-1, 2]\(names)}]
              outputs: [{name: y, datatype: FP64, shape: [-1]}]

            """
        )
        try scratch.write("\(name)/requirements.txt", "numpy\n")
        try scratch.write(
            "\(name)/__init__.py",
            """
            import numpy as np
            class Model:
                input_shape = (2,)
                output_shape = (1,)
                def fit(self, X, y): pass
                def finetune(self, X, y): pass
                def predict(self, X):
                    \(body)

            """
        )
        let semantic = """
            {"Data": {"Type": "Class", "Values": ["Table"]}, "Task": {"Type": "Class", "Values": ["Regression"]},
             "Model": {"Type": "Optional", "Values": ["Others"]}, "Library": {"Type": "Class", "Values": ["Others"]},
             "License": {"Type": "Class", "Values": ["Others"]}, "Scenario": {"Type": "Tag", "Values": ["Others"]},
             "Name": {"Type": "String", "Values": "model \(name)"},
             "Description": {"Type": "String", "Values": "a model of the tests"},
             "Input": {"Dimension": 2, "Description": {"0": "a", "1": "b"}},
             "Output": {"Dimension": 1, "Description": {"0": "y"}}}
            """
        try scratch.write("\(name)/semantic_specification.json", semantic)
        try scratch.write("\(name).csv", table(about: centre, rows: 60))
        let made = try Tool.run("lw-pack", ["spec", folder + ".csv", "-o", folder + "/stat.json", "--points", "20"])
        #expect(made.status == 0, "\(made.errors)")
        let built = try Tool.run("lw-pack", ["build", folder, "-o", folder + ".zip"])
        #expect(built.status == 0, "\(built.errors)")
        let added = try dock(["add", "--market", market, folder + ".zip"])
        #expect(added.status == 0, "\(added.errors)")
    }

    private func table(about centre: Double, rows: Int, header: String = "a,b", turned: Bool = false) -> String {
        var random = SeededGenerator(seed: 7)
        let lines = (0..<rows).map { _ in
            let (a, b) = (centre + .random(in: -1...1, using: &random), centre + .random(in: -1...1, using: &random))
            return turned ? "\(b),\(a)" : "\(a),\(b)"
        }
        return ([header] + lines).joined(separator: "\n") + "\n"
    }

    private func check() throws {
        let checked = try dock(["check", "--market", market, "--workers", "2", "--progress", "quiet"])
        #expect(checked.status == 0 && !checked.output.contains("unusable"), "\(checked)")
    }

    /// Each row goes to the learnware of its kind, and comes back in its place; columns are matched by their names.
    @Test func rowsGoToTheLearnwareOfTheirKind() throws {
        #expect(try dock(["init", market]).status == 0)
        try add("low", "return X[:, 0] + 1000", about: -3, columns: ["a", "b"])
        try add("high", "return X[:, 0] + 2000", about: 3, columns: ["b", "a"])
        try add("none", "return X[:, 0]", about: 40)
        try check()
        let low = table(about: -3, rows: 12).split(separator: "\n").dropFirst()
        let high = table(about: 3, rows: 12).split(separator: "\n").dropFirst()
        let mixed = zip(low, high).flatMap { [String($0), String($1)] }
        try scratch.write("X.csv", "a,b\n" + mixed.joined(separator: "\n") + "\n")
        let (data, output) = (scratch.appending("X.csv"), scratch.appending("y.csv"))
        let result = try reuse(["--data", data, "--output", output])
        #expect(result.status == 0 && result.errors.contains("24 rows by job-selector"), "\(result)")
        #expect(
            result.errors.contains("12 rows  model low") && result.errors.contains("12 rows  model high"),
            "\(result)"
        )
        #expect(!result.errors.contains("model none"))
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        #expect(lines.first == "y" && lines.count == 25)
        for (place, (row, line)) in zip(mixed, lines.dropFirst()).enumerated() {
            let cells = row.split(separator: ",").compactMap { Double($0) }
            // The second one's first column is b.
            let expected = place % 2 == 0 ? cells[0] + 1000 : cells[1] + 2000
            #expect(abs((Double(line) ?? 0) - expected) < 1e-9, "row \(place + 1)")
        }
        // Columns that a file keeps apart are matched by their names too.
        let columns = """
            import io, zipfile
            import numpy as np
            X = np.loadtxt('X.csv', delimiter=',', skiprows=1)
            with zipfile.ZipFile('X.npz', 'w') as archive:
                for name, column in [('b', X[:, 1]), ('a', X[:, 0])]:
                    file = io.BytesIO()
                    np.save(file, column)
                    archive.writestr(name + '.npy', file.getvalue())
            """
        try PythonPeer("numpy", installing: ["numpy"]).run(
            "import os, sys; os.chdir(sys.argv[1])\n" + columns,
            in: scratch.path
        )
        let turned = ["--learnware", "00000001", "--method", "mean", "--data", scratch.appending("X.npz")]
        let apart = try reuse(turned + ["--output", scratch.appending("apart.csv")])
        #expect(apart.status == 0, "\(apart)")
        let values = try String(contentsOfFile: scratch.appending("apart.csv"), encoding: .utf8).split(separator: "\n")
            .dropFirst()
        #expect(values.count == 24)
        for (row, value) in zip(mixed, values) {
            let first = row.split(separator: ",").first.flatMap { Double($0) } ?? .nan
            #expect(abs((Double(value) ?? .nan) - first - 1000) < 1e-9)
        }
        // The same seed gives the same bytes, one at a time too.
        let again = try reuse(["--data", data, "--at-once", "1", "--threads", "1"])
        #expect(again.output == (try String(contentsOfFile: output, encoding: .utf8)))
        let best = try reuse([
            "--data", scratch.appending("low.csv"), "--method", "top-1", "--output", output, "--json",
        ])
        let object = try JSON.parse(best.output)
        #expect(object["members"]?.array?.compactMap { $0["name"]?.string } == ["model low"], "\(best)")
        #expect(object["members"]?.array?.first?["isolation"]?.string == "full")
    }

    /// One that fails is left out and named, or ends the run; nothing half-written is left.
    @Test func oneThatFailsIsLeftOutOrEndsTheRun() throws {
        #expect(try dock(["init", market]).status == 0)
        try add("one", "return X[:, 0]")
        try add("three", "return 3 * X[:, 0]")
        try add("moody", "\n        assert len(X) != 7, 'not seven'\n        return X[:, 0]")
        try check()
        let ids = ["00000001", "00000002", "00000003"].flatMap { ["--learnware", $0] }
        try scratch.write("X.csv", table(about: 0, rows: 7))
        let (data, output) = (scratch.appending("X.csv"), scratch.appending("y.csv"))
        let mean = try reuse(["--data", data, "--output", output, "--method", "mean"] + ids)
        #expect(
            mean.status == 0 && mean.errors.contains("warning: 'model moody' is left out: the model raised"),
            "\(mean)"
        )
        let rows = table(about: 0, rows: 7).split(separator: "\n").dropFirst()
        let answers = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").dropFirst()
        for (row, answer) in zip(rows, answers) {
            let first = row.split(separator: ",").first.flatMap { Double($0) } ?? .nan
            #expect(abs((Double(answer) ?? .nan) - 2 * first) < 1e-12)
        }
        #expect(answers.count == 7)
        try FileManager.default.removeItem(atPath: output)
        let strict = try reuse(["--data", data, "--output", output, "--method", "mean", "--strict"] + ids)
        #expect(
            strict.status == 8 && strict.errors.contains("error: 'model moody' failed: the model raised"),
            "\(strict)"
        )
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).allSatisfy {
                $0 != "y.csv" && !$0.hasPrefix(".y.csv")
            }
        )
    }

    /// With labelled rows the best method answers, and says by how much; a target that is no label is a number.
    @Test func labelledRowsChooseTheMethod() throws {
        #expect(try dock(["init", market]).status == 0)
        try add("right", "return 2 * X[:, 0] + 1")
        try add("wrong", "return 0 * X[:, 0] + 50")
        try check()
        let ids = ["00000001", "00000002"].flatMap { ["--learnware", $0] }
        let rows = table(about: 0, rows: 30)
        let firsts = rows.split(separator: "\n").dropFirst().compactMap { Double($0.split(separator: ",")[0]) }
        let answers = firsts.map { "\(2 * $0 + 1)" }
        try scratch.write("X.csv", rows)
        try scratch.write("y.csv", "y\n" + answers.joined(separator: "\n") + "\n")
        let joined = zip(rows.split(separator: "\n"), ["y"] + answers).map { "\($0),\($1)" }.joined(separator: "\n")
        try scratch.write("L.csv", joined + "\n")
        let data = ["--data", scratch.appending("X.csv"), "--output", scratch.appending("out.csv")] + ids
        let labelled = ["--labelled", scratch.appending("X.csv"), "--target", scratch.appending("y.csv")]
        let pruned = try reuse(data + labelled + ["--method", "best-single"])
        #expect(pruned.status == 0 && pruned.errors.contains("model wrong  (not used)"), "\(pruned)")
        let out = try String(contentsOfFile: scratch.appending("out.csv"), encoding: .utf8).split(separator: "\n")
            .dropFirst()
        #expect(zip(out, answers).allSatisfy { abs((Double($0) ?? .nan) - (Double($1) ?? .nan)) < 1e-9 })
        let column = ["--labelled", scratch.appending("L.csv"), "--target-column", "y", "--json"]
        let auto = try reuse(data + column)
        let object = try JSON.parse(auto.output)
        let trials = object["trials"]?.array ?? []
        #expect(trials.count == 7 && object["chosen"]?.string != "averaging", "\(auto)")
        #expect(trials.first { $0["method"]?.string == "best-single" }?["value"]?.number ?? 1 < 1e-9, "\(auto)")
        #expect(trials.first { $0["method"]?.string == "averaging" }?["value"]?.number ?? 0 > 20, "\(auto)")
        let cases: [([String], Int32, String)] = [
            (["--method", "pruning"], 2, "learns from labelled rows"),
            (labelled + ["--method", "mean"], 2, "takes no labelled rows"),
            (["--labelled", scratch.appending("X.csv")], 2, "say what the answers of the labelled rows are"),
            (
                ["--labelled", scratch.appending("L.csv"), "--target", scratch.appending("y.csv")], 4,
                "has other columns"
            ),
            (["--labelled", scratch.appending("L.csv"), "--target-column", "z"], 4, "z"),
        ]
        for (arguments, status, words) in cases {
            let result = try reuse(data + arguments)
            #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result)")
        }
    }

    @Test func whatCannotBeReusedIsSaid() throws {
        #expect(try dock(["init", market]).status == 0)
        try add("low", "return X[:, 0]", columns: ["a", "b"])
        try check()
        try scratch.write("X.csv", table(about: 0, rows: 5))
        try scratch.write("wide.csv", "a,b,c\n1,2,3\n4,5,6\n")
        try scratch.write("other.csv", "a,c\n1,2\n3,4\n")
        try scratch.write("texts.csv", "a,b\n1,x\n")
        let cases: [(arguments: [String], status: Int32, words: String)] = [
            (["--data", scratch.appending("no.csv")], 3, "no.csv"),
            (["--data", scratch.appending("texts.csv")], 4, "is not a number"),
            (["--data", scratch.appending("wide.csv")], 4, "no learnware of this market is for rows like those"),
            (["--data", scratch.appending("other.csv"), "--learnware", "00000001"], 4, "it takes a column 'b'"),
            (["--data", scratch.appending("X.csv"), "--learnware", "00000009"], 3, "no usable learnware '00000009'"),
            (["--data", scratch.appending("X.csv"), "--limit", "0"], 2, "--limit must lie between"),
            (["--data", scratch.appending("X.csv"), "--json"], 2, "--json prints to standard output"),
            (["--data", scratch.appending("X.csv"), "--output", scratch.appending("X.csv")], 2, "is the input file"),
        ]
        for (arguments, status, words) in cases {
            let result = try reuse(arguments)
            #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result)")
            #expect(result.output.isEmpty)
        }
    }
}
