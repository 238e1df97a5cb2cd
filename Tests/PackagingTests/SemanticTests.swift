import Documents
import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Semantic specifications")
struct SemanticTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let specification: Node
        let isAccepted: Bool
        var testDescription: String { name }
    }

    /// What the checker of the Python package (0.4.0) said about 60 documents.
    static let golden: [Case] = {
        let path = Checkout.root.appending("Tests/Fixtures/semantic_checker_cases.json").string
        guard let data = FileManager.default.contents(atPath: path), let root = try? JSON.parse(Array(data)),
            let cases = root["cases"]?.array
        else { return [Case(name: "the fixture cannot be read", specification: nil, isAccepted: true)] }
        return cases.compactMap { item in
            guard let name = item["name"]?.string, let specification = item["spec"] else { return nil }
            return Case(name: name, specification: specification, isAccepted: item["status"]?.integer == 0)
        }
    }()

    @Test("are judged as the Python package's checker judges them", arguments: golden)
    func verdict(item: Case) {
        let problems = SemanticRules.problems(in: item.specification, file: "s.json")
        let isAccepted = problems.allSatisfy { $0.severity == .warning }
        if item.name == "no_Model" {
            // A defect of 0.4 (python-learnware.md, 0.6a): every table that 0.3 wrote is refused. It is a warning here.
            #expect(isAccepted)
            #expect(problems.map(\.message) == ["there is no 'Model', which version 0.4 of the Python package needs"])
        } else {
            #expect(isAccepted == item.isAccepted, "\(problems.map(\.description))")
        }
    }

    @Test("in the golden cases are all there")
    func count() {
        #expect(Self.golden.count == 60)
        #expect(Self.golden.count { $0.isAccepted } == 28)
    }

    private static func replacing(_ key: String, _ value: String?) -> String { GoodFolder.semantic([key: value]) }

    /// A document and all that is said about it.
    static let faults: [(String, [String])] = [
        ("[]", ["s.json:1:1: error: it must hold a map, not a list"]),
        (replacing("Data", nil), ["s.json:1:1: error: there is no 'Data'"]),
        (replacing("Data", "[]"), ["s.json:2:9: error: Data must be a map with Type and Values, not a list"]),
        (replacing("Data", #"{"Type": "Class"}"#), ["s.json:2:9: error: Data has no Values"]),
        (replacing("Task", #"{"Values": ["Others"]}"#), ["s.json:3:9: error: Task has no Type; it must be 'Class'"]),
        (
            replacing("Task", #"{"Type": "Tag", "Values": ["Others"]}"#),
            ["s.json:3:18: error: Task.Type is 'Tag'; it must be 'Class'"]
        ),
        (
            replacing("Library", #"{"Type": "Class", "Values": "Others"}"#),
            ["s.json:5:40: error: Library.Values must be a list, not a text"]
        ),
        (
            replacing("Library", #"{"Type": "Class", "Values": [3]}"#),
            ["s.json:5:41: error: Library.Values must hold texts, not a number"]
        ),
        (
            replacing("Library", #"{"Type": "Class", "Values": ["Sklearn"]}"#),
            ["s.json:5:41: error: Library has no value 'Sklearn'"]
        ),
        (
            replacing("Library", #"{"Type": "Class", "Values": ["pytorch"]}"#),
            ["s.json:5:41: error: Library has no value 'pytorch'; did you mean 'PyTorch'?"]
        ),
        (
            replacing("License", #"{"Type": "Class", "Values": ["MIT", "GPL-3.0"]}"#),
            ["s.json:6:40: error: License.Values has 2 values; it must have exactly one"]
        ),
        (
            replacing("Scenario", #"{"Type": "Tag", "Values": []}"#),
            ["s.json:7:39: error: Scenario.Values is empty; it must have at least one"]
        ),
        (
            replacing("Scenario", #"{"Type": "Tag", "Values": ["Nature", "Nature"]}"#),
            ["s.json:7:39: warning: Scenario.Values names the same one twice"]
        ),
        (
            replacing("Name", #"{"Type": "String", "Values": ["a"]}"#),
            ["s.json:8:38: error: Name.Values must be a text, not a list"]
        ),
        (replacing("Name", #"{"Type": "String", "Values": ""}"#), ["s.json:8:38: error: Name is empty"]),
        (
            replacing("Model", #"{"Type": "Optional", "Values": ["PEFT Model"]}"#),
            ["s.json:4:41: error: Data is Table, so Model must be 'Others', not 'PEFT Model'"]
        ),
        (
            replacing("Task", #"{"Type": "Class", "Values": ["Segmentation"]}"#),
            ["s.json:3:37: error: Data is Table, which has no task 'Segmentation'"]
        ),
        (replacing("Input", nil), ["s.json:1:1: error: there is no 'Input', which is needed because Data is Table"]),
        (
            replacing("Input", "null"),
            ["s.json:10:10: error: there is no 'Input', which is needed because Data is Table"]
        ),
        (
            replacing("Input", #""{}""#),
            ["s.json:10:10: error: Input must be a map with Dimension and Description, not a text"]
        ),
        (replacing("Input", #"{"Dimension": 2}"#), ["s.json:10:10: error: Input has no Description"]),
        (
            replacing("Input", #"{"Dimension": 2.5, "Description": {}}"#),
            ["s.json:10:24: error: Input.Dimension must be a whole number, not a number"]
        ),
        (
            replacing("Input", #"{"Dimension": 2, "Description": {"2": "a"}}"#),
            ["s.json:10:43: error: Input.Description has the index '2'; it must be from 0 to 1, as Dimension says"]
        ),
        (
            replacing("Input", #"{"Dimension": 2, "Description": {"a": "a"}}"#),
            ["s.json:10:43: error: Input.Description has the key 'a', which is no index"]
        ),
        (
            replacing("Input", #"{"Dimension": 2, "Description": {"01": "a"}}"#),
            ["s.json:10:43: warning: Input.Description has the index '01'; write '1'"]
        ),
        (
            replacing("Input", #"{"Dimension": 2, "Description": {"0": 1}}"#),
            ["s.json:10:48: error: Input.Description.0 must be a text, not a number"]
        ),
        (
            replacing("Output", #"{"Dimension": 0, "Description": {}}"#),
            ["s.json:11:25: error: Output.Dimension is 0; it must be at least 1, because Task is Regression"]
        ),
        (replacing("Colour", "1"), ["s.json:12:1: warning: there is no key 'Colour'; it is kept and not used"]),
        (
            GoodFolder.semantic(["License": nil, "Licence": "1"]),
            ["s.json:11:1: error: there is no key 'Licence'; did you mean 'License'?"]
        ),
    ]

    @Test("have every fault named with its place", arguments: faults)
    func fault(text: String, lines: [String]) throws {
        let problems = SemanticRules.problems(in: try JSON.parse(text), file: "s.json")
        #expect(problems.map(\.description) == lines)
    }

    @Test("have the lengths that Beimingwu takes", arguments: [(4, 1), (5, 0), (50, 0), (51, 1)])
    func name(length: Int, count: Int) throws {
        let text = String(repeating: "é", count: length)
        let document = try JSON.parse(GoodFolder.semantic(["Name": #"{"Type": "String", "Values": "\#(text)"}"#]))
        #expect(SemanticRules.problems(in: document, file: "s.json").isEmpty)
        let problems = SemanticRules.lengthProblems(in: document, file: "s.json")
        #expect(problems.count == count)
        if count > 0 { #expect(problems[0].message == "Name has \(length) characters; Beimingwu takes 5 to 50") }
    }

    @Test("have a description of 10 to 10000 characters", arguments: [(9, 1), (10, 0), (10_000, 0), (10_001, 1)])
    func description(length: Int, count: Int) throws {
        let text = String(repeating: "a", count: length)
        let document = try JSON.parse(
            GoodFolder.semantic(["Description": #"{"Type": "String", "Values": "\#(text)"}"#])
        )
        #expect(SemanticRules.lengthProblems(in: document, file: "s.json").count == count)
    }

    @Test(
        "beside real learnwares fit them, but for the one whose statistics say otherwise",
        .enabled(if: Golden.isWanted),
        arguments: Golden.learnwares
    )
    func learnware(name: String) throws {
        let scratch = try Scratch()
        try Package.open(Golden.zip(name)).unpack(into: scratch.path, as: "m")
        let beside = Golden.folder.appending("learnwares/\(name)/semantic_spec.json").string
        let text = try Data(contentsOf: URL(fileURLWithPath: beside))
        try scratch.write(Array(text), to: "m/semantic_specification.json")
        let errors = try PackageBuilder.examine(scratch.file("m")).validation.errors
        #expect(errors.isEmpty == (name != "bad_spec_dim"), "\(errors.map(\.description))")
    }
}
