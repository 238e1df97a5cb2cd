import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

/// Model files that the libraries themselves wrote.
enum ModelFixture {
    static let folder = Checkout.root.appending("Tests/Fixtures/models")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        let known = ["joblib", "pkl", "onnx", "txt", "gz"]
        return all.filter { name in known.contains { name.hasSuffix("." + $0) } }.sorted()
    }()

    static func path(_ name: String) -> FilePath { folder.appending(name) }
}

@Suite("What a model file says about itself")
struct ModelFileTests {
    /// What is expected of a folder: the title, the inputs' and outputs' shapes and datatypes, the requirements.
    struct Reading: Sendable, CustomTestStringConvertible {
        let file: String
        let title: String
        let input: String
        let output: String
        let requirements: String
        var columns: [String] = []
        var gaps: [String] = []
        var testDescription: String { file }
    }

    private static let lengths = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    private static let old = "scikit-learn==1.3.2 joblib numpy<2"

    private static let guess =
        "not found in the file: the version of lightgbm; wrote lightgbm==4.6.0, a guess; edit requirements.txt"

    static let readings =
        [
            Reading(
                file: "joblib-1.0-logistic.joblib",
                title: "LogisticRegression of scikit-learn 1.3.2",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: old
            ),
            Reading(
                file: "sklearn-1.3-logistic.joblib",
                title: "LogisticRegression of scikit-learn 1.3.2",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: old
            ),
            Reading(
                file: "sklearn-1.3-pipeline-zlib.joblib",
                title: "Pipeline with LogisticRegression of scikit-learn 1.3.2",
                input: "FP64 [-1, 4]",
                output: "BYTES [-1]",
                requirements: old
            ),
            Reading(
                file: "sklearn-1.7-pipeline-zlib.joblib",
                title: "Pipeline with LogisticRegression of scikit-learn 1.7.2",
                input: "FP64 [-1, 4]",
                output: "BYTES [-1]",
                requirements: "scikit-learn==1.7.2 joblib numpy>=2"
            ),
            Reading(
                file: "sklearn-1.6-forest.joblib",
                title: "RandomForestClassifier of scikit-learn 1.6.1",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "scikit-learn==1.6.1 joblib numpy>=2"
            ),
            Reading(
                file: "sklearn-1.6-svc.joblib.gz",
                title: "SVC of scikit-learn 1.6.1",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "scikit-learn==1.6.1 joblib numpy>=2"
            ),
            Reading(
                file: "sklearn-1.6-named.joblib",
                title: "LogisticRegression of scikit-learn 1.6.1",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "scikit-learn==1.6.1 joblib numpy>=2 pandas",
                columns: ["sepal length (cm)", "sepal width (cm)", "petal \"length\": [x], #1", "petal: width"]
            ),
            Reading(
                file: "sklearn-1.6-multiclass.txt",
                title: "Boosted trees of LightGBM, multiclass",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "lightgbm==4.6.0 numpy",
                columns: lengths,
                gaps: [guess]
            ),
            Reading(
                file: "sklearn-1.3-binary.txt",
                title: "Boosted trees of LightGBM, binary",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "lightgbm==4.6.0 numpy",
                gaps: [guess]
            ),
            Reading(
                file: "sklearn-1.6-regression.txt",
                title: "Boosted trees of LightGBM, regression",
                input: "FP64 [-1, 4]",
                output: "FP64 [-1]",
                requirements: "lightgbm==4.6.0 numpy",
                gaps: [guess]
            ),
            Reading(
                file: "sklearn-1.6-logistic.onnx",
                title: "ONNX model of operator set 21, made by skl2onnx",
                input: "FP32 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "(none)"
            ),
            Reading(
                file: "sklearn-1.6-zipmap.onnx",
                title: "ONNX model of operator set 13, made by skl2onnx",
                input: "FP64 [-1, 4]",
                output: "INT64 [-1]",
                requirements: "(none)",
                gaps: ["not found in the file: the number of classes; edit semantic_specification.json"]
            ),
            Reading(
                file: "sklearn-1.6-row-by-row.onnx",
                title: "ONNX model of operator set 12",
                input: "FP32 [-1, 4]",
                output: "FP32 [-1, 1]",
                requirements: "(none)",
                gaps: ["not found in the file: the task; edit semantic_specification.json"]
            ),
        ]
        + [0, 1, 2, 4, 5].map { protocolNumber in
            Reading(
                file: "sklearn-1.3-linear-\(protocolNumber).pkl",
                title: "LinearRegression of scikit-learn 1.3.2",
                input: "FP64 [-1, 10]",
                output: "FP64 [-1, 2]",
                requirements: old
            )
        }

