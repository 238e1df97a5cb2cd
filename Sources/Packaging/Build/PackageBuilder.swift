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
        /// What was found out about the folder before it was packed; nothing in it is an error.
        package let validation: Validation
        /// What is odd about it, one sentence each.
        package var warnings: [String] { validation.warnings.map(\.sentence) }
    }

    /// A folder that was looked at and not yet packed.
    package struct Draft: Sendable {
        /// Everything that is wrong or odd about the folder.
        package let validation: Validation
        /// What would not be packed.
        package var leftOut: [LeftOut] { source.leftOut }
        /// How many files would be.
        package var fileCount: Int { source.files.count }
        fileprivate let source: SourceFolder
        fileprivate let limits: ArchiveLimits
    }

    /// Looks at a folder and finds everything that is wrong or odd about it; nothing is written.
    ///
    /// - Parameters:
    ///   - folder: the folder with `learnware.yaml` at its top.
    ///   - output: the zip that is to be made, which is not part of the package when it lies in the folder.
    ///   - limits: bounds on the files; a zip that needs more than the usual ones is read only by those who raise them.
    /// - Returns: the folder with its problems.
    /// - Throws: ``PackageError`` when the folder cannot be read, or holds a name that no package may have.
    package static func examine(
        _ folder: FilePath,
        for output: FilePath? = nil,
        limits: ArchiveLimits = .standard
    ) throws(PackageError) -> Draft {
        let source = try SourceFolder(scanning: folder, except: output, limits: limits)
        let files = source.files.map { FileFacts(name: $0.name, size: $0.size, isExecutable: $0.mode == 0o755) }
        return Draft(validation: FolderValidator.validate(source, files: files), source: source, limits: limits)
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
        try build(try examine(folder, for: output), to: output)
    }

    /// Writes a folder that was looked at; the first of its errors is thrown.
    package static func build(
        _ draft: Draft,
        to output: FilePath,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) -> Report {
        if let first = draft.validation.errors.first { throw first.refusal }
        let source = draft.source
        let file = try OutputFile(output)
        try checkReplaceable(output)
        var writer = ZipWriter(try file.descriptor())
        let total = source.files.reduce(0) { $0 + $1.size }
        let packer = FilePacker(source: source, pace: Pace(.pack, total: total, report: progress))
        var files = source.files[...]
        for folder in source.emptyFolders {
            let before = files.prefix { EntryName.precedes($0.name, folder) }
            try packer.pack(before, into: &writer)
            try writer.addFolder(folder)
            files = files[before.endIndex...]
        }
        try packer.pack(files, into: &writer)
        try writer.close()
        let package = try Package.open(file.temporaryPath, limits: draft.limits, progress: progress)
        try file.publish(replacing: true)
        return Report(package: package, leftOut: source.leftOut, validation: draft.validation)
    }
}

extension PackageBuilder {
    /// Refuses to replace what is no zip: a slip of the fingers must not cost somebody their data.
    private static func checkReplaceable(_ path: FilePath) throws(PackageError) {
        var status = stat()
        if fstatat(AT_FDCWD, path.string, &status, 0) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw PackageError(.targetExists, "'\(Printable(path.string))' exists and is no file; it is not replaced")
        }
        guard try isReplaceable(path) else {
            throw PackageError(
                .targetExists,
                "'\(Printable(path.string))' exists and is no zip; it is not replaced",
                hint: "name a new file, or remove it first"
            )
        }
    }

    /// Whether a file is not there, is empty, or begins as a zip does.
    private static func isReplaceable(_ path: FilePath) throws(PackageError) -> Bool {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno != ENOENT else { return true }
            let code = Errno(rawValue: errno)
            throw PackageError(.writeFailed, "'\(Printable(path.string))' cannot be replaced: \(code)", code: code)
        }
        defer { close(descriptor) }
        var head: [UInt8] = [0, 0, 0, 0]
        let count = read(descriptor, &head, head.count)
        return count == 0 || [[0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6]].contains(head)
    }
}
