import Documents
import Glibc
package import SystemPackage

/// A folder to begin with, which is a working package as it is.
package struct Template: Sendable {
    /// What it is called after `--template`.
    package let name: String
    /// What it holds, one clause.
    package let summary: String
    /// Files whose contents stand in the sources.
    var files: [File] = []
    /// Files that are copied, because a program is among them; it comes out executable.
    var copies: [String] = []

    struct File: Sendable {
        let name: String
        let contents: NewFolder.Contents

        init(_ name: String, _ text: String) {
            self.name = name
            contents = .text(text)
        }

        init(_ name: String, bytes: [UInt8]) {
            self.name = name
            contents = .bytes(bytes)
        }
    }

    /// Every template, the usual one first.
    package static let all = [sklearn, lightgbm, torch, onnx, numpy, text, executable]

    /// The names of the files, in the order in which they are written.
    package var fileNames: [String] { files.map(\.name) + copies }

    /// True when some of its files came with the tools and are copied.
    package var isCopied: Bool { !copies.isEmpty }

    /// Writes the files into a folder, which is made when it is missing.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - shipped: the folder of templates that came with the tools, for those that are copied.
    /// - Throws: ``PackageError``; `targetExists` when the folder holds anything.
    package func write(to path: FilePath, copyingFrom shipped: FilePath? = nil) throws(PackageError) {
        var all = files.map { NewFolder.File(name: $0.name, contents: $0.contents) }
        if isCopied {
            guard let shipped else {
                throw PackageError(.unreadable, "the template '\(name)' is copied, and nobody said from where")
            }
            for file in copies {
                let source = try open(shipped.appending("\(name)/\(file)"))
                let isExecutable = source.mode & 0o100 != 0
                all.append(NewFolder.File(name: file, contents: .copy(source), isExecutable: isExecutable))
            }
        }
        try NewFolder.write(all, to: path)
    }

    private func open(_ path: FilePath) throws(PackageError) -> InputFile {
        do throws(PackageError) {
            return try InputFile(opening: path.string, limit: 64 << 20)
        } catch {
            throw PackageError(
                error.rule,
                error.message,
                entry: error.entry,
                hint: "it comes with the tools: 'make build' makes it, 'make install' puts it in its place",
                code: error.code
            )
        }
    }
}
