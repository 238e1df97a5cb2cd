import Documents
import Foundation
import SystemPackage

/// The files of an environment that is being built.
struct EnvironmentTree {
    let path: FilePath

    /// What an environment may hold at most; torch with all of CUDA has some 30,000 files.
    private static let mostFiles = 400_000

    /// Lets the compiling sandbox, which runs under another id, make `__pycache__` folders.
    ///
    /// The folders lie inside one that nobody but the caller may enter.
    ///
    /// - Returns: the source files, relative to the tree.
    func openForCompiling() throws(RunError) -> [String] {
        var sources: [String] = []
        let prefix = path.string.utf8.count + 1
        try forEachFile { file, status throws(RunError) in
            if status.st_mode & S_IFMT == S_IFDIR {
                try check(chmod(file, geteuid() == 0 ? 0o777 : 0o700), file)
            } else {
                try check(chmod(file, status.st_mode & 0o100 == 0 ? 0o644 : 0o755), file)
                if file.hasSuffix(".py") {
                    sources.append(String(decoding: file.utf8.dropFirst(prefix), as: UTF8.self))
                }
            }
        }
        return sources.sorted()
    }

    /// Takes the finished tree over: everything belongs to the caller, nothing may be written to, and there is
    /// nothing but files and folders.
    func seal() throws(RunError) {
        try forEachFile { file, status throws(RunError) in
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            if status.st_uid != geteuid() { try check(lchown(file, geteuid(), getegid()), file) }
            let mode: mode_t = isFolder || status.st_mode & 0o100 != 0 ? 0o755 : 0o644
            try check(chmod(file, mode), file)
        }
    }

    /// Everything in the sealed tree, sorted by name.
    func entries() throws(RunError) -> [(path: String, isFolder: Bool, status: stat)] {
        var entries: [(path: String, isFolder: Bool, status: stat)] = []
        try forEachFile { file, status throws(RunError) in
            entries.append((file, status.st_mode & S_IFMT == S_IFDIR, status))
        }
        return entries.sorted { $0.path < $1.path }
    }

    private func check(_ result: Int32, _ file: String) throws(RunError) {
        guard result == 0 else { throw Store.failure(FilePath(file), errno) }
    }

    /// Visits the tree without following links; anything but files and folders with one name ends the visit.
    private func forEachFile(_ visit: (String, stat) throws(RunError) -> Void) throws(RunError) {
        var pending = [path.string]
        var count = 0
        while let folder = pending.popLast() {
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw Store.failure(FilePath(folder), ENOTDIR)
            }
            try visit(folder, status)
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: folder)
            } catch {
                throw Store.failure(FilePath(folder), errno)
            }
            for name in names {
                count += 1
                let file = folder + "/" + name
                guard count <= Self.mostFiles, lstat(file, &status) == 0 else {
                    throw RunError(.environment, .limit, "the environment has more than \(Self.mostFiles) files")
                }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: pending.append(file)
                case S_IFREG where status.st_nlink == 1: try visit(file, status)
                default:
                    throw RunError(
                        .environment,
                        .environment,
                        "a wheel brought a link or a special file (\(Printable(name, limit: 80))), which environments must not hold"
                    )
                }
            }
        }
    }
}
