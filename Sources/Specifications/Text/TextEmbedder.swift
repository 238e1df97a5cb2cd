import Documents
public import Numerics

/// Turns sentences into vectors whose distances follow their meaning.
///
/// Made by whoever can run one: an embedder is a learnware, and none runs in this module.
public protocol TextEmbedder {
    /// The digest of what embeds, which specifications record: vectors of two embedders are never compared.
    var digest: String { get }

    /// - Parameter texts: at least one.
    /// - Returns: one row for each text, in their order.
    /// - Throws: whatever keeps it from embedding.
    func embed(_ texts: [String]) throws -> Matrix<Double>
}

/// The embedders that a user trusts with private text, by digest.
///
/// A specification is published, and an embedder chooses its numbers: a hostile one could write the private text into its
/// vectors. Sandboxes do not help against that, so only embedders that the user listed are asked.
public struct TrustedEmbedders: Hashable, Sendable {
    /// Their digests.
    public let digests: Set<String>

    /// - Parameter digests: of the embedders that may see the texts.
    public init(_ digests: Set<String>) {
        self.digests = digests
    }

    /// - Throws: ``SpecificationError`` when the embedder is not listed.
    func validate(_ embedder: some TextEmbedder) throws(SpecificationError) {
        guard digests.contains(embedder.digest) else {
            throw SpecificationError(
                .invalidOption,
                "the embedder \(Printable(embedder.digest, limit: 100)) is not among those that are trusted with these texts; it could hide them "
                    + "in its vectors, so list its digest only if you know who made it"
            )
        }
    }
}
