import Documents
import Foundation
import SystemPackage
import Tensors
import TestSupport
import Testing

/// `lw-pack spec` as a person meets it.
@Suite struct SpecTests {
    private let scratch: Scratch
    private let golden = Checkout.root.appending("Tests/Fixtures/specifications/specs")

    init() throws {
        scratch = try Scratch()
    }

    fileprivate func spec(_ arguments: [String]) throws -> ToolResult {
        try Tool.run("lw-pack", ["spec"] + arguments)
    }

    fileprivate func path(_ name: String) -> String { scratch.appending(name) }

    fileprivate func json(_ arguments: [String]) throws -> Node {
        let result = try spec(arguments + ["--json"])
        #expect(result.status == 0, "\(result.errors)")
        return try JSON.parse(result.output)
    }

    /// Two clouds with a missing cell.
    fileprivate func writeRows(_ name: String = "X.csv", header: Bool = true) throws {
        var generator = SeededGenerator(seed: 5)
        var lines = header ? ["length,width,height"] : []
        for row in 0..<400 {
            let shift = row.isMultiple(of: 3) ? 4.0 : 0
            let cells = (0..<3).map { _ in "\(shift + Double.random(in: -1...1, using: &generator))" }
            lines.append((row == 7 ? [cells[0], "", cells[2]] : cells).joined(separator: ","))
        }
        try scratch.write(name, lines.joined(separator: "\n") + "\n")
    }

