import Documents
import Glibc
import SystemPackage

/// Files that are written into a new or empty folder: all of them, or none.
struct NewFolder {
    /// What one file holds.
    enum Contents: Sendable {
        case text(String)
        case bytes([UInt8])
        /// A copy of an open file.
        case copy(InputFile)
    }

    struct File: Sendable {
        /// The name inside the folder, with at most one folder before it.
        let name: String
        let contents: Contents
        var isExecutable = false
    }

    /// Writes the files; what was begun is removed again when one of them cannot be finished.
    ///
    /// - Parameters:
    ///   - files: the files, in the order in which they are written.
    ///   - path: the folder, which is made when it is missing.
    ///   - progress: told of every block.
    /// - Throws: ``PackageError``; `targetExists` when the folder holds anything.
    static func write(
        _ files: [File],
        to path: FilePath,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) {
        let isNew = mkdir(path.string, 0o777) == 0
        let code = Errno(rawValue: errno)
        guard isNew || code == .fileExists else { throw failure(path, code) }
        var writer: Writer
        do throws(Errno) {
            let folder = try OwnedDescriptor(openat(AT_FDCWD, path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            guard try namesInside(folder.rawValue).isEmpty else { throw Errno.directoryNotEmpty }
            writer = Writer(folder: folder, total: files.reduce(0) { $0 + $1.size }, progress: progress)
        } catch {
            throw failure(path, error)
        }
        do {
            for file in files { try writer.add(file) }
        } catch {
            writer.removeAll()
            if isNew { rmdir(path.string) }
            if let error = error as? PackageError { throw error }
            throw failure(path, error as? Errno ?? .ioError)
        }
    }

    private static func failure(_ path: FilePath, _ code: Errno) -> PackageError {
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

extension NewFolder.File {
    fileprivate var size: Int {
        switch contents {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .copy(let file): file.size
        }
    }
}

/// Writes one file after the other and remembers what it made.
private struct Writer: ~Copyable {
    private let folder: OwnedDescriptor
    private let total: Int
    private let progress: PackageProgress.Report?
    private var written = 0
    private var madeFolders: [String] = []
    private var madeFiles: [String] = []

    init(folder: consuming OwnedDescriptor, total: Int, progress: PackageProgress.Report?) {
        self.folder = folder
        self.total = total
        self.progress = progress
    }

    mutating func add(_ file: NewFolder.File) throws {
        if let slash = file.name.firstIndex(of: "/") {
            let parent = String(file.name[..<slash])
            if !madeFolders.contains(parent) {
                try check(mkdirat(folder.rawValue, parent, 0o777))
                madeFolders.append(parent)
            }
        }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let output = try OwnedDescriptor(openat(folder.rawValue, file.name, flags, file.isExecutable ? 0o777 : 0o666))
        madeFiles.append(file.name)
        switch file.contents {
        case .text(let text):
            try output.writeAll(Array(text.utf8))
            report(text.utf8.count)
        case .bytes(let bytes):
            try output.writeAll(bytes)
            report(bytes.count)
        case .copy(let input):
            var offset = 0
            while offset < input.size {
                try checkCancellation()
                let block = try input.bytes(at: offset, count: min(1 << 20, input.size - offset))
                try output.writeAll(block)
                offset += block.count
                report(block.count)
            }
        }
        try output.close()
    }

    private mutating func report(_ bytes: Int) {
        written += bytes
        progress?(PackageProgress(phase: .write, done: written, total: total))
    }

    func removeAll() {
        for name in madeFiles { unlinkat(folder.rawValue, name, 0) }
        for name in madeFolders { unlinkat(folder.rawValue, name, AT_REMOVEDIR) }
    }
}
