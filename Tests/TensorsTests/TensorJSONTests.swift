import Documents
import Tensors
import Testing

@Suite("Tensors in JSON")
struct TensorJSONTests {
    @Test("Flat and nested lists say the same")
    func flatAndNested() throws {
        let expected = try Tensor(name: "X", doubles: [1, 2, 3, 4, 5, 6], shape: [3, 2])
        for text in ["[1, 2, 3, 4, 5, 6]", "[[1, 2], [3.0, 4], [5, 6e0]]"] {
            #expect(try Tensor(json: JSON.parse(text), name: "X", datatype: .fp64, shape: [3, 2]) == expected)
        }
    }

    @Test("Empty axes are read", arguments: [("[]", [0]), ("[]", [0, 3]), ("[[], []]", [2, 0]), ("[]", [2, 0])])
    func emptyAxes(text: String, shape: [Int]) throws {
        let tensor = try Tensor(json: JSON.parse(text), name: "X", datatype: .int32, shape: shape)
        #expect(tensor.elementCount == 0)
    }

    static let misfits: [(String, Datatype, [Int], String)] = [
        ("[1, 2, 3]", Datatype.fp64, [2], "tensor 'X' has 3 elements, but its shape asks for 2"),
        ("[[1, 2], [3]]", .fp64, [2, 2], "tensor 'X' has lists that do not form the shape [2]"),
        ("[[1], 2]", .fp64, [2, 1], "tensor 'X' has lists that do not form the shape [1]"),
        ("5", .fp64, [1], "tensor 'X' has lists that do not form the shape [1]"),
        (
            "[1]", .fp64, [1 << 60, 16],
            "tensor 'X' has the shape [1152921504606846976, 16], which is not one that can be read"
        ),
        ("[0, 300]", .uint8, [2], "tensor 'X' has the number 300 at element 1, which is no value of UINT8"),
        ("[-1]", .uint64, [1], "tensor 'X' has the number -1 at element 0, which is no value of UINT64"),
        ("[1.5]", .int64, [1], "tensor 'X' has the number 1.5 at element 0, which is no value of INT64"),
        (
            "[9223372036854775809]", .uint64, [1],
            "tensor 'X' has the number 9.223372036854776e+18 at element 0, which is no value of UINT64"
        ),
        ("[1e39]", .fp32, [1], "tensor 'X' has the number 1e+39 at element 0, which is no value of FP32"),
        ("[65520]", .fp16, [1], "tensor 'X' has the number 65520 at element 0, which is no value of FP16"),
        ("[null]", .fp64, [1], "tensor 'X' has null at element 0, which is no value of FP64"),
        ("[\"1\"]", .fp64, [1], "tensor 'X' has a text at element 0, which is no value of FP64"),
        ("[1]", .bool, [1], "tensor 'X' has the number 1 at element 0, which is no value of BOOL"),
        ("[1]", .bytes, [1], "tensor 'X' has the number 1 at element 0, which is no value of BYTES"),
    ]

    @Test("Lists and values that do not fit are refused by their place", arguments: misfits)
    func refused(text: String, datatype: Datatype, shape: [Int], sentence: String) throws {
        let error = try #require(throws: TensorError.self) {
            _ = try Tensor(json: JSON.parse(text), name: "X", datatype: datatype, shape: shape)
        }
        #expect(error.description == sentence)
    }

    @Test("null is a missing number only where that is agreed, and never an integer")
    func null() throws {
        let tensor = try Tensor(json: [1, nil], name: "X", datatype: .fp32, shape: [2], allowsNull: true)
        #expect(try tensor.doubles()[1].isNaN)
        #expect(throws: TensorError.self) {
            _ = try Tensor(json: [1, nil], name: "X", datatype: .int64, shape: [2], allowsNull: true)
        }
    }

    @Test(
        "Elements of every datatype survive the way through JSON",
        arguments: zip(
            Datatype.allCases,
            [
                "[true,false]", "[0,255]", "[0,65535]", "[0,4294967295]", "[0,9223372036854775807]", "[-128,127]",
                "[-32768,32767]", "[-2147483648,2147483647]", "[-9223372036854775808,9223372036854775807]",
                "[0.5,65504.0]",
                "[0.1,3.4028235e+38]", "[0.1,5e-324]", "[\"\",\"grün \\\"x\\\"\"]",
            ]
        )
    )
    func roundTrip(datatype: Datatype, text: String) throws {
        let tensor = try Tensor(json: JSON.parse(text), name: "X", datatype: datatype, shape: [2])
        #expect(try tensor.jsonData().json() == text)
    }

    @Test("NaN becomes null, and what JSON cannot say is refused")
    func unspeakable() throws {
        #expect(try Tensor(name: "y", doubles: [.nan, 1], shape: [2]).jsonData() == [nil, 1.0])
        #expect(throws: TensorError.self) { _ = try Tensor(name: "y", doubles: [.infinity], shape: [1]).jsonData() }
        let text = try Tensor(name: "y", datatype: .bytes, shape: [1], bytes: [1, 0, 0, 0, 0xC0])
        #expect(throws: TensorError(.invalidText(index: 0), name: "y")) { _ = try text.jsonData() }
    }
}
