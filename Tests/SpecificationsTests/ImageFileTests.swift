import Documents
import Numerics
import Specifications
import Testing

@Suite("Files of image specifications")
struct ImageFileTests {
    static func plane(_ value: String) -> String {
        let row = "[" + [String](repeating: value, count: 32).joined(separator: ",") + "]"
        return "[" + [String](repeating: row, count: 32).joined(separator: ",") + "]"
    }

    /// As the Python package writes it: compact, numbers of single precision with the digits of a double.
    static let python =
        #"{"RKME_IMAGE_VERSION":1,"msg":null,"z":[["# + plane("0.10000000149011612") + "," + plane("-2.0")
        + "],[" + plane("9.999999747378752e-06") + "," + plane("3.5") + #"]],"beta":[0.25,0.75],"n_models":16,"#
        + #""model_config":{"k":2,"mu":0,"sigma":null,"net_width":128,"net_depth":3},"type":"RKMEImageSpecification"}"#

    static func read(_ text: String) throws -> RKMEImageSpecification {
        try RKMEImageSpecification(json: Array(text.utf8))
    }

    @Test("A file of the Python package is read, and written again to the letter")
    func roundTrip() throws {
        let specification = try Self.read(Self.python)
        #expect(specification.channels == 2)
        #expect(specification.points.rows == 2)
        #expect(specification.points[0, 0] == 0.1)
        #expect(specification.points[0, 1024] == -2)
        #expect(specification.points[1, 1023] == 1e-5)
        #expect(specification.weights == [0.25, 0.75])
        #expect(specification.networks == ImageNetworks())
        #expect(specification.message == nil)
        // Not compared inside the macro, which would print both.
        let isSame = specification.jsonBytes() == Array(Self.python.utf8)
        #expect(isSame)
    }

    @Test("An older file without msg, type, version or networks is read with the defaults")
    func older() throws {
        let text = #"{"z":[["# + Self.plane("1") + #"]],"beta":[1]}"#
        let specification = try Self.read(text)
        #expect(specification.channels == 1)
        #expect(specification.networks == ImageNetworks())
        let keys = specification.node.members?.map(\.key)
        #expect(keys == ["RKME_IMAGE_VERSION", "msg", "z", "beta", "n_models", "model_config", "type"])
    }

    @Test("What is not known is kept, behind what is")
    func unknownKeys() throws {
        let text = Self.python.replacing(#""msg":null"#, with: #""zoo":[1,{"a":null}],"msg":"mine","device":"gpu""#)
        let specification = try Self.read(text)
        #expect(specification.message == "mine")
        let again = try RKMEImageSpecification(json: specification.jsonBytes())
        let isSame = again.node == specification.node
        #expect(isSame)
        #expect(again.node["zoo"] == [1, ["a": nil]])
        #expect(again.node.members?.suffix(2).map(\.key) == ["zoo", "device"])
    }

    @Test("Numbers of other networks survive")
    func networks() throws {
        let text = Self.python.replacing(#""sigma":null,"net_width":128"#, with: #""sigma":0.5,"net_width":64"#)
        let specification = try Self.read(text)
        #expect(specification.networks.deviation == 0.5)
        #expect(specification.networks.width == 64)
        let isSame = specification.jsonBytes() == Array(text.utf8)
        #expect(isSame)
    }

    @Test(
        "A file that is wrong is refused by key and index",
        arguments: [
            (#""RKME_IMAGE_VERSION":1"#, #""RKME_IMAGE_VERSION":2"#, "'RKME_IMAGE_VERSION' is 2; only 1 is read"),
            (
                #""type":"RKMEImage"#, #""type":"RKMETable"#,
                "'type' is 'RKMETableSpecification', not 'RKMEImageSpecification'"
            ),
            (#""beta":[0.25,0.75]"#, #""beta":[1]"#, "'z' has 2 images, but 'beta' has 1 weights"),
            (#""beta":[0.25,0.75]"#, #""beta":[0.25,"a"]"#, "'beta[1]' is a text, not a number"),
            (#""beta":[0.25,0.75]"#, #""gamma":0.1"#, "the key 'beta' is missing"),
            (#""n_models":16"#, #""n_models":0"#, "'n_models' is 0; it must be from 1 to 4096"),
            (#""n_models":16"#, #""n_models":1.5"#, "'n_models' is a number, not a whole number"),
            (#""net_depth":3"#, #""net_depth":4"#, "only networks of 3 layers are computed"),
            (#""net_width":128"#, #""net_width":4000"#, "'k' · 'net_width' is 8000"),
            (#""msg":null"#, #""msg":[]"#, "'msg' is a list, not a text"),
            ("],[[[9.999999747378752e-06", "],[[[1e40", "'z[1][0][0][0]' is too large a number"),
            ("],[[[9.999999747378752e-06", "],[[[null", "'z[1][0][0][0]' is null, not a number"),
            ("],[[[9.999999747378752e-06,", "],[[[", "'z[1][0][0]' has 31 elements; it must have 32"),
            ("],[[[9.999999747378752e-06", "],3,[[[9.999999747378752e-06", "'z[1]' is a number, not a list"),
            (#""z":["#, #""z":[[],"#, "'z[0]' has 0 channels"),
            (#"{"RKME"#, #"[{"RKME"#, "the specification is not readable JSON"),
        ]
    )
    func faults(part: String, replacement: String, reason: String) throws {
        let text = Self.python.replacing(part, with: replacement, maxReplacements: 1)
        try #require(text != Self.python)
        let error = try #require(throws: SpecificationError.self) { _ = try Self.read(text) }
        #expect(error.description.contains(reason))
        #expect(error.code == .invalidFile)
    }

    @Test("What is put together wrongly is refused")
    func shapes() throws {
        let points = Matrix<Float>(rows: 2, columns: 1024, repeating: 1)
        #expect(throws: SpecificationError.self) {
            try RKMEImageSpecification(points: points, channels: 2, weights: [1, 1])
        }
        #expect(throws: SpecificationError.self) {
            try RKMEImageSpecification(points: points, channels: 1, weights: [1, .nan])
        }
        #expect(throws: SpecificationError.self) {
            try RKMEImageSpecification(points: points, channels: 1, weights: [1])
        }
        var broken = points
        broken[1, 3] = .infinity
        let error = try #require(throws: SpecificationError.self) {
            try RKMEImageSpecification(points: broken, channels: 1, weights: [1, 1])
        }
        #expect(error.description == "'z[1]' holds a number that is not finite")
    }
}
