import Numerics
import Specifications
import TestSupport
import Testing

/// Files of images and texts that somebody has damaged on purpose.
@Suite("Damaged specifications of images and texts")
struct ImageAndTextFuzzTests {
    private static let texts = [
        #"{"z":[[1.5,-2],[3e-5,4]],"beta":[0.25,0.75],"gamma":0.1,"type":"RKMETextSpecification","language":["en","zh-cn"]}"#,
        #"{"z":[[1]],"beta":[1],"language":[],"embedder":"sha256:00ff","device":"gpu"}"#,
    ]

    @Test("Random damage gives a specification that holds together, or a refusal", .timeLimit(.minutes(15)))
    func damaged() {
        var generator = SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
        let end = ContinuousClock.now + .seconds(Checkout.isSoak ? 600 : 3)
        var (read, refused) = (0, 0)
        while ContinuousClock.now < end {
            do throws(SpecificationError) {
                if Bool.random(using: &generator) {
                    let whole = Self.texts[Int.random(in: 0..<Self.texts.count, using: &generator)]
                    try Self.expectSoundText(SpecificationFuzzTests.mutated(Array(whole.utf8), &generator))
                } else {
                    try Self.expectSoundImages(SpecificationFuzzTests.mutated(Self.images, &generator))
                }
                read += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty && !error.description.contains("\u{1B}"))
            }
        }
        // Both must happen often, or the damage is of the wrong size.
        #expect(read > 20 && refused > 20, "\(read) read, \(refused) refused")
    }

    private static let images = Array(ImageFileTests.python.utf8)

    private static func expectSoundText(_ bytes: [UInt8]) throws(SpecificationError) {
        let specification = try RKMETextSpecification(json: bytes)
        let again = try RKMETextSpecification(json: specification.jsonBytes())
        #expect(again.languages == specification.languages && again.kernelKey == specification.kernelKey)
        _ = try specification.squaredDistance(to: again)
    }

    private static func expectSoundImages(_ bytes: [UInt8]) throws(SpecificationError) {
        let specification = try RKMEImageSpecification(json: bytes)
        #expect(specification.points.rows == specification.weights.count)
        #expect(specification.points.columns == specification.channels * 1024)
        let again = try RKMEImageSpecification(json: specification.jsonBytes())
        #expect(again.points == specification.points && again.weights == specification.weights)
        #expect(again.networks == specification.networks && again.message == specification.message)
        // Weights may be as large as numbers get; then there is a sentence instead of a product.
        _ = try ImageEmbedding(specification, threads: 1)
    }
}
