import Foundation
import SystemPackage
import TestSupport
import Testing

/// Every template, from `init` to predictions in the sandbox.
@Suite(.serialized) struct TemplateTests {
    struct Template: Sendable, CustomTestStringConvertible {
        let name: String
        /// The predictions for ``rows``, or for ``texts``.
        let predictions: [[Double]]
        var takesTexts = false
        var testDescription: String { name }
    }

    private static let rows = [
        [5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5], [5.9, 3.0, 4.2, 1.5], [6.0, 2.2, 5.0, 1.5], [4.9, 2.5, 4.5, 1.7],
    ]

    private static let texts = [
        "Where did you put the keys to the car?", "Où as-tu mis les clés de la voiture ?", "Guten Morgen",
    ]

    /// What the libraries gave outside the sandbox: scikit-learn 1.6.1, LightGBM 4.6.0, and numpy 2.4.6 for the
    /// probabilities; the centroids' by hand.
    static let all = [
        Template(name: "sklearn", predictions: [[0], [2], [1], [2], [1]]),
        Template(name: "lightgbm", predictions: [[0], [2], [1], [2], [2]]),
        // PyTorch 2.13.0, and onnxruntime 1.31.1.
        Template(name: "torch", predictions: [[0], [2], [1], [2], [2]]),
        Template(name: "onnx", predictions: [[0], [2], [1], [2], [1]]),
        Template(
            name: "numpy",
            predictions: [
                [0.9816569583219463, 0.018343027283057235, 1.43949964244803e-08],
                [8.911233583216054e-07, 0.003937004713601442, 0.9960621041630403],
                [0.015067235680661002, 0.8989665842524325, 0.0859661800669065],
                [0.00038600963159544677, 0.4501908223247074, 0.5494231680436971],
                [0.005694915912964401, 0.512913457303918, 0.4813916267831176],
            ]
        ),
        Template(
            name: "text",
            predictions: [
                [0.9945889818956138, 0.0032946687931654918, 0.0021163493112206838],
                [0.013850612477067058, 0.9352862593093526, 0.05086312821358031],
                [0.054084639152076945, 0.054306657646499404, 0.8916087032014237],
            ],
            takesTexts: true
        ),
        Template(name: "executable", predictions: [[0], [2], [1], [1], [1]]),
    ]

    /// PyTorch alone is larger than everything else that the tests install.
    private static let tried = all.filter { Checkout.isSoak || $0.name != "torch" }

    @Test(arguments: tried) func aTemplateIsAWorkingLearnware(template: Template) throws {
        let scratch = try Scratch()
        let (folder, zip) = (scratch.appending("m"), scratch.appending("m.zip"))
        let made = try Tool.run("lw-pack", ["init", folder, "--template", template.name])
        #expect(made.status == 0, "\(made.errors)")
        let built = try Tool.run("lw-pack", ["build", folder, "-o", zip])
        #expect(built.status == 0, "\(built.errors)")
        let rows = Self.rows.map { $0.map { "\($0)" }.joined(separator: ",") + "\n" }.joined()
        let input =
            try template.takesTexts
            ? scratch.write("texts.txt", Self.texts.joined(separator: "\n") + "\n") : scratch.write("X.csv", rows)
        let result = try Tool.run(
            "lw-run",
            ["predict", zip, "--input", input, "--python", "/usr/bin/python3", "--progress", "quiet"],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        #expect(result.status == 0, "\(result.errors)")
        let answer = result.output.split(separator: "\n").map { $0.split(separator: ",").map { Double($0) ?? .nan } }
        try #require(answer.count == template.predictions.count, "\(result.output)")
        for (row, wanted) in zip2(answer, template.predictions) {
            #expect(row.count == wanted.count)
            // Both sides are doubles from the same sums; 1e-9 leaves room for another order of adding.
            #expect(zip2(row, wanted).allSatisfy { abs($0 - $1) < 1e-9 }, "\(row) is not \(wanted)")
        }
    }

    private func zip2<Left, Right>(_ left: [Left], _ right: [Right]) -> Zip2Sequence<[Left], [Right]> {
        Swift.zip(left, right)
    }

    @Test func theListOfTemplatesIsTheListOfTests() throws {
        let help = try Tool.run("lw-pack", ["init", "--help"]).output
        let lines = help.split(separator: "\n").drop { !$0.hasPrefix("Templates:") }.dropFirst()
        let names = lines.prefix { $0.hasPrefix("  ") && !$0.contains("lw-pack") }.compactMap {
            $0.split(separator: ":").first?.trimmingCharacters(in: .whitespaces)
        }
        #expect(names == Self.all.map(\.name))
    }

    /// The program's source lies beside it, and the Makefile makes the same program again.
    @Test func theProgramOfTheExecutableTemplateCanBeRebuilt() throws {
        let scratch = try Scratch()
        let folder = scratch.appending("m")
        #expect(try Tool.run("lw-pack", ["init", folder, "--template", "executable"]).status == 0)
        let program = folder + "/bin/threshold"
        let before = try Data(contentsOf: URL(fileURLWithPath: program))
        let made = try Tool.run("/usr/bin/env", ["make", "-B", "-C", folder])
        #expect(made.status == 0, "\(made.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: program)) == before)
        #expect(FileManager.default.isExecutableFile(atPath: program))
    }

    /// The model's other output, by the name that the template's comment gives.
    @Test func theOnnxTemplateGivesProbabilitiesWhenTheyAreDeclared() throws {
        let scratch = try Scratch()
        let folder = scratch.appending("m")
        #expect(try Tool.run("lw-pack", ["init", folder, "--template", "onnx"]).status == 0)
        let manifest = try String(contentsOfFile: folder + "/learnware.yaml", encoding: .utf8)
        let end = try #require(manifest.range(of: "    - name: label")?.lowerBound)
        try scratch.write(
            "m/learnware.yaml",
            manifest[..<end] + "    - {name: probabilities, datatype: FP32, shape: [-1, 3]}\n"
        )
        let built = try Tool.run("lw-pack", ["build", folder, "-o", scratch.appending("m.zip")])
        #expect(built.status == 0, "\(built.errors)")
        let result = try Tool.run(
            "lw-run",
            [
                "predict", scratch.appending("m.zip"), "--input", try scratch.write("X.csv", "5.1,3.5,1.4,0.2\n"),
                "--python", "/usr/bin/python3", "--progress", "quiet",
            ],
            environment: ["XDG_CACHE_HOME": Checkout.cache.string]
        )
        let numbers = result.output.split { $0 == "," || $0 == "\n" }.map { Double($0) ?? .nan }
        // onnxruntime in-process, single precision.
        let wanted = [9.8159289e-01, 1.8407123e-02, 1.4701006e-08]
        #expect(numbers.elementsEqual(wanted) { abs($0 - $1) < 1e-6 }, "\(result.output) \(result.errors)")
    }

    @Test func initAnswersInJSON() throws {
        let scratch = try Scratch()
        let run = try Tool.run("lw-pack", ["init", scratch.appending("m"), "--template", "numpy", "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(object?["schema"] as? String == "learnware/init/1")
        #expect((object?["files"] as? [String])?.contains("learnware.yaml") == true)
    }

    @Test func aFolderThatCannotBeFilledIsLeftAsItWas() throws {
        let scratch = try Scratch()
        try scratch.write("m/own", "mine")
        let run = try Tool.run("lw-pack", ["init", scratch.appending("m"), "--template", "executable"])
        #expect(run.status == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.appending("m")) == ["own"])
    }
}
