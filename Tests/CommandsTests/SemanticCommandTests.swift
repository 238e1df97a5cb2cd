import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `lw-pack semantic` as a person meets it, with options and in a terminal.
@Suite struct SemanticCommandTests {
    private let scratch: Scratch
    private static let all = [
        "--name", "Iris species", "--description", "Tells three species apart.", "--data", "table", "--task", "classif",
        "--library", "scikit", "--license", "mit", "--scenario", "nat", "--scenario", "Education",
        "--input-dimension", "2", "--input-description", "0=length", "--output-dimension", "3",
    ]

    init() throws {
        scratch = try Scratch()
    }

    private func semantic(_ arguments: [String]) throws -> ToolResult {
        try Tool.run("lw-pack", ["semantic", scratch.path.string] + arguments)
    }

    private func written() throws -> String {
        try String(contentsOfFile: scratch.appending("semantic_specification.json"), encoding: .utf8)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).sorted() }
    }

    /// With an option replaced, or left out where the value is nil.
    private func without(_ option: String, _ value: String? = nil) -> [String] {
        var rest = Self.all
        while let index = rest.firstIndex(of: option) { rest.removeSubrange(index...(index + 1)) }
        return rest + (value.map { [option, $0] } ?? [])
    }

    @Test func optionsAloneWriteAFileInTheOrderOfTheBuilder() throws {
        let result = try semantic(Self.all)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "wrote \(scratch.appending("semantic_specification.json"))\n")
        let text = try written()
        #expect(text.hasPrefix("{\n  \"Data\": {\n    \"Type\": \"Class\",\n    \"Values\": [\n      \"Table\"\n"))
        #expect(text.hasSuffix("}\n"))
        #expect(!text.contains("\r"))
        let document = try JSON.parse(text)
        #expect(
            document.members?.map(\.key) == [
                "Data", "Task", "Model", "Library", "License", "Scenario", "Name", "Description", "Input", "Output",
            ]
        )
        #expect(document["Task"]?["Values"] == ["Classification"])
        #expect(document["Library"]?["Values"] == ["Scikit-learn"])
        #expect(document["Scenario"]?["Values"] == ["Nature", "Education"])
        #expect(document["Input"] == ["Dimension": 2, "Description": ["0": "length"]])
        #expect(document["Output"] == ["Dimension": 3, "Description": [:]])
        #expect(try names == ["semantic_specification.json"])
    }

    @Test func jsonPrintsAndWritesNothing() throws {
        let result = try semantic(Self.all + ["--json"])
        #expect(result.status == 0)
        #expect(try JSON.parse(result.output)["Name"]?["Values"] == "Iris species")
        #expect(try names.isEmpty)
    }

    @Test func withoutATerminalMissingOptionsAreNamedInOneSentence() throws {
        let result = try semantic(["--name", "Iris species", "--data", "Table"])
        #expect(result.status == 2)
        #expect(
            result.errors
                == "error: missing --description, --task, --library, --license, --scenario, --input-dimension; "
                + "standard input is no terminal, so nothing can be asked\n"
        )
        #expect(try names.isEmpty)
    }

    static let wrong: [(String, String, String)] = [
        ("--data", "video", "--data: 'video' is not one of them"),
        ("--library", "x", "--library: 'x' is not one of them"),
        ("--license", "gpl", "--license: 'gpl' may be GPL-2.0 or GPL-3.0"),
        ("--scenario", "e", "--scenario: 'e' may be Education or Entertainment"),
        ("--name", "Iris", "Name has 4 characters; Beimingwu takes 5 to 50"),
        ("--description", "short", "Description has 5 characters; Beimingwu takes 10 to 10000"),
        ("--task", "Segmentation", "Data is Table, which has no task 'Segmentation'"),
        ("--output-dimension", "1", "Output.Dimension is 1; it must be at least 2"),
        ("--input-dimension", "0", "Input.Dimension is 0; it must be at least 1"),
        ("--input-description", "2=a", "Input.Description has the index '2'"),
        ("--input-description", "a", "must be an index and a text, such as 0=age"),
    ]

    @Test(arguments: wrong)
    func aWrongValueIsRefusedBeforeAnythingIsWritten(option: String, value: String, sentence: String) throws {
        let result = try semantic(without(option, value))
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("error: "), "\(result.errors)")
        #expect(result.errors.contains(sentence), "\(result.errors)")
        #expect(try names.isEmpty)
    }

    @Test func anExistingFileIsChangedOnlyByForce() throws {
        #expect(try semantic(Self.all).status == 0)
        let before = try written()
        let refused = try semantic(Self.all)
        #expect(refused.status == 3)
        #expect(refused.errors.contains("exists already"))
        #expect(try written() == before)
        #expect(try semantic(["--force", "--license", "Apache-2.0"]).status == 0)
        #expect(try written() == before.replacingOccurrences(of: "\"MIT\"", with: "\"Apache-2.0\""))
        #expect(try names == ["semantic_specification.json"])
    }

    @Test func aBrokenFileIsNamedBeforeWhatIsMissing() throws {
        let file = try scratch.write("semantic_specification.json", "{\n  \"Data\": }")
        let refused = try semantic(["--force", "--license", "MIT"])
        #expect(refused.status == 2)
        let lines = refused.errors.split(separator: "\n")
        try #require(lines.count == 2, "\(refused.errors)")
        #expect(lines[0].hasPrefix("warning: \(file) line 2, column 11: "), "\(refused.errors)")
        #expect(lines[0].hasSuffix("nothing that this file says is used"))
        #expect(lines[1].hasPrefix("error: missing --name"))
        #expect(try semantic(["--force"] + Self.all).status == 0)
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        for (name, words) in [("nosuch", "there is no folder '"), ("file", "is no folder")] {
            try scratch.write("file", "x")
            let result = try Tool.run("lw-pack", ["semantic", scratch.appending(name)] + Self.all)
            #expect(result.status == 3)
            #expect(result.errors.hasPrefix("error: ") && result.errors.contains(words), "\(result.errors)")
        }
    }

    @Test func theHeaderOfADataFileNamesTheColumns() throws {
        let csv = try scratch.write("x.csv", "length,\"width, cm\"\n1,2\n")
        let result = try semantic(
            without("--input-dimension").filter { $0 != "--input-description" && $0 != "0=length" }
                + ["--input-columns", csv, "--json"]
        )
        #expect(result.status == 0, "\(result.errors)")
        let input = try JSON.parse(result.output)["Input"]
        #expect(input == ["Dimension": 2, "Description": ["0": "length", "1": "width, cm"]])
    }

    @Test func whatLearnwareYamlSaysNeedsNoOption() throws {
        try scratch.write(
            "learnware.yaml",
            "name: from-the-manifest\nsandbox: {inputs: [{name: X, datatype: FP64, shape: [-1, 2], columns: [a, b]}]}\n"
        )
        let options = without("--input-dimension").filter { !["--input-description", "0=length"].contains($0) }
        let given = options.filter { $0 != "--name" && $0 != "Iris species" }
        let result = try semantic(given + ["--json"])
        #expect(result.status == 0, "\(result.errors)")
        let document = try JSON.parse(result.output)
        #expect(document["Name"]?["Values"] == "from-the-manifest")
        #expect(document["Input"] == ["Dimension": 2, "Description": ["0": "a", "1": "b"]])
    }

    @Test func aTerminalIsAskedForEverythingThatIsMissing() throws {
        let run = try Terminal.run(
            "lw-pack",
            ["semantic"],
            in: scratch.path.string,
            answers: [
                "abc", "Iris species", "Tells three species apart.", "9", "t", "ta", "1", "scikit", "1", "nat, 12", "0",
                "2",
                "only one", "length, width", "1", "3", "",
            ]
        )
        #expect(run.status == 0, "\(run.shown)")
        #expect(run.unused == 0)
        for sentence in [
            "it has 3 characters; 5 to 50 are wanted", "there is no 9; the numbers go from 1 to 3",
            "'t' may be Table or Text; type a number or the beginning of a word", "type a whole number from 1 on",
            "these are 1, not 2", "type a whole number from 2 on", "  1  Table\n", " 12  Education\n",
        ] {
            #expect(run.shown.contains(sentence), "\(sentence): \(run.shown)")
        }
        let document = try JSON.parse(try written())
        #expect(document["Scenario"]?["Values"] == ["Nature", "Education"])
        #expect(document["Input"] == ["Dimension": 2, "Description": ["0": "length", "1": "width"]])
        #expect(document["Output"] == ["Dimension": 3, "Description": [:]])
        #expect(document["Model"]?["Values"] == ["Others"])
    }

    @Test func whatLearnwareYamlSaysIsOfferedOrNotAskedFor() throws {
        try scratch.write(
            "learnware.yaml",
            "name: from-the-manifest\nsandbox: {outputs: [{name: y, datatype: FP64, shape: [-1, 3], columns: [a, b, c]}]}\n"
        )
        let run = try Terminal.run(
            "lw-pack",
            ["semantic", "--data", "Image"],
            in: scratch.path.string,
            answers: ["", "Tells three species apart.", "class", "py", "mit", "nature"]
        )
        #expect(run.status == 0, "\(run.shown)")
        #expect(run.unused == 0)
        #expect(run.shown.contains("Name (5 to 50 characters) [from-the-manifest]: "))
        let document = try JSON.parse(try written())
        #expect(document["Name"]?["Values"] == "from-the-manifest")
        #expect(document["Output"] == ["Dimension": 3, "Description": ["0": "a", "1": "b", "2": "c"]])
        #expect(document["Input"] == nil)
    }

    @Test func aTerminalIsAskedForNothingThatIsKnown() throws {
        let run = try Terminal.run("lw-pack", ["semantic"] + Self.all, in: scratch.path.string, answers: ["unused"])
        #expect(run.status == 0, "\(run.shown)")
        #expect(run.unused == 1)
        #expect(run.shown == "wrote semantic_specification.json\n")
    }

    @Test(arguments: [("\u{3}", Int32(130)), ("\u{4}", 2)])
    func endingInTheMiddleLeavesNothing(key: String, status: Int32) throws {
        let run = try Terminal.run(
            "lw-pack",
            ["semantic"],
            in: scratch.path.string,
            answers: ["Iris species", key]
        )
        #expect(run.status == status, "\(run.shown)")
        #expect(run.shown.contains("nothing was written"), "\(run.shown)")
        #expect(try names.isEmpty)
    }

    @Test func anExistingFileIsFoundBeforeTheFirstQuestion() throws {
        try scratch.write("semantic_specification.json", "{}")
        let run = try Terminal.run("lw-pack", ["semantic"], in: scratch.path.string, answers: ["unused"])
        #expect(run.status == 3)
        #expect(run.unused == 1)
        #expect(try written() == "{}")
    }
}