    /// What is warned of, and what `__init__.py` calls, for models of which the last is not a plain one.
    static let others: [(file: String, output: [Int], call: String, gaps: [String])] = [
        ("boosting", [-1], "predict(", []),
        ("several", [-1, 3], "predict(", []),
        ("neighbours", [-1, 3], "predict(", []),
        ("pca", [-1, 2], "transform(", ["not found in the file: the task; edit semantic_specification.json"]),
        ("texts", [-1], "predict(", []),
    ]

    @Test("says how many numbers come out, or that it does not know", arguments: others)
    func outputs(file: String, output: [Int], call: String, gaps: [String]) throws {
        let scratch = try Scratch()
        let made = try ModelFolder(from: ModelFixture.path("sklearn-1.6-\(file).joblib"), named: "mine")
        #expect(made.gaps == gaps)
        try made.write(to: scratch.file("m"))
        let package = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip")).package
        #expect(package.manifest.sandbox.outputs[0].shape == output)
        let program = String(decoding: try scratch.read("m/__init__.py"), as: UTF8.self)
        #expect(program.contains("return self.model.\(call)"))
    }

    @Test("claims no shape for a regressor that does not say how many numbers it gives")
    func unknownOutputs() throws {
        let scratch = try Scratch()
        // A state with four columns and a regressor around itself, as protocol 2 writes it.
        let bytes =
            Array("csklearn.compose._target\nTransformedTargetRegressor\n)Rq\u{0}}(".utf8)
            + Array("X\u{E}\u{0}\u{0}\u{0}n_features_in_K\u{4}X\u{A}\u{0}\u{0}\u{0}regressor_h\u{0}ub.".utf8)
        let made = try ModelFolder(from: try scratch.write(bytes, to: "m.pkl"), named: "x")
        #expect(made.gaps.contains { $0.contains("how many numbers it gives for a row; edit learnware.yaml") })
        try made.write(to: scratch.file("m"))
        let package = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip")).package
        #expect(package.manifest.sandbox.outputs[0].shape == [-1, -1])
        #expect(package.semantic?.task == ["Others"])
    }

