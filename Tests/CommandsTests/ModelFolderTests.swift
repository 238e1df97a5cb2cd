import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-pack init --from` on real model files, from the file to predictions in the sandbox.
@Suite(.serialized) struct ModelFolderTests {
    private static let fixtures = Checkout.root.appending("Tests/Fixtures/models")

    /// What the library predicted.
    struct Expected: Decodable {
        let rows: [[Double]]
        let predictions: [Prediction]
    }

    /// A label, a number, or a row of numbers.
    enum Prediction: Decodable {
        case label(String)
        case number(Double)
        case row([Double])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let row = try? value.decode([Double].self) {
                self = .row(row)
            } else {
                self = .label(try value.decode(String.self))
            }
        }

        func agrees(with cell: Substring, tolerance: Double) -> Bool {
            switch self {
            case .label(let label): label == cell
            case .number(let number): Double(cell).map { abs($0 - number) <= tolerance } ?? false
            case .row(let row):
                cell.split(separator: ",").map { Double($0) ?? .nan }.elementsEqual(row) { abs($0 - $1) <= tolerance }
            }
        }
    }

    @Test(arguments: [
        "sklearn-1.6-logistic.joblib", "sklearn-1.6-pipeline-zlib.joblib", "sklearn-1.6-named.joblib",
        "sklearn-1.6-linear-4.pkl",
        "sklearn-1.6-multiclass.txt", "sklearn-1.6-binary.txt", "sklearn-1.6-regression.txt",
        "sklearn-1.6-logistic.onnx", "sklearn-1.6-row-by-row.onnx",
    ])
    func theFolderPredictsWhatTheLibraryDid(file: String) throws {
        let data = try Data(contentsOf: URL(filePath: Self.fixtures.appending("expected.json").string))
        let expected = try #require(try JSONDecoder().decode([String: Expected].self, from: data)[file])
        let scratch = try Scratch()
        let (folder, zip) = (scratch.appending("m"), scratch.appending("m.zip"))
        let made = try Tool.run("lw-pack", ["init", folder, "--from", Self.fixtures.appending(file).string])
        #expect(made.status == 0, "\(made.errors)")
        let built = try Tool.run("lw-pack", ["build", folder, "-o", zip])
        #expect(built.status == 0, "\(built.errors)")
        let rows = expected.rows.map { $0.map { "\($0)" }.joined(separator: ",") + "\n" }.joined()
        let result = try Tool.run(
            "lw-run",
            [
                "predict", zip, "--input", try scratch.write("X.csv", rows), "--python", "/usr/bin/python3",
                "--progress", "quiet",
            ],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        #expect(result.status == 0, "\(result.errors)")
        let cells = result.output.split(separator: "\n")
        try #require(cells.count == expected.predictions.count, "\(result.output)")
        // Single precision in ONNX; otherwise the same library on the same numbers.
        let tolerance = file.hasSuffix(".onnx") ? 1e-4 : 1e-12
        for (cell, wanted) in zip2(cells, expected.predictions) {
            #expect(wanted.agrees(with: cell, tolerance: tolerance), "\(cell) is not \(wanted)")
        }
    }

    private func zip2<Left, Right>(_ left: [Left], _ right: [Right]) -> Zip2Sequence<[Left], [Right]> {
        Swift.zip(left, right)
    }

    @Test func aPickleIsNeverRun() throws {
        let scratch = try Scratch()
        let marker = scratch.appending("marker")
        let pickle = try scratch.write("evil.pkl", "cposix\nsystem\n(S'touch \(marker)'\ntR.")
        let made = try Tool.run("lw-pack", ["init", scratch.appending("m"), "--from", pickle, "--json"])
        #expect(!FileManager.default.fileExists(atPath: marker))
        // It is named as what it is: a call of a module that no requirement brings.
        #expect(made.output.contains("posix"), "\(made.output) \(made.errors)")
    }

    @Test func whatIsMissingIsNamedWithItsLine() throws {
        let scratch = try Scratch()
        // A class of scikit-learn with nothing else known about it.
        let pickle = try scratch.write("m.pkl", "csklearn.cluster._kmeans\nKMeans\n)R.")
        let made = try Tool.run("lw-pack", ["init", scratch.appending("m"), "--from", pickle])
        #expect(made.status == 0, "\(made.errors)")
        let text = try String(contentsOfFile: scratch.appending("m/learnware.yaml"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let number = (lines.firstIndex { $0.contains("shape:") } ?? -1) + 1
        #expect(made.errors.contains("the number of columns; edit learnware.yaml, line \(number)"), "\(made.errors)")
        #expect(made.errors.contains("the version of scikit-learn; wrote scikit-learn==1.6.1, a guess; edit"))
    }

    /// What `init --from` in this folder calls the learnware and the zip.
    @Test(arguments: [(".", "my-iris"), ("../my-iris/", "my-iris"), ("new", "new")])
    func theFolderIsNamedAsItIsWhereItLies(argument: String, name: String) throws {
        let scratch = try Scratch()
        let start = scratch.appending("my-iris")
        try FileManager.default.createDirectory(atPath: start, withIntermediateDirectories: true)
        let model = Self.fixtures.appending("sklearn-1.6-regression.txt").string
        let script = "cd \"$1\" && exec \"$2\" init \"$3\" --from \"$4\""
        let program = Checkout.products.appending("lw-pack").string
        let made = try Tool.run("/bin/sh", ["-c", script, "sh", start, program, argument, model])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains(" -o \(name).zip\n"), "\(made.output)")
        let text = try String(contentsOfFile: "\(start)/\(argument)/learnware.yaml", encoding: .utf8)
        #expect(text.contains("\nname: \"\(name)\"\n"))
    }

    @Test func aTextModelIsGivenTextsAndNoTable() throws {
        let scratch = try Scratch()
        try scratch.write("m/learnware.yaml", "sandbox: {inputs: [{name: X, datatype: BYTES, shape: [-1]}]}\n")
        try scratch.write("m/__init__.py", "class Model:\n    pass\n")
        let built = try Tool.run("lw-pack", ["build", scratch.appending("m"), "-o", scratch.appending("m.zip")])
        #expect(built.status == 0, "\(built.errors)")
        let csv = try scratch.write("X.csv", "text,stars\nhello,3\n")
        let result = try Tool.run("lw-run", ["predict", scratch.appending("m.zip"), "--input", csv])
        #expect(result.status == 4)
        #expect(result.errors.contains("it has 2 columns, but the model takes 1"), "\(result.errors)")
        let program =
            "import sys; import struct; h = b\"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)}\"; "
            + "open(sys.argv[1], 'wb').write(b'\\x93NUMPY\\1\\0' + struct.pack('<H', len(h)) + h + bytes(8))"
        let npy = scratch.appending("X.npy")
        #expect(try Tool.run("/usr/bin/python3", ["-c", program, npy]).status == 0)
        let numbers = try Tool.run("lw-run", ["predict", scratch.appending("m.zip"), "--input", npy])
        #expect(numbers.status == 4)
        #expect(numbers.errors.contains("a text model takes texts"), "\(numbers.errors)")
    }

    @Test func aModelFileThatIsNoneExitsWith4AndWritesNothing() throws {
        let scratch = try Scratch()
        let broken = try scratch.write("broken.joblib", "broken")
        let result = try Tool.run("lw-pack", ["init", scratch.appending("m"), "--from", broken])
        #expect(result.status == 4)
        #expect(result.errors.hasPrefix("error: "))
        #expect(!FileManager.default.fileExists(atPath: scratch.appending("m")))
        let both = try Tool.run("lw-pack", ["init", "x", "--from", broken, "--template", "numpy"])
        #expect(both.status == 2)
    }
}