    @Test func aSpecificationIsMadeComparedAndShown() throws {
        try writeRows()
        let made = try spec([path("X.csv"), "-o", path("stat.json"), "--points", "30", "--privacy-report"])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("points          30 of 3 numbers"))
        #expect(made.output.contains("every point farther than"))
        #expect(made.output.contains("MMD to rows"))
        let object = try json(["show", path("stat.json")])
        #expect(object["rows"] == 400 && object["points"] == 30 && object["gamma"] == 0.1)
        // Itself is at no distance; the same data in the Python package's way is near.
        let same = try json(["compare", path("stat.json"), path("stat.json")])
        #expect(try #require(same["mmd"]?.number) < 1e-6)
        _ = try json([path("X.csv"), "-o", path("python.json"), "--points", "30", "--compatible"])
        let near = try #require(try json(["compare", path("stat.json"), path("python.json")])["mmd"]?.number)
        #expect(near > 0 && near < 0.2)
    }

    @Test func theSameSeedMakesTheSameFileOnAnyNumberOfThreads() throws {
        try writeRows()
        for (name, options) in [("a", ["--threads", "1"]), ("b", ["--threads", "2"]), ("c", ["--seed", "1"])] {
            #expect(try spec([path("X.csv"), "-o", path(name), "--points", "20"] + options).status == 0)
        }
        let files = try ["a", "b", "c"].map { try Data(contentsOf: URL(fileURLWithPath: path($0))) }
        #expect(files[0] == files[1])
        #expect(files[0] != files[2])
    }

    @Test func thePrivacyReportIsTrueOfTheFile() throws {
        try writeRows()
        let guarded = try json([path("X.csv"), "-o", path("a"), "--points", "30", "--privacy-report"])
        let free = try json([path("X.csv"), "-o", path("b"), "--points", "30", "--privacy-report", "--no-guard"])
        let (near, first) = try (
            #require(guarded["privacy"]?["nearest_distance"]?.number),
            #require(guarded["privacy"]?["row_distances"]?["first_percentile"]?.number)
        )
        #expect(near > first && first > 0)
        #expect(try #require(guarded["guard_distance"]?.number) >= first)
        #expect(free["guard_distance"] == 0)
        let shown = try spec(["show", path("b")])
        #expect(shown.output.contains("off: a point may be a row"))
    }

    @Test func aGuardThatCostsMuchIsWarnedOf() throws {
        let rows = (0..<1000).map { "\($0 % 5),\($0 / 5 % 5),\($0 / 25 % 5)" }
        try scratch.write("grid.csv", rows.joined(separator: "\n"))
        let guarded = try spec([path("grid.csv"), "-o", path("a"), "--points", "20"])
        #expect(guarded.status == 0 && guarded.errors.contains("warning: to keep points away"), "\(guarded.errors)")
        let free = try spec([path("grid.csv"), "-o", path("b"), "--points", "20", "--no-guard"])
        #expect(free.status == 0 && free.errors.isEmpty, "\(free.errors)")
        try writeRows()
        let usual = try spec([path("X.csv"), "-o", path("c"), "--points", "20"])
        #expect(usual.status == 0 && usual.errors.isEmpty, "\(usual.errors)")
    }

    @Test(arguments: ["iris", "wine_std", "breast_cancer"])
    func filesOfThePythonPackageAreReadAndNearerToTheirDataIsPossible(_ set: String) throws {
        let (rows, theirs) = (golden.appending("\(set)/X.npy").string, golden.appending("\(set)/stat_spec.json").string)
        let shown = try json(["show", theirs])
        #expect(shown["type"] == "RKMETableSpecification" && shown["gamma"] == 0.1)
        _ = try json([rows, "-o", path("ours.json")])
        #expect(try #require(try json(["compare", path("ours.json"), theirs])["mmd"]?.number) < 1)
    }

    @Test func aPlotHoldsEveryPointOnce() throws {
        try writeRows()
        #expect(try spec([path("X.csv"), "-o", path("s.json"), "--points", "12"]).status == 0)
        #expect(try spec(["show", path("s.json"), "--plot", path("s.svg")]).status == 0)
        let svg = try String(contentsOfFile: path("s.svg"), encoding: .utf8)
        #expect(svg.components(separatedBy: "<circle ").count == 13)
        #expect(!svg.contains("nan") && svg.hasSuffix("</svg>\n"))
        let reader = try Tool.run(
            "/usr/bin/env",
            ["python3"] + ["-c", "import sys, xml.dom.minidom as x; x.parse(sys.argv[1])", path("s.svg")]
        )
        #expect(reader.status == 0, "\(reader.errors)")
    }

    @Test func columnsAreChosenByNameAndTheirOrderIsKept() throws {
        try writeRows()
        let both = try json([path("X.csv"), "--columns", "height,length", "-o", path("two"), "--points", "5"])
        #expect(both["sample_shape"] == [2])
        let tensor = try json([path("X.csv"), "--columns", "length", "-o", path("one"), "--points", "5"])
        #expect(tensor["sample_shape"] == [1])
    }

    @Test(arguments: [
        (["T.csv", "-o", "s"], 4, "column 'city' does not hold numbers"),
        (["gone.csv", "-o", "s"], 3, "there is no such file"),
        (["X.csv", "-o", "X.csv"], 2, "--output is the input file itself"),
        (["X.csv", "-o", "no/s"], 3, "its folder does not exist; make the folder first"),
        (["X.csv", "-o", "s", "--gamma", "0"], 2, "--gamma is a number above 0, or 'median'"),
        (["X.csv", "-o", "s", "--points", "0"], 2, "--points is 1 to 4096"),
        (["X.csv", "-o", "s", "--type", "sound"], 2, "The value 'sound' is invalid"),
        (["empty.csv", "-o", "s"], 4, "empty.csv"),
        (["blank.csv", "-o", "s"], 4, "has no number"),
        (["show", "T.csv"], 4, "T.csv"),
        (["compare", "a", "b"], 4, "different gammas, 0.1 and 0.7"),
    ])
    func whatIsWrongIsSaidInOneSentence(_ arguments: [String], _ status: Int32, _ sentence: String) throws {
        try writeRows()
        try scratch.write("T.csv", "a,city\n1,Bonn\n2,Rome\n")
        try scratch.write("empty.csv", "")
        try scratch.write("blank.csv", "a,b\n1,\n2,\n")
        for (name, gamma) in [("a", "0.1"), ("b", "0.7")] where arguments.contains(name) {
            let made = try spec([path("X.csv"), "-o", path(name), "--points", "3", "--gamma", gamma])
            #expect(made.status == 0)
        }
        let words = arguments.map { word in
            ["T.csv", "gone.csv", "X.csv", "empty.csv", "blank.csv", "s", "no/s", "a", "b"].contains(word)
                ? path(word) : word
        }
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).sorted()
        let result = try spec(words)
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.hasPrefix("error: "))
        #expect(result.errors.contains(sentence), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).sorted() == before)
    }
}