    @Test("is read right", arguments: readings)
    func reading(wanted: Reading) throws {
        let scratch = try Scratch()
        let made = try ModelFolder(from: ModelFixture.path(wanted.file), named: "mine")
        #expect(made.title == wanted.title)
        #expect(made.gaps == wanted.gaps)
        try made.write(to: scratch.file("m"))
        let package = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip")).package
        let (input, output) = (package.manifest.sandbox.inputs[0], package.manifest.sandbox.outputs[0])
        #expect("\(input.datatype) \(input.shape)" == wanted.input)
        #expect("\(output.datatype) \(output.shape)" == wanted.output)
        #expect(input.columns == wanted.columns)
        // An ONNX model needs neither packages nor code.
        let isOnnx = wanted.file.hasSuffix(".onnx")
        #expect(made.fileNames.contains("__init__.py") == !isOnnx)
        #expect(package.manifest.sandbox.runtime == (isOnnx ? .onnx : .python))
        let text = isOnnx ? "(none)" : String(decoding: try scratch.read("m/requirements.txt"), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.filter { !$0.hasPrefix("#") }.joined(separator: " ") == wanted.requirements)
        #expect(package.semantic?.name == "mine model")
        #expect(
            try scratch.read("m/" + made.fileNames[isOnnx ? 1 : 2])
                == Array(Data(contentsOf: URL(filePath: ModelFixture.path(wanted.file).string)))
        )
    }

    /// The head of a LightGBM model with these names of columns.
    private func lightgbm(_ names: [String]) -> String {
        """
        tree
        version=v4
        num_class=1
        max_feature_idx=\(names.count - 1)
        objective=regression
        feature_names=\(names.joined(separator: " "))

        end of trees

        """
    }

    static let evilNames: [[String]] = [
        ["\"", "b"], ["a]", "b"], ["a\\", "b"], ["a:", "- b"], ["#a", "b"],
        ["!!python/object/apply:os.system", "['id']"],
        ["{{7*7}}", "*a"], ["a\",datatype:\"BYTES", "b"], ["\u{202E}a", "b"], ["\u{1B}[2J", "b"], ["a\u{85}x:1", "b"],
        ["a\u{2028}name:x", "b"], ["'", "\"\"\""], ["null", "1"], ["yes", "~"], ["é", "模型"], ["a", "a"],
        ["\u{FEFF}a", "b"], [String(repeating: "x", count: 300), "b"], ["a\u{0}b", "b"], ["${x}", "%s"],
    ]

    @Test("cannot break out of what is written", arguments: evilNames)
    func injection(names: [String]) throws {
        let scratch = try Scratch()
        let path = try scratch.write(lightgbm(names), to: "evil.txt")
        let made = try ModelFolder(from: path, named: "x\"\nmodel: {class_name: Evil}\n#")
        try made.write(to: scratch.file("m"))
        let package = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip")).package
        let manifest = package.manifest
        #expect(manifest.name == "learnware")
        #expect(manifest.model.className == "Model")
        #expect(manifest.sandbox.inputs.count == 1)
        #expect(manifest.sandbox.inputs[0].datatype == "FP64")
        #expect(manifest.sandbox.inputs[0].columns == names || manifest.sandbox.inputs[0].columns == [])
        let program = String(decoding: try scratch.read("m/__init__.py"), as: UTF8.self)
        for name in names where name.count > 3 { #expect(!program.contains(name)) }
        let texts = [manifestText(in: scratch), program].joined() + made.gaps.joined() + made.title
        #expect(
            texts.unicodeScalars.allSatisfy {
                $0 == "\n" || $0.value >= 0x20 && $0.properties.generalCategory != .format
            }
        )
    }

    private func manifestText(in scratch: Scratch) -> String {
        (try? scratch.read("m/learnware.yaml")).map { String(decoding: $0, as: UTF8.self) } ?? "\u{1B}"
    }

    @Test(
        "is refused in one sentence where it is not what it seems",
        arguments: [
            ("a.joblib", "not a pickle", "is no pickle"), ("a.pkl", "", "ends too early"),
            ("a.pkl", "(((", "ends too early"),
            ("a.pkl", ".", "is no pickle"), ("a.pkl", "N.", "a plain value"), ("a.pkl", "}.", "a dictionary"),
            ("a.pkl", "cos\nsystem\n(S'touch /tmp/owned'\ntR.", "system"), ("a.pkl", "g0\n.", "never kept"),
            ("a.onnx", "", "no graph"), ("a.onnx", "\u{3A}\u{7F}x", "ends too early"),
            ("a.onnx", "\u{8}\u{8}", "no graph"),
            ("a.txt", "hello\n", "first line"),
            ("a.txt", "tree\nmax_feature_idx=-4\nend of trees\n", "max_feature_idx"),
            ("a.txt", "tree\n", "ends too early"), ("a.csv", "1,2", "not read"), ("a.joblib", "BZh91AY", "bz2"),
        ]
    )
    func refusal(file: String, text: String, word: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(text, to: file)
        do {
            let made = try ModelFolder(from: path, named: "x")
            // What a pickle would call is named and never called.
            #expect(made.title.contains(word), "\(made.title)")
            #expect(!FileManager.default.fileExists(atPath: "/tmp/owned"))
        } catch {
            #expect(error.message.contains(word), "\(error.message)")
        }
    }

    @Test("takes no version that is none", arguments: ["1.3.2p53", "1.3.2\n--index-url x", "1..2", "1.", "", "x"])
    func version(text: String) throws {
        let scratch = try Scratch()
        // A state with that version, as protocol 2 writes it.
        let state = Array("}X\u{10}\u{0}\u{0}\u{0}_sklearn_versionX".utf8) + [UInt8(text.utf8.count), 0, 0, 0]
        let bytes = Array("csklearn.svm\nSVC\n)R".utf8) + state + Array(text.utf8) + Array("sb.".utf8)
        let made = try ModelFolder(from: try scratch.write(bytes, to: "m.pkl"), named: "x")
        #expect(
            made.gaps.contains(
                "not found in the file: the version of scikit-learn; wrote scikit-learn==1.6.1, a guess; edit requirements.txt"
            )
        )
        try made.write(to: scratch.file("m"))
        // The file does not say how many columns there are either, and that is all that is left to do.
        let errors = try PackageBuilder.examine(scratch.file("m")).validation.errors
        #expect(errors.map(\.file) == ["semantic_specification.json"] && errors[0].message.contains("'Input'"))
    }

    /// Pickles that grow by what they say, not by their size.
    static let bombs: [(String, [UInt8])] = [
        ("lists", Array(repeating: UInt8(ascii: "]"), count: 3_000_000)),
        ("marks", Array(repeating: UInt8(ascii: "("), count: 3_000_000)),
        ("doubled", Array("N".utf8) + Array(repeating: UInt8(ascii: "2"), count: 3_000_000)),
        ("deep", Array("N".utf8) + Array(repeating: 0x85, count: 1_500_000) + Array(".".utf8)),
        ("circle", Array("]q\u{0}h\u{0}a.".utf8)),
        ("a text of 4 GiB", Array("X".utf8) + [0xFF, 0xFF, 0xFF, 0xFF]),
        ("bytes without end", [0x8E] + Array(repeating: 0xFF, count: 8)),
        ("kept", Array("N".utf8) + Array(repeating: 0x94, count: 3_000_000)),
        ("a shape of half a million dimensions", array(dimensions: 500_000, times: 300_000)),
        ("an array described by a large map", array(dimensions: 1, times: 300_000, members: 300_000)),
        ("a long line", Array("I".utf8) + Array(repeating: UInt8(ascii: "9"), count: 3_000_000)),
    ]

    /// What joblib writes for an array, whose description is set again and again; each time looks at it anew.
    private static func array(dimensions: Int, times: Int, members: Int = 0) -> [UInt8] {
        Array("\u{80}\u{2}cjoblib.numpy_pickle\nNumpyArrayWrapper\n)".unicodeScalars.map { UInt8($0.value) })
            + [0x81] + Array("q\u{0}}(U\u{5}dtypecnumpy\ndtype\n(U\u{2}u1tRU\u{5}shape(K\u{0}".utf8)
            + Array(repeating: UInt8(ascii: "2"), count: dimensions - 1) + Array("t".utf8)
            + Array(repeatElement("NN", count: members).joined().utf8) + Array("uq\u{1}b".utf8)
            + Array(repeatElement([UInt8(ascii: "h"), 1, UInt8(ascii: "b")], count: times).joined())
            + Array(".".utf8)
    }

    /// Texts that cost the square of their length where they are compared or hashed as Unicode does.
    private static let accentRun = "a" + String(repeating: "\u{301}\u{323}", count: 150_000)

    static let accented: [(file: String, text: String)] = [
        ("m.pkl", "c\(accentRun)\nx\n."), ("m.pkl", "cx\n\(accentRun)\n."),
        ("m.pkl", "V\(accentRun)\nV\(accentRun)\n\u{93}."),
        ("m.pkl", "I0\(accentRun)\n."), ("m.pkl", "L1\(accentRun)\n."), ("m.pkl", "S\(accentRun)\n."),
        ("m.pkl", "g\(accentRun)\n."),
        ("m.pkl", "csklearn.svm\nSVC\n)R}(V\(accentRun)\nI1\nV_sklearn_version\nV\(accentRun)\nub."),
        ("m.joblib", "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)R}(Vdtype\ncnumpy\ndtype\n(V\(accentRun)\ntRub."),
        ("m.txt", "tree\n\(accentRun)=x\nmax_feature_idx=3\nTree=0\n"),
        ("m.txt", "tree\nobjective=\(accentRun) \(accentRun)\nmax_feature_idx=0\nfeature_names=\(accentRun)\nTree=0\n"),
    ]

    @Test("takes no longer for runs of accents", .timeLimit(.minutes(1)), arguments: accented.indices)
    func takesNoLongerForAccents(index: Int) throws {
        let scratch = try Scratch()
        let (file, text) = Self.accented[index]
        // STACK_GLOBAL is no character of UTF-8.
        let bytes = Array(text.utf8).split(separator: 0xC2, maxSplits: 1).joined()
        let path = try scratch.write(Array(bytes), to: file)
        let time = ContinuousClock().measure {
            #expect((try? ModelFolder(from: path, named: "x").title.utf8.count) ?? 0 < 1000)
        }
        #expect(time < .seconds(5))
    }

    @Test("keeps no more text than it says, in lines neither", .timeLimit(.minutes(1)))
    func lines() throws {
        let scratch = try Scratch()
        let line = Array("V".utf8) + Array(repeating: UInt8(ascii: "a"), count: 1 << 20 - 2) + Array("\n".utf8)
        let bytes = Array(repeatElement(line, count: 80).joined())
        let path = try scratch.write(bytes + Array(".".utf8), to: "m.pkl")
        let error = #expect(throws: PackageError.self) { try ModelFolder(from: path, named: "x") }
        #expect(error?.message.contains("a text or bytes") == true)
    }

    @Test(
        "refuses lengths past the end of everything",
        arguments: [[0x3A], [0x42], [0x08, 0x07, 0x12]] as [[UInt8]],
        [0x7F, 0x77] as [UInt8]
    )
    func pastTheEnd(head: [UInt8], first: UInt8) throws {
        let scratch = try Scratch()
        for last: [UInt8] in [[0x7F], [0xFF, 0x01], [0x7E]] {
            let bytes = head + [first | 0x80] + Array(repeating: 0xFF, count: 7) + last
            let path = try scratch.write(bytes, to: "m.onnx")
            #expect(throws: PackageError.self) { try ModelFolder(from: path, named: "x") }
        }
    }

    @Test("stays within bounds", .timeLimit(.minutes(1)), arguments: bombs.map(\.0))
    func bounds(name: String) throws {
        let bytes = try #require(Self.bombs.first { $0.0 == name }?.1)
        let scratch = try Scratch()
        let path = try scratch.write(bytes, to: "bomb.pkl")
        #expect(throws: PackageError.self) { try ModelFolder(from: path, named: "x") }
    }

    /// Changes real files at random: each is read or refused, and what is written can be packed.
    @Test("never crashes or hangs the reader", .timeLimit(.minutes(2)), arguments: ModelFixture.names)
    func fuzz(name: String) throws {
        let scratch = try Scratch()
        let original = Array(try Data(contentsOf: URL(filePath: ModelFixture.path(name).string)))
        var generator = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
        let rounds = Checkout.isSoak ? 3000 : 300
        for round in 0..<rounds {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &generator)))
                case 3:
                    bytes.insert(
                        contentsOf: bytes[place...].prefix(Int.random(in: 1...40, using: &generator)),
                        at: place
                    )
                default: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let path = try scratch.write(bytes, to: name)
            guard let made = try? ModelFolder(from: path, named: "fuzz"), round % 10 == 0 else { continue }
            try made.write(to: scratch.file("m\(round)"))
            let draft = try PackageBuilder.examine(scratch.file("m\(round)"))
            // How many columns there are may be lost; the packager is told, and nothing else may be wrong.
            let errors = draft.validation.errors.filter { !$0.message.hasPrefix("there is no 'Input'") }
            #expect(errors.isEmpty, "\(errors)")
            guard draft.validation.errors.isEmpty else { continue }
            let zip = scratch.file("\(round).zip")
            #expect(throws: Never.self) { try PackageBuilder.build(draft, to: zip) }
        }
    }
}
