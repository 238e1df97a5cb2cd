import Documents
import PredictProtocol
import Sandbox
import SystemPackage
package import Tensors

/// The images of a folder one after the other, decoded by our program in its sandbox.
///
/// The program sees the bytes of one file at a time, and neither names nor the folder. A file that takes it over sees the
/// files behind it and can lie about their pixels: it is as trusted as the folder, but never more.
package final class ImageReader {
    /// What one file holds.
    package enum Picture {
        /// (1 × rows × columns) where it is grey, otherwise (3 × rows × columns), of `UINT8`.
        case pixels(Tensor)
        /// Why it is left out, or why there is no more.
        case broken(DataError)
    }

    /// The most images of a folder.
    package static let mostFiles = 100_000
    /// The most pixels of one image: what a camera of 64 megapixels takes.
    package static let mostPixels = 1 << 26
    /// The most pixels in a row or a column.
    package static let longestSide = 1 << 14
    /// Seconds for one file.
    private static let seconds = 60.0

    private let folder: FolderSource
    private let tool: ToolProcess
    private var place = 0

    /// - Parameters:
    ///   - folder: the files.
    ///   - host: what the tool runs in.
    /// - Throws: ``RunError``: no file was looked at yet.
    init(_ folder: FolderSource, _ host: ToolProcess.Host) throws(RunError) {
        self.folder = folder
        let limits = Node(object: [("pixels", Node(Self.mostPixels)), ("side", Node(Self.longestSide))])
        do throws(ToolProcess.Fault) {
            tool = try ToolProcess(host, runtime: "images", mounts: [], configuration: limits)
        } catch {
            if case .sandbox(let error) = error { throw RunError(error, phase: .setup) }
            throw RunError(.setup, .resource, "the decoder of images does not start: \(error.decoding(nil).reason)")
        }
    }

    /// How many images there are.
    package var count: Int { folder.fileCount }

    /// Decodes the next image.
    ///
    /// - Returns: its pixels, or why it has none; nil after the last one.
    /// - Throws: ``DataError`` that names the file at which the decoder ended.
    package func next() throws(DataError) -> Picture? {
        guard place < folder.fileCount else { return nil }
        defer { place += 1 }
        let file = folder.file(place)
        let content: [UInt8]
        do throws(DataError) {
            content = try folder.content(place)
            guard !content.isEmpty else {
                throw DataError(.invalid, file, reason: "the file is empty", remedy: "remove it from the folder")
            }
        } catch {
            return .broken(error)
        }
        do throws(ToolProcess.Fault) {
            return .pixels(try pixels(of: content))
        } catch {
            // After a refusal the decoder goes on; after anything else there is none.
            if case .refused = error { return .broken(error.decoding(file)) }
            throw error.decoding(file)
        }
    }

    private func pixels(of content: [UInt8]) throws(ToolProcess.Fault) -> Tensor {
        let input: Tensor
        do throws(TensorError) {
            input = try Tensor(name: "file", datatype: .uint8, shape: [content.count], bytes: content)
        } catch {
            throw .broken(.badTensor(error.description))
        }
        let outputs = try tool.tensors(seconds: Self.seconds) { session throws(ProtocolError) in
            try session.request(.decode, inputs: [input])
        }
        guard outputs.count == 1, let pixels = outputs.first, pixels.datatype == .uint8, pixels.shape.count == 3,
            [1, 3].contains(pixels.shape[0]),
            pixels.shape[1...].allSatisfy({ (1...Self.longestSide).contains($0) }),
            pixels.shape[1] * pixels.shape[2] <= Self.mostPixels
        else { throw .broken(.badTensor("pixels of an image that are none")) }
        return pixels
    }
}

extension ToolProcess.Fault {
    /// What to say of an image that could not be decoded.
    fileprivate func decoding(_ path: FilePath?) -> DataError {
        let harm = "the file is damaged, or made to do harm: remove it from the folder"
        let (reason, remedy) =
            switch self {
            case .refused(let failure):
                (Printable(failure.message, limit: 400).description, "remove it from the folder")
            case .ended(.outOfMemory):
                ("it takes more than the \(ToolProcess.memory >> 30) GiB of memory that its decoder is given", harm)
            case .ended(let outcome): ("its decoder ended in its sandbox (\(outcome))", harm)
            case .timeout(let seconds): ("it was not decoded within \(seconds) s", harm)
            case .sandbox(let error): (error.description, error.hint ?? "")
            case .broken(let error): ("its decoder, in its sandbox, broke the protocol: \(error)", harm)
            }
        return DataError(.invalid, path, reason: reason, remedy: remedy)
    }
}