extension SpecTests {
    @Test func imagesAreSpecifiedToo() throws {
        // Every other one is brighter.
        let values = (0..<12 * 64).map { place -> Double in
            let pixel = Double(place % 64) / 64
            return (place / 64).isMultiple(of: 2) ? pixel + 1 : pixel
        }
        try writeArray("images.npy", values, shape: [12, 1, 8, 8])
        let made = try json([path("images.npy"), "--type", "image", "-o", path("s.json"), "--points", "3"])
        #expect(made["type"] == "RKMEImageSpecification" && made["sample_shape"] == [1, 32, 32])
        let shown = try spec(["show", path("s.json"), "--plot", path("s.svg")])
        #expect(shown.status == 0 && shown.output.contains("3 of 1 x 32 x 32 numbers"), "\(shown.errors)")
        let distance = try json(["compare", path("s.json"), path("s.json")])
        #expect(try #require(distance["mmd"]?.number) < 1e-3)
        try writeRows()
        _ = try json([path("X.csv"), "-o", path("table.json"), "--points", "3"])
        let mixed = try spec(["compare", path("s.json"), path("table.json")])
        #expect(mixed.status == 4 && mixed.errors.contains("one is of type RKMEImageSpecification"), "\(mixed.errors)")
        let flat = try spec([path("X.csv"), "--type", "image", "-o", path("no.json")])
        #expect(flat.status == 4, "\(flat.errors)")
        let options = try spec([path("images.npy"), "--type", "image", "-o", path("no.json"), "--gamma", "1"])
        #expect(options.status == 2 && options.errors.contains("are not for images"), "\(options.errors)")
    }

    private func writeArray(_ name: String, _ values: [Double], shape: [Int]) throws {
        let extents = shape.map(String.init).joined(separator: ", ")
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(extents)), }"
        header += String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
        var bytes = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8))
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
        try bytes.write(to: URL(fileURLWithPath: path(name)))
    }
}

extension SpecTests {
    /// A learnware that counts letters, which is a poor embedder and a real one.
    private func packEmbedder(_ name: String, numbers: Int) throws -> String {
        try scratch.write(
            "\(name)/learnware.yaml",
            """
            name: \(name)
            model: {class_name: Model}
            sandbox:
              inputs: [{name: X, datatype: BYTES, shape: [-1]}]
              outputs: [{name: y, datatype: FP64, shape: [-1, \(numbers)]}]

            """
        )
        try scratch.write("\(name)/requirements.txt", "numpy\n")
        try scratch.write(
            "\(name)/__init__.py",
            """
            import numpy as np
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=None, output_shape=(\(numbers),))
                def predict(self, X):
                    y = np.zeros((len(X), \(numbers)))
                    for row, text in enumerate(X):
                        for letter in text.lower():
                            y[row, ord(letter) % \(numbers)] += 1 / len(text)
                    return y
            """
        )
        let built = try Tool.run("lw-pack", ["build", path(name), "-o", path(name + ".zip")])
        #expect(built.status == 0, "\(built.errors)")
        return path(name + ".zip")
    }

