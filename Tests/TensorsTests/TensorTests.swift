import Tensors
import Testing

@Suite("Tensors")
struct TensorTests {
    static let misfits: [(Datatype, [Int], Int, String)] = [
        (Datatype.fp64, [2], 15, "tensor 'X' has 15 bytes, but its datatype and shape ask for 16"),
        (.int8, [2, 3], 7, "tensor 'X' has 7 bytes, but its datatype and shape ask for 6"),
        (.fp32, [-1], 0, "tensor 'X' has the shape [-1], which is not one that can be read"),
        (
            .int8, [1 << 62, 4], 0,
            "tensor 'X' has the shape [4611686018427387904, 4], which is not one that can be read"
        ),
        (.fp64, [1 << 61], 0, "tensor 'X' has the shape [2305843009213693952], which is not one that can be read"),
        (
            .fp64, [0, 1 << 40, 1 << 40], 0,
            "tensor 'X' has the shape [0, 1099511627776, 1099511627776], which is not one that can be read"
        ),
        (.bytes, [1], 3, "tensor 'X' has a length in its BYTES data that does not fit, at element 0"),
        (.bytes, [1], 5, "tensor 'X' has a length in its BYTES data that does not fit, at element 1"),
        (.bytes, [1 << 50], 8, "tensor 'X' has a length in its BYTES data that does not fit, at element 2"),
    ]

