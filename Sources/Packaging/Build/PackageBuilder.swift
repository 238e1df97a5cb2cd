import Documents
import Glibc
package import SystemPackage

/// Makes a learnware zip of a folder.
package enum PackageBuilder {
    /// Something in the folder that is not packed.
    package struct LeftOut: Hashable, Sendable {
        /// The name inside the folder.
        package let name: String
        /// Why, one clause.
        package let reason: String
    }

    /// What was written.
    package struct Report: Sendable {
        /// The package as it was read back from the finished zip.
        package let package: Package
        /// What is not in it.
        package let leftOut: [LeftOut]
        /// What is odd about it, one sentence each.
        package var warnings: [String] { package.warnings }
    }

    /// Checks a folder and writes it as a learnware zip.
    ///
    /// The same files give the same bytes, whatever the time zone, locale, umask or order in the folder. The zip is
    /// written beside its target, read back and checked as any stranger's, and then renamed; an existing file of
    /// that name is replaced only then, and a failure leaves it as it was.
    ///
    /// - Parameters:
    ///   - folder: the folder with `learnware.yaml` at its top.
    ///   - output: the zip.
    /// - Returns: the package, and what is not in it.
    /// - Throws: ``PackageError`` with the file and line that keeps the folder from being a package.
    package static func build(_ folder: FilePath, to output: FilePath) throws(PackageError) -> Report {
        let source = try SourceFolder(scanning: folder, except: output, limits: .standard)
        try validate(source)
        let file = try OutputFile.begin(output)
        var writer = ZipWriter(try file.descriptor())
        var files = source.files[...]
        var folders = source.emptyFolders[...]
        while true {
            if let name = folders.first, files.first.map({ EntryName.precedes(name, $0.name) }) ?? true {
                folders = folders.dropFirst()
                try writer.addFolder(name)
            } else if let next = files.popFirst() {
                try writer.addFile(next, from: try source.open(next))
            } else {
                break
            }
        }
        try writer.close()
        let package = try Package.open(file.temporaryPath)
        try file.publish()
        return Report(package: package, leftOut: source.leftOut)
    }

    /// Stricter than opening: what a developer can still mend is an error here.
    private static func validate(_ source: SourceFolder) throws(PackageError) {
        let description = try PackageDescription(of: source, semantic: nil)
        let manifest = description.manifest
        let named = manifest.statisticalSpecifications.map(\.fileName) + [manifest.semanticFileName].compactMap(\.self)
        for name in named where source.size(of: name) == nil {
            throw PackageError(
                .fileMissing,
                "\(PackageDescription.manifestName) names '\(Printable(name))', \(source.absence(name, from: "folder"))",
                entry: name,
                hint: source.hintLeftOut(name)
            )
        }
        if manifest.sandbox.runtime == .executable, let entry = manifest.sandbox.entry, !source.isExecutable(entry) {
            throw PackageError(
                .manifest,
                "'\(Printable(entry))' is to be run, but it is not executable",
                entry: entry,
                hint: "chmod +x it"
            )
        }
        let environment = description.environment
        if let refused = environment.requirements.refused.first {
            throw PackageError(
                .requirementRefused,
                "\(environment.fileName):\(refused.line): \(refused.reason)",
                entry: environment.fileName,
                hint: "name packages and versions only, such as numpy==2.4.6",
                at: SourcePosition(line: refused.line, column: 1)
            )
        }
    }
}

/// A file that is written under a temporary name beside its target.
private struct OutputFile: ~Copyable {
    private let path: FilePath
    let temporaryPath: FilePath
    private var isPublished = false

    static func begin(_ path: FilePath) throws(PackageError) -> OutputFile {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw PackageError(.writeFailed, "'\(Printable(path.string))' cannot be the name of a file")
        }
        var status = stat()
        if fstatat(AT_FDCWD, path.string, &status, 0) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw PackageError(.targetExists, "'\(Printable(path.string))' exists and is no file; it is not replaced")
        }
        let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let temporaryName = ".\(name.string.prefix(32)).\(random).part"
        guard let component = FilePath.Component(temporaryName) else {
            throw PackageError(.writeFailed, "'\(Printable(path.string))' cannot be the name of a file")
        }
        return OutputFile(path: path, temporaryPath: path.removingLastComponent().appending(component))
    }

    private init(path: FilePath, temporaryPath: FilePath) {
        self.path = path
        self.temporaryPath = temporaryPath
    }

    deinit {
        if !isPublished { unlink(temporaryPath.string) }
    }

    /// Creates the file; its mode is what the umask leaves of 0666, as for any file that a person writes.
    func descriptor() throws(PackageError) -> OwnedDescriptor {
        do throws(Errno) {
            let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            return try OwnedDescriptor(openat(AT_FDCWD, temporaryPath.string, flags, 0o666))
        } catch {
            throw failure(error)
        }
    }

    consuming func publish() throws(PackageError) {
        do throws(Errno) {
            try check(rename(temporaryPath.string, path.string))
        } catch {
            throw failure(error)
        }
        isPublished = true
    }

    private func failure(_ code: Errno) -> PackageError {
        PackageError(.writeFailed, "'\(Printable(path.string))' cannot be written: \(code)", code: code)
    }
}
