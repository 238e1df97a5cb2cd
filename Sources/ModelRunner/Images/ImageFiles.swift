import Documents
package import SystemPackage
import Tensors

/// Decodes the images of folders for a run, in a sandbox.
///
/// No decoder runs outside of one: a file is a stranger's, and its readers are a large piece of code in C. What it needs
/// is fetched and built the first time.
package struct ImageFiles: Sendable {
    private let hosts: ToolHosts

    /// - Parameter options: what the person running it decided.
    /// - Throws: ``RunError`` when the system gives no pipe.
    package init(_ options: RunOptions) throws(RunError) {
        hosts = try ToolHosts(options)
    }

    /// Ends what is under way, and all that comes.
    package func cancel() { hosts.cancel() }

    /// Opens a folder.
    ///
    /// - Parameter path: the folder; hidden files, and those with another extension than an image's, are passed over.
    /// - Returns: a reader before the first image, in the order of the names' bytes.
    /// - Throws: ``FileFault``.
    package func open(_ path: FilePath) async throws(FileFault) -> ImageReader {
        let folder: FolderSource
        do throws(DataError) {
            folder = try FolderSource(path)
            guard folder.isImages else {
                throw DataError(.invalid, path, reason: "it holds texts, no images", remedy: "name another folder")
            }
            guard folder.fileCount <= ImageReader.mostFiles else {
                let reason = "it holds more than \(ImageReader.mostFiles) images"
                throw DataError(.invalid, path, reason: reason, remedy: "name a folder with fewer")
            }
        } catch {
            throw .data(error)
        }
        do throws(RunError) {
            return try ImageReader(folder, try await hosts.host(for: .images, try Store()))
        } catch {
            throw .run(error)
        }
    }
}
