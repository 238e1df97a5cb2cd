import Checking
import Tensors
import Testing

/// When two answers count as the same.
@Suite struct AgreementTests {
    private func tensor(_ values: [Double], _ shape: [Int]? = nil) throws -> Tensor {
        try Tensor(name: "y", doubles: values, shape: shape ?? [values.count])
    }

    @Test func equalBytesAreTheSameNaNIncluded() throws {
        let values = try tensor([1, .nan, -3, .infinity])
        #expect(Agreement([values], [values]) == .same)
        // Another NaN is no other answer.
        let other = try tensor([1, Double(nan: 5, signaling: false), -3, .infinity])
        #expect(Agreement([values], [other]) == .same)
    }

    @Test func whatRoundingExplainsIsClose() throws {
        guard case .close(let distance) = Agreement([try tensor([1000, 1])], [try tensor([1000, 1.0001])]) else {
            Issue.record("a ten-millionth of the largest number is a rounding")
            return
        }
        #expect((distance - 1e-7).magnitude < 1e-12)
    }

    @Test func whatItDoesNotExplainIsDifferentAndPlaced() throws {
        let (one, other) = (try tensor([1, 2, 4, 4], [2, 2]), try tensor([1, 2, 4, 3], [2, 2]))
        #expect(Agreement([one], [other]) == .different(0.25, row: 2))
    }

    @Test func numbersThatHaveNoDistanceAreDifferent() throws {
        #expect(Agreement([try tensor([1, 2])], [try tensor([1, .nan])]) == .different(nil, row: 2))
        #expect(Agreement([try tensor([.infinity])], [try tensor([-.infinity])]) == .different(nil, row: 1))
        #expect(Agreement([try tensor([1, 2])], [try tensor([1, 2], [2, 1])]) == .different(nil, row: 1))
        #expect(Agreement([try tensor([1])], []) == .different(nil, row: 1))
    }

    @Test func wholeNumbersAndTextsMustBeEqual() throws {
        let one = try Tensor(name: "y", integers: [1_000_000_000, 1], shape: [2])
        let other = try Tensor(name: "y", integers: [1_000_000_001, 1], shape: [2])
        guard case .different(_, row: 1) = Agreement([one], [other]) else {
            Issue.record("a label that is off by one is another label")
            return
        }
        let large = try [0x20_0000_0000_0000, 0x20_0000_0000_0001].map {
            try Tensor(name: "y", integers: [Int64($0)], shape: [1])
        }
        #expect(Agreement([large[0]], [large[1]]) == .different(nil, row: 1))
        let texts = try ["a", "c"].map { try Tensor(name: "y", strings: ["a", $0], shape: [2]) }
        #expect(Agreement([texts[0]], [texts[1]]) == .different(nil, row: 2))
    }
}