    private func specifyTexts(_ embedder: String, _ arguments: [String]) throws -> ToolResult {
        try Tool.run(
            "lw-pack",
            ["spec", path("texts.txt"), "--type", "text", "--embedder", embedder, "--python", "/usr/bin/python3"]
                + arguments,
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
    }

    @Test func textsAreSpecifiedByAnEmbedderThatIsTrusted() throws {
        let subjects = ["The weather", "My neighbour's dog", "This old bicycle", "Her new teacher", "The river"]
        let verdicts = ["is better than yesterday", "was here in the morning", "makes me happy", "will be late again"]
        let texts = subjects.flatMap { subject in verdicts.map { "\(subject) \($0)." } }
        try scratch.write("texts.txt", texts.joined(separator: "\n") + "\n")
        let embedder = try packEmbedder("letters", numbers: 12)
        let refused = try specifyTexts(embedder, ["-o", path("s.json")])
        #expect(refused.status == 2 && refused.errors.contains("is not trusted with these texts"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: path("s.json")))
        let digest = try #require(refused.errors.split(separator: " ").last).trimmingCharacters(in: .newlines)
        #expect(digest.hasPrefix("sha256:"))
        let made = try specifyTexts(
            embedder,
            ["--trust", digest, "-o", path("s.json"), "--points", "5", "--privacy-report"]
        )
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("nearest row") && made.output.contains("MMD to rows"), "\(made.output)")
        #expect(made.output.contains("languages       en") && made.output.contains(digest), "\(made.output)")
        let object = try json(["show", path("s.json")])
        #expect(object["type"] == "RKMETextSpecification" && object["sample_shape"] == [12] && object["rows"] == 20)
        #expect(try #require(try json(["compare", path("s.json"), path("s.json")])["mmd"]?.number) < 1e-6)
        let other = try packEmbedder("others", numbers: 12)
        let hint = try specifyTexts(other, ["-o", path("t.json")]).errors.split(separator: " ").last
        let second = try #require(hint).trimmingCharacters(in: .newlines)
        #expect(second != digest)
        #expect(try specifyTexts(other, ["--trust", second, "-o", path("t.json"), "--points", "5"]).status == 0)
        let mixed = try spec(["compare", path("s.json"), path("t.json")])
        #expect(mixed.status == 4 && mixed.errors.contains("different embedders"), "\(mixed.errors)")
    }
}

extension SpecTests {
    /// The embedder of the examples answers what sentence-transformers' documentation shows for the same model (semantic
    /// search, "A man is eating pasta."): cosines to four digits.
    @Test func theEmbedderOfTheExamplesIsTheModelThatItSays() throws {
        // Downloads 84 MB.
        guard Checkout.isSoak else { return }
        let folder = path("minilm")
        try FileManager.default.copyItem(
            atPath: Checkout.root.appending("Examples/minilm-embedder").string,
            toPath: folder
        )
        let fetched = try Tool.run("/usr/bin/env", ["python3", folder + "/train.py"])
        #expect(fetched.status == 0, "\(fetched.errors)")
        #expect(try Tool.run("lw-pack", ["build", folder, "-o", path("minilm.zip")]).status == 0)
        let sentences = [
            "A man is eating pasta.", "A man is eating food.", "A man is eating a piece of bread.",
            "A man is riding a horse.", "A man is riding a white horse on an enclosed ground.",
            "A cheetah is running behind its prey.",
        ]
        try scratch.write("texts.txt", sentences.joined(separator: "\n") + "\n")
        let predicted = try Tool.run(
            "lw-run",
            ["predict", path("minilm.zip"), "--input", path("texts.txt"), "--output", path("y.npy")],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        #expect(predicted.status == 0, "\(predicted.errors)")
        let vectors = try Arrays.read(scratch.path.appending("y.npy"))
        #expect(vectors.shape == [6, 384])
        let numbers = try vectors.doubles()
        let cosines = (1..<6).map { row in (0..<384).reduce(0) { $0 + numbers[$1] * numbers[row * 384 + $1] } }
        for (found, shown) in zip(cosines, [0.7035, 0.5272, 0.1889, 0.1047, 0.0980]) {
            #expect(abs(found - shown) < 5e-5, "\(found) is not \(shown)")
        }
    }
}
