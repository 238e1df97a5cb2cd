import Documents
import Numerics

extension RKMETextSpecification {
    /// Specifies texts.
    ///
    /// - Parameters:
    ///   - texts: at least one.
    ///   - embedder: makes their vectors.
    ///   - trusted: the embedders that may see them.
    ///   - options: how the vectors are fitted.
    /// - Throws: ``SpecificationError`` when the embedder is not trusted, fails, or gives no vectors for all texts.
    public init(
        fitting texts: [String],
        embedder: some TextEmbedder,
        trusted: TrustedEmbedders,
        options: RKMETableOptions = RKMETableOptions()
    ) throws(SpecificationError) {
        self = try RKMETextFit(texts, embedder: embedder, trusted: trusted, options: options).specification
    }
}

/// A fitted specification, with what it was fitted from, so that a report can be made.
public struct RKMETextFit: Sendable {
    /// The specification.
    public let specification: RKMETextSpecification
    private let vectors: RKMETableFit

    /// Fits a specification, as ``RKMETextSpecification/init(fitting:embedder:trusted:options:)`` does.
    ///
    /// - Parameters:
    ///   - texts: at least one.
    ///   - embedder: makes their vectors.
    ///   - trusted: the embedders that may see them.
    ///   - options: how the vectors are fitted.
    /// - Throws: ``SpecificationError``.
    public init(
        _ texts: [String],
        embedder: some TextEmbedder,
        trusted: TrustedEmbedders,
        options: RKMETableOptions = RKMETableOptions()
    ) throws(SpecificationError) {
        guard !texts.isEmpty else { throw SpecificationError(.invalidData, "there are no texts") }
        try trusted.validate(embedder)
        let rows: Matrix<Double>
        do {
            rows = try embedder.embed(texts)
        } catch {
            throw SpecificationError(.invalidData, "the embedder failed: \(Printable("\(error)", limit: 300))")
        }
        guard rows.rows == texts.count, rows.columns > 0 else {
            throw SpecificationError(
                .invalidData,
                "the embedder gave \(rows.rows) vectors of \(rows.columns) numbers for \(texts.count) texts"
            )
        }
        // A table repairs what is missing; in a vector nothing may be.
        if let place = rows.elements.firstIndex(where: { !$0.isFinite }) {
            throw SpecificationError(
                .invalidData,
                "the embedder's vector for text \(place / rows.columns) holds a number that is not finite"
            )
        }
        vectors = try RKMETableFit(rows, options: options)
        specification = try RKMETextSpecification(
            vectors: vectors.specification,
            languages: TextLanguages.detect(in: texts),
            embedder: embedder.digest
        )
    }

    /// How near the specification's points are to the texts' vectors, and what keeping away from them cost.
    ///
    /// It says nothing of the texts themselves: of a vector an embedder's author may guess what the text was about.
    ///
    /// - Returns: the report.
    /// - Throws: ``SpecificationError`` when a computation fails.
    public func privacyReport() throws(SpecificationError) -> PrivacyReport { try vectors.privacyReport() }
}
