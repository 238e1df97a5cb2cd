import Commands
import ModelRunner
import Numerics
import Packaging
import Specifications
import Tensors

/// Texts, with the vectors that an embedder made of them in its sandbox.
struct TextRows {
    private let texts: [String]
    private let vectors: Vectors

    /// Vectors that are there already.
    private struct Vectors: TextEmbedder {
        let digest: String
        let matrix: Matrix<Double>

        func embed(_ texts: [String]) -> Matrix<Double> { matrix }
    }

    /// - Parameters:
    ///   - data: the texts.
    ///   - embedder: one that the user trusts with them.
    ///   - options: how the embedder is run.
    /// - Throws: ``Failure``.
    init(_ data: DataInput, _ embedder: Package, _ options: RunOptions) async throws(Failure) {
        let made = try await TextVectors(of: data, by: embedder, options)
        do throws(NumericsError) {
            let matrix = try Matrix(rows: made.texts.count, columns: made.columns, elements: made.values)
            vectors = Vectors(digest: Self.digest(of: embedder), matrix: matrix)
        } catch {
            throw Failure(.internalFault, "\(error)")
        }
        texts = made.texts
    }

    func fit(_ options: RKMETableOptions) throws(SpecificationError) -> RKMETextFit {
        try RKMETextFit(texts, embedder: vectors, trusted: TrustedEmbedders([vectors.digest]), options: options)
    }

    /// The digest as people see it: of the package's content, with its algorithm.
    static func digest(of package: Package) -> String { digest(package.digest) }

    static func digest(_ text: String) -> String {
        text.hasPrefix("sha256:") ? text : "sha256:" + text
    }
}