    @Test("Bytes that do not fit datatype and shape are refused", arguments: misfits)
    func refusedBytes(datatype: Datatype, shape: [Int], count: Int, sentence: String) throws {
        let error = try #require(throws: TensorError.self) {
            _ = try Tensor(name: "X", datatype: datatype, shape: shape, bytes: [UInt8](repeating: 0, count: count))
        }
        #expect(error.description == sentence)
    }

    @Test("A tensor of more axes than numpy knows is refused")
    func rank() {
        #expect(throws: TensorError(.invalidShape([Int](repeating: 1, count: 65)), name: "X")) {
            _ = try Tensor(name: "X", datatype: .int8, shape: [Int](repeating: 1, count: 65), bytes: [0])
        }
    }

    @Test("A BOOL that is neither 0 nor 1 is refused")
    func booleans() {
        #expect(throws: TensorError(.invalidBoolean(index: 1, value: 2), name: "b")) {
            _ = try Tensor(name: "b", datatype: .bool, shape: [2], bytes: [1, 2])
        }
    }

    @Test("A BYTES element that reaches past the end is refused, however large its length")
    func longElement() {
        #expect(throws: TensorError(.brokenElement(index: 1), name: "s")) {
            let bytes: [UInt8] = [1, 0, 0, 0, 65, 255, 255, 255, 255, 66]
            _ = try Tensor(name: "s", datatype: .bytes, shape: [2], bytes: bytes)
        }
    }

    static let layouts: [(Datatype, [UInt8], [Double])] = [
        (Datatype.bool, [0, 1], [0.0, 1.0]), (.uint8, [7, 255], [7, 255]), (.int8, [7, 255], [7, -1]),
        (.uint16, [1, 2, 255, 255], [513, 65535]), (.int16, [1, 2, 255, 255], [513, -1]),
        (.uint32, [0, 0, 0, 128, 1, 0, 0, 0], [2_147_483_648, 1]),
        (.int32, [0, 0, 0, 128, 1, 0, 0, 0], [-2_147_483_648, 1]),
        (.fp16, [0, 60, 0, 252], [1, -.infinity]), (.fp16, [1, 0, 255, 123], [0x1p-24, 65504]),
        (.fp32, [0, 0, 128, 63, 0, 0, 32, 192], [1, -2.5]),
        (.int64, [255, 255, 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 0, 0, 0], [-1, 2]),
        (.uint64, [255, 255, 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 0, 0, 0], [0x1p64, 2]),
        (.fp64, [0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 4, 192], [1, -2.5]),
    ]

    @Test("Numbers of every datatype are read from little-endian bytes", arguments: layouts)
    func doubles(datatype: Datatype, bytes: [UInt8], numbers: [Double]) throws {
        let tensor = try Tensor(name: "X", datatype: datatype, shape: [2], bytes: bytes)
        #expect(try tensor.doubles() == numbers)
    }

    @Test("Integers are exact, and a UINT64 beyond Int64 is refused")
    func integers() throws {
        let numbers: [Int64] = [.min, -1, 9_007_199_254_740_993, .max]
        #expect(try Tensor(name: "y", integers: numbers, shape: [2, 2]).integers() == numbers)
        let large = try Tensor(name: "y", datatype: .uint64, shape: [1], bytes: [0, 0, 0, 0, 0, 0, 0, 128])
        #expect(throws: TensorError.self) { _ = try large.integers() }
        #expect(throws: TensorError(.wrongDatatype(found: .fp64, wanted: "integers"), name: "y")) {
            _ = try Tensor(name: "y", doubles: [1], shape: [1]).integers()
        }
    }

    @Test("Texts survive, and bytes that are not UTF-8 are refused with their place")
    func strings() throws {
        let texts = ["", "a", "grün", "日本🙂", "a\u{0}b"]
        #expect(try Tensor(name: "s", strings: texts, shape: [5]).strings() == texts)
        let broken = try Tensor(name: "s", datatype: .bytes, shape: [2], bytes: [0, 0, 0, 0, 1, 0, 0, 0, 0xFF])
        #expect(throws: TensorError(.invalidText(index: 1), name: "s")) { _ = try broken.strings() }
        #expect(throws: TensorError(.wrongDatatype(found: .bytes, wanted: "numbers"), name: "s")) {
            _ = try broken.doubles()
        }
    }

    @Test("As many elements as the shape asks for are wanted")
    func elementCount() {
        #expect(throws: TensorError(.wrongElementCount(expected: 4, found: 3), name: "X")) {
            _ = try Tensor(name: "X", doubles: [1, 2, 3], shape: [2, 2])
        }
    }

    @Test("Slicing and joining rows are inverse", arguments: [1, 2, 5])
    func rows(batch: Int) throws {
        let numbers = try Tensor(name: "X", doubles: (0..<30).map { Double($0) }, shape: [5, 2, 3])
        let texts = try Tensor(name: "X", strings: (0..<10).map { String(repeating: "x", count: $0) }, shape: [5, 2])
        for tensor in [numbers, texts] {
            let parts = stride(from: 0, to: 5, by: batch).map { tensor.rows($0..<min($0 + batch, 5)) }
            #expect(parts.map { $0.rowCount ?? 0 }.reduce(0, +) == 5)
            #expect(try Tensor.concatenating(parts) == tensor)
            #expect(tensor.rows(2..<2).elementCount == 0)
        }
    }

    @Test("Parts of different form are not joined")
    func unequalParts() throws {
        let first = try Tensor(name: "a", doubles: [1, 2], shape: [1, 2])
        let others = [
            try Tensor(name: "b", doubles: [1, 2, 3], shape: [1, 3]), try Tensor(name: "b", doubles: [1], shape: [1]),
            try Tensor(name: "b", integers: [1, 2], shape: [1, 2]),
        ]
        for other in others {
            #expect(throws: TensorError(.unequalParts, name: "b")) { _ = try Tensor.concatenating([first, other]) }
        }
        #expect(throws: TensorError(.noRows, name: "")) { _ = try Tensor.concatenating([]) }
    }

    @Test("The first NaN or infinity is found by row and place in the row")
    func nonFinite() throws {
        let tensor = try Tensor(name: "y", doubles: [1, 2, 3, .infinity, .nan, 1], shape: [2, 3])
        let place = try #require(tensor.firstNonFinite())
        #expect(place == (1, 0))
        let half = try Tensor(name: "y", datatype: .fp16, shape: [2], bytes: [255, 123, 0, 124])
        #expect(half.firstNonFinite()?.row == 1)
        let single = try Tensor(name: "y", datatype: .fp32, shape: [1], bytes: [255, 255, 127, 127])
        #expect(single.firstNonFinite() == nil)
        #expect(try Tensor(name: "y", integers: [-1], shape: [1]).firstNonFinite() == nil)
    }
}
