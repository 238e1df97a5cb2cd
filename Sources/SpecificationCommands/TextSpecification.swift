import Commands
import ModelRunner
import Numerics
import Packaging
import Specifications
import Tensors

/// Specifies texts by the vectors that an embedder made of them in its sandbox.
enum TextSpecification {
    /// Vectors that are there already.
    private struct Made: TextEmbedder {
        let digest: String
        let vectors: Matrix<Double>

        func embed(_ texts: [String]) -> Matrix<Double> { vectors }
    }

    /// - Parameters:
    ///   - data: the texts.
    ///   - embedder: one that the user trusts with them.
    ///   - options: how the vectors are fitted.
    ///   - runOptions: how the embedder is run.
    /// - Returns: the specification.
    /// - Throws: ``Failure``.
    static func make(
        _ data: DataInput,
        _ embedder: Package,
        _ options: RKMETableOptions,
        _ runOptions: RunOptions
    ) async throws(Failure) -> AnySpecification {
        let vectors = try await TextVectors(of: data, by: embedder, runOptions)
        do {
            let matrix = try Matrix(rows: vectors.texts.count, columns: vectors.columns, elements: vectors.values)
            let digest = digest(of: embedder)
            return .text(
                try RKMETextSpecification(
                    fitting: vectors.texts,
                    embedder: Made(digest: digest, vectors: matrix),
                    trusted: TrustedEmbedders([digest]),
                    options: options
                )
            )
        } catch let error as SpecificationError {
            throw Failure(error, data: data.shown)
        } catch {
            throw Failure(.internalFault, "\(error)")
        }
    }

    /// The digest as people see it: of the package's content, with its algorithm.
    static func digest(of package: Package) -> String { digest(package.digest) }

    static func digest(_ text: String) -> String {
        text.hasPrefix("sha256:") ? text : "sha256:" + text
    }
}
