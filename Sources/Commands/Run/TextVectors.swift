import Documents
package import ModelRunner
package import Packaging
import SystemPackage
import Tensors

/// Texts, and a vector for each of them by a learnware that embeds.
package struct TextVectors: Sendable {
    package private(set) var texts: [String] = []
    /// (texts × columns), row by row.
    package private(set) var values: [Double] = []
    /// Numbers of a vector.
    package private(set) var columns = 0

    /// Texts for one call of the embedder.
    private static let batch = 256

    /// Has an embedder in its sandbox make vectors of the texts of a file.
    ///
    /// - Parameters:
    ///   - data: the file.
    ///   - embedder: a learnware that takes texts; whether it may see them is the caller's to know.
    ///   - options: how it is run.
    /// - Throws: ``Failure``.
    package init(
        of data: DataInput,
        by embedder: Package,
        _ options: RunOptions
    ) async throws(Failure) {
        var dataOptions = DataOptions(header: data.header, expectedCount: 1)
        dataOptions.form = .texts
        dataOptions.selection = data.selection
        let source = try await data.open(dataOptions, ParquetFiles.making(options))
        let name = PackageInput(embedder, forcesTable: false).tensorName
        let result: RunResult<Result<TextVectors, Failure>>
        do throws(RunError) {
            result = try await withModel(embedder, options: options) { model in
                do throws(Failure) {
                    return .success(try await Self.embed(source, model, name, data, options.progress))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw Failure(error)
        }
        self = try result.value.get()
    }

    private init() {}

    private static func embed(
        _ source: any RowSource,
        _ model: RunningModel,
        _ name: String,
        _ data: DataInput,
        _ report: @Sendable (String) -> Void
    ) async throws(Failure) -> TextVectors {
        var all = TextVectors()
        do {
            while let chunk = try source.next(maximumRows: batch) {
                try Task.checkCancellation()
                var input = try chunk.joined()
                all.texts += try input.strings()
                input.name = name
                let outputs = try await model.predict([input])
                guard outputs.count == 1, let vectors = outputs.first, vectors.shape.count == 2 else {
                    throw Failure(.outputInvalid, "the embedder does not answer one vector for each text")
                }
                if all.columns == 0 { all.columns = vectors.rowElementCount }
                guard vectors.rowElementCount == all.columns, all.columns > 0 else {
                    throw Failure(.outputInvalid, "the embedder's vectors differ in length")
                }
                all.values += try vectors.doubles()
                if all.texts.count.isMultiple(of: 16 * batch) { report("\(all.texts.count) texts have their vectors") }
            }
        } catch let failure as Failure {
            throw failure
        } catch let error as DataError {
            throw data.failure(error, reading: .texts)
        } catch let error as RunError {
            throw Failure(error)
        } catch is CancellationError {
            throw Failure(.interrupted, "interrupted")
        } catch {
            throw Failure(.input, "\(data.shown): \(error)")
        }
        return all
    }
}
