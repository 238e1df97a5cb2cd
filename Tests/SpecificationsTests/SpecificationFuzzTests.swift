import Numerics
import Specifications
import TestSupport
import Testing

/// Files that somebody has damaged on purpose: the reader gives a specification that holds together, or one sentence.
@Suite("Damaged specification files")
struct SpecificationFuzzTests {
    private static let seeds = [
        #"{"z":[[1.5,-2],[3e-5,4]],"beta":[0.25,0.75],"gamma":0.1,"num_points":10,"type":"RKMETableSpecification"}"#,
        #"{"z":[[[1,2],[3,4]],[[5,6],[7,8]]],"beta":[1,0],"device":"gpu","cuda_idx":0}"#,
        #"{"z":[1,2,3],"beta":[0.5,0.25,0.25],"standardization":{"mean":[0],"scale":[2]},"privacy_guard":false}"#,
        #"{"z":[[0.1]],"beta":[1],"privacy_guard":{"distance":0.25},"type":"RKMEStatSpecification"}"#,
    ]
    private static let splinters = [
        "1e999", "NaN", "-", "null", "[[[[", "[]", "{}", ",", "\"z\":", "\"beta\":[1],", "1e308", "5e-324", "true",
        "\\u0000",
        "99999999999999999999", "\u{1b}[2J", "-0.0", "[1,2]", "\u{FEFF}",
    ]

    @Test("Random damage gives a specification that holds together, or a refusal")
    func damaged() {
        var generator = SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
        let end = ContinuousClock.now + .seconds(Checkout.isSoak ? 600 : 4)
        var (read, refused) = (0, 0)
        while ContinuousClock.now < end {
            let whole = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)]
            let bytes = Self.mutated(Array(whole.utf8), &generator)
            do throws(SpecificationError) {
                try Self.expectSound(RKMETableSpecification(json: bytes))
                read += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty && !error.description.contains("\u{1B}"))
            }
        }
        // Both must happen often, or the damage is of the wrong size.
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused")
    }

    /// What was read can be written, read again, compared and looked at.
    private static func expectSound(_ specification: RKMETableSpecification) throws(SpecificationError) {
        #expect(specification.weights.count == specification.points.rows)
        #expect(specification.points.columns == specification.sampleShape.reduce(1, *))
        let again = try RKMETableSpecification(json: specification.jsonBytes())
        #expect(again.points == specification.points && again.weights == specification.weights)
        #expect(again.kernelKey == specification.kernelKey && again.unknownKeys == specification.unknownKeys)
        _ = try specification.squaredDistance(to: again)
        #expect(try PrincipalPlane(specification).points.count == specification.weights.count)
    }

    static func mutated(_ whole: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
            case 2: bytes.insert(contentsOf: splinters.randomElement(using: &generator)?.utf8 ?? "".utf8, at: place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
            }
        }
        return bytes
    }
}
