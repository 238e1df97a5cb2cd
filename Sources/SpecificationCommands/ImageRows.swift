import Commands
import Documents
import ModelRunner
import Numerics
import Specifications
import SystemPackage
import Tensors

/// Images, from an array or a folder of files.
struct ImageRows {
    let images: ImageSet

    /// - Parameters:
    ///   - data: a file that holds an array, or a folder.
    ///   - skipsBroken: whether a file of a folder that is no image is left out, and told.
    ///   - options: how the decoder is run.
    /// - Throws: ``Failure`` that names the place of what is wrong.
    init(_ data: DataInput, skipsBroken: Bool, _ options: RunOptions) async throws(Failure) {
        if let folder = data.folder {
            images = try await Self.decoded(folder, data, skipsBroken, options)
            return
        }
        let rows = try await SpecificationRows(data, areArrays: true, options)
        let shape = [rows.matrix.rows] + (rows.sampleShape ?? [rows.matrix.columns])
        do throws(SpecificationError) {
            images = try ImageSet(rows.matrix.elements.map { Float($0) }, shape: shape)
        } catch {
            throw Failure(error, data: data.shown)
        }
    }

    private static func decoded(
        _ folder: FilePath,
        _ data: DataInput,
        _ skipsBroken: Bool,
        _ options: RunOptions
    ) async throws(Failure) -> ImageSet {
        let files: ImageFiles
        do throws(RunError) {
            files = try ImageFiles(options)
        } catch {
            throw Failure(error)
        }
        let result: Result<ImageSet, Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                return .success(try await gathered(files, folder, data, skipsBroken, options.progress))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            files.cancel()
        }
        return try result.get()
    }

    private static func gathered(
        _ files: ImageFiles,
        _ folder: FilePath,
        _ data: DataInput,
        _ skipsBroken: Bool,
        _ report: @escaping @Sendable (String) -> Void
    ) async throws(Failure) -> ImageSet {
        var gathering = ImageGathering()
        var broken = 0
        let pace = Pace(report)
        do {
            let reader = try await files.open(folder)
            while let picture = try reader.next() {
                switch picture {
                case .pixels(let pixels): try gathering.add(pixels)
                case .broken(let error):
                    guard skipsBroken else {
                        var failure = Failure(error)
                        failure.hint = "--skip-broken leaves out files that are no images"
                        throw failure
                    }
                    broken += 1
                    note(["warning: left out: \(error.description)"])
                }
                pace.tell("\(gathering.count + broken) of \(reader.count) images are decoded")
            }
            guard gathering.count > 0 else { throw Failure(.input, "\(data.shown): none of its files is an image") }
            return try gathering.images()
        } catch let failure as Failure {
            throw failure
        } catch let error as FileFault {
            switch error {
            case .data(let error): throw Failure(error)
            case .run(let error): throw Failure(error)
            }
        } catch let error as DataError {
            throw Failure(error)
        } catch let error as SpecificationError {
            throw Failure(error, data: data.shown)
        } catch {
            throw Failure(.internalFault, "\(error)")
        }
    }
}
