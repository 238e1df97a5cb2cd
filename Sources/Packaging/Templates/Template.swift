import Documents
import Glibc
package import SystemPackage

/// A folder to begin with, which is a working package as it is.
package struct Template: Sendable {
    /// What it is called after `--template`.
    package let name: String
    /// What it holds, one clause.
    package let summary: String
    let files: [File]

    struct File: Sendable {
        let name: String
        let text: String

        init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Every template, the usual one first.
    package static let all = [sklearn, numpy]

    /// The names of the files, in the order in which they are written.
    package var fileNames: [String] { files.map(\.name) }

    /// Writes the files into a folder, which is made when it is missing.
    ///
    /// - Throws: ``PackageError``; `targetExists` when the folder holds anything.
    package func write(to path: FilePath) throws(PackageError) {
        do throws(Errno) {
            if mkdir(path.string, 0o777) != 0 {
                let code = Errno(rawValue: errno)
                guard code == .fileExists else { throw code }
            }
            let folder = try OwnedDescriptor(openat(AT_FDCWD, path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            guard try namesInside(folder.rawValue).isEmpty else { throw Errno.directoryNotEmpty }
            for file in files {
                let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
                let output = try OwnedDescriptor(openat(folder.rawValue, file.name, flags, 0o666))
                try output.writeAll(Array(file.text.utf8))
                try output.close()
            }
        } catch {
            throw failure(path, error)
        }
    }

    private func failure(_ path: FilePath, _ code: Errno) -> PackageError {
        let shown = Printable(path.string)
        return switch code {
        case .directoryNotEmpty:
            PackageError(.targetExists, "the folder '\(shown)' is not empty", hint: "name a new folder")
        case .notDirectory:
            PackageError(.targetExists, "'\(shown)' exists and is no folder", hint: "name a new folder")
        default:
            PackageError(.writeFailed, "'\(shown)' cannot be written: \(code)", code: code)
        }
    }
}
