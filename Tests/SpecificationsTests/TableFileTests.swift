import Documents
import Numerics
import Specifications
import SystemPackage
import TestSupport
import Testing

@Suite("Files of table specifications")
struct TableFileTests {
    static func read(_ text: String) throws -> RKMETableSpecification {
        try RKMETableSpecification(json: Array(text.utf8))
    }

    @Test("The Python package's files come back number for number, in their keys' order", arguments: Golden.sets)
    func goldenRoundTrip(name: String) throws {
        let specification = try Golden.specification(name)
        let written = try JSON.parse(specification.jsonBytes(), limits: .data)
        #expect(written == (try Golden.json("specs/\(name)/stat_spec.json")))
        #expect(written.members?.map(\.key) == ["z", "beta", "gamma", "num_points", "type"])
    }

    @Test(
        "Every double survives being written and read",
        arguments: [0.1, 2.2250738585072014e-308, 1.7976931348623157e308, -0.0, 5e-300]
    )
    func doubles(value: Double) throws {
        let specification = try Self.read(#"{"z":[[\#(value)]],"beta":[\#(value)]}"#)
        let again = try RKMETableSpecification(json: specification.jsonBytes())
        #expect(again.points[0, 0].bitPattern == value.bitPattern && again.weights[0].bitPattern == value.bitPattern)
    }

    @Test(
        "Samples of any shape, single numbers among them",
        arguments: [
            (#"{"z":[1,2],"beta":[0.5,0.5]}"#, [Int]()), (#"{"z":[[1,2,3]],"beta":[1]}"#, [3]),
            (#"{"z":[[[1,2],[3,4],[5,6]]],"beta":[1]}"#, [3, 2]),
        ]
    )
    func shapes(text: String, shape: [Int]) throws {
        let specification = try Self.read(text)
        #expect(specification.sampleShape == shape)
        #expect(specification.points.columns == shape.reduce(1, *))
        let again = try RKMETableSpecification(json: specification.jsonBytes())
        #expect(again.sampleShape == shape && again.points == specification.points)
    }

    @Test("A legacy file has no type, or another name, and keys that are kept")
    func legacy() throws {
        let text = #"{"device":"gpu","cuda_idx":0,"z":[[1.5]],"beta":[1],"num_points":7,"gamma":0.2}"#
        let specification = try Self.read(text)
        #expect(specification.gamma == 0.2 && specification.rowCount == 7)
        let keys = try JSON.parse(specification.jsonBytes()).members?.map(\.key)
        #expect(keys == ["z", "beta", "gamma", "num_points", "type", "device", "cuda_idx"])
        let alias = try Self.read(#"{"z":[[1]],"beta":[1],"type":"RKMEStatSpecification"}"#)
        #expect(alias.gamma == 0.1 && alias.rowCount == nil && alias.kernelKey.type == "RKMETableSpecification")
    }

    @Test("Our own keys come after the package's and come back")
    func ownKeys() throws {
        var options = RKMETableOptions()
        options.scaling = .ownColumns
        options.pointCount = 5
        let specification = try RKMETableSpecification(fitting: .normal(50, 3, seed: 1), options: options)
        let again = try RKMETableSpecification(json: specification.jsonBytes())
        #expect(again.standardization == specification.standardization && again.standardization != nil)
        #expect(again.guardRecord == specification.guardRecord && again.guardRecord != nil)
        #expect(again.kernelKey == specification.kernelKey && again.points == specification.points)
        let keys = try JSON.parse(specification.jsonBytes()).members?.map(\.key)
        #expect(keys == ["z", "beta", "gamma", "num_points", "type", "standardization", "privacy_guard"])
    }

    @Test(
        "What is wrong is named with its key and index",
        arguments: [
            ("[1]", "a specification is a map"), ("{", "readable JSON"),
            (#"{"beta":[1]}"#, "the key 'z' is missing"), (#"{"z":[[1]]}"#, "the key 'beta' is missing"),
            (#"{"z":[],"beta":[]}"#, "'z' is empty"), (#"{"z":[[]],"beta":[1]}"#, "'z[0]' is empty"),
            (#"{"z":1,"beta":[1]}"#, "'z' must be a list"),
            (#"{"z":[[1,2],[3]],"beta":[1,0]}"#, "'z[1]' has 1 elements, but the first of its kind has 2"),
            (#"{"z":[[1,2],[3,"x"]],"beta":[1,0]}"#, "'z[1][1]' is a text, not a number"),
            (#"{"z":[[1,2],[3,null]],"beta":[1,0]}"#, "'z[1][1]' is null, not a number"),
            (#"{"z":[[1,2],3],"beta":[1,0]}"#, "'z[1]' is a number, not a list of 2"),
            (#"{"z":[[1,2],[[3],4]],"beta":[1,0]}"#, "'z[1][0]' is a list, not a number"),
            (#"{"z":[[1]],"beta":[1,2]}"#, "'z' has 1 points, but 'beta' has 2 weights"),
            (#"{"z":[[1]],"beta":[[1]]}"#, "'beta' must be a list of numbers"),
            (#"{"z":[[1]],"beta":[true]}"#, "'beta[0]' is a boolean"),
            (#"{"z":[[1]],"beta":[1],"gamma":0}"#, "'gamma' must be a number above 0"),
            (#"{"z":[[1]],"beta":[1],"gamma":"a"}"#, "'gamma' must be a number above 0"),
            (#"{"z":[[1]],"beta":[1],"num_points":-1}"#, "'num_points'"),
            (#"{"z":[[1]],"beta":[1],"num_points":1.5}"#, "'num_points'"),
            (#"{"z":[[1]],"beta":[1],"type":"Other\u001b"}"#, #"'type' is 'Other\u{1b}'"#),
            (#"{"z":[[1]],"beta":[1],"type":3}"#, "'type' is a"),
            (#"{"z":[[1e999]],"beta":[1]}"#, "too large"), (#"{"z":[[NaN]],"beta":[1]}"#, "column 8"),
            (#"{"z":[[1]],"z":[[1]],"beta":[1]}"#, "twice"),
            (#"{"z":[[1]],"beta":[1],"standardization":{"mean":[0]}}"#, "lacks 'scale'"),
            (#"{"z":[[1]],"beta":[1],"standardization":{"mean":[0],"scale":[0]}}"#, "above 0"),
            (#"{"z":[[1]],"beta":[1],"standardization":{"mean":[0,1],"scale":[1,1]}}"#, "not one of 1 features"),
            (#"{"z":[[1]],"beta":[1],"privacy_guard":true}"#, "'privacy_guard' must be false"),
        ]
    )
    func faults(text: String, message: String) throws {
        let error = #expect(throws: SpecificationError.self) { try Self.read(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("Deep nesting and too many values end with an error")
    func limits() {
        let deep = #"{"z":"# + String(repeating: "[", count: 100_000)
        #expect(throws: SpecificationError.self) { try Self.read(deep) }
        let many = #"{"z":["# + String(repeating: "1,", count: 3_000_001) + #"1],"beta":[1]}"#
        #expect(throws: SpecificationError.self) { try Self.read(many) }
    }

    @Test("A file is written whole and read again; what is no file is refused")
    func files() throws {
        let scratch = try Scratch()
        let path = FilePath(scratch.appending("stat.json"))
        let specification = try Golden.specification("iris")
        try specification.write(to: path)
        try specification.write(to: path)
        #expect(try RKMETableSpecification(contentsOf: path).points == specification.points)
        #expect(throws: SpecificationError.self) { try RKMETableSpecification(contentsOf: scratch.path) }
        let missing = #expect(throws: SpecificationError.self) {
            try RKMETableSpecification(contentsOf: FilePath(scratch.appending("none.json")))
        }
        #expect(missing?.errno == .noSuchFileOrDirectory)
        #expect(throws: SpecificationError.self) {
            try specification.write(to: FilePath(scratch.appending("none/stat.json")))
        }
    }
}
