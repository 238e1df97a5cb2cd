import Dispatch
import Documents
import Foundation
import Sandbox
import Synchronization
import SystemPackage

/// What a finished environment holds, file by file, so that a change to any of it is seen.
///
/// Sizes, modes, times and inodes are compared before every use. The time of change (`ctime`) is among them, which no
/// ordinary call can set back. Contents are compared by `lw-run env verify`.
struct EnvironmentManifest {
    static let name = "manifest"
    private static let head = Array("learnware manifest 1\n".utf8)
    private static let mostBytes = 512 << 20

    /// The finished tree.
    let tree: FilePath

    /// Writes the manifest of a sealed tree.
    func write() throws(RunError) {
        let files = try EnvironmentTree(path: tree).entries()
        let digests = try Self.digests(of: files.map { $0.isFolder ? nil : $0.path })
        let prefix = tree.string.utf8.count + 1
        var text = Self.head
        for (file, digest) in zip(files, digests) where file.path.utf8.count > prefix {
            let status = file.status
            let numbers = [
                Int(status.st_mode), Int(status.st_size), status.modified, status.changed, Int(status.st_ino),
            ]
            // A folder's size is the file system's affair.
            let line = numbers.enumerated().map { $0 == 1 && file.isFolder ? "0" : "\($1)" }.joined(separator: " ")
            text += Array("\(line) \(digest ?? "-") ".utf8) + Array(file.path.utf8.dropFirst(prefix)) + [0]
        }
        let path = tree.appending(Self.name)
        do {
            try Data(text).write(to: URL(fileURLWithPath: path.string))
        } catch {
            throw RunError(.environment, .resource, "\(path) cannot be written")
        }
        guard chmod(path.string, 0o644) == 0 else { throw Store.failure(path, errno) }
    }

    /// The size of all files together, as the manifest says.
    var totalBytes: Int {
        guard let text = contents() else { return 0 }
        return text.withUnsafeBufferPointer { bytes in
            var lines = ManifestLines(bytes, from: Self.head.count)
            var total = 0
            while let line = lines.next() { total += line.size }
            return total
        }
    }

    /// SHA-256 of each file, on all processors.
    private static func digests(of paths: [String?]) throws(RunError) -> [String?] {
        let results = Mutex<[String?]>(Array(repeating: nil, count: paths.count))
        let failure = Mutex<RunError?>(nil)
        let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            for index in stride(from: worker, to: paths.count, by: workers) {
                guard let path = paths[index] else { continue }
                do throws(Errno) {
                    let digest = try sha256(contentsOf: FilePath(path))
                    results.withLock { $0[index] = digest }
                } catch {
                    failure.withLock { $0 = Store.failure(FilePath(path), error.rawValue) }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return results.withLock { $0 }
    }

    /// The first thing that is not as it was when the environment was finished; nil when nothing is seen.
    ///
    /// - Complexity: one look at each file's entry, none at its contents.
    func change() -> String? {
        guard let text = contents() else { return "its manifest cannot be read" }
        let names = Set((try? FileManager.default.contentsOfDirectory(atPath: tree.string)) ?? [])
        guard names == ["site-packages", EnvironmentRecord.fileName, Self.name] else { return "its top folder" }
        let folder = open(tree.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { return "its top folder" }
        defer { close(folder) }
        var isWhole = false
        let owner = geteuid()
        let changed = text.withUnsafeBufferPointer { bytes -> String? in
            var lines = ManifestLines(bytes, from: Self.head.count)
            while let line = lines.next() {
                var status = stat()
                let isSame =
                    fstatat(folder, line.path, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == owner
                    && Int(status.st_mode) == line.mode && status.modified == line.modified
                    && status.changed == line.changed && Int(status.st_ino) == line.inode
                    && (line.isFolder || Int(status.st_size) == line.size)
                guard isSame else { return String(cString: line.path) }
            }
            isWhole = lines.isAtEnd
            return nil
        }
        return changed ?? (isWhole ? nil : "its manifest")
    }

    /// All files whose contents are not what they were, however they look from outside.
    func damage() -> [String] {
        if let change = change() { return [change] }
        guard let text = contents() else { return ["its manifest cannot be read"] }
        var expected: [(path: String, digest: String)] = []
        text.withUnsafeBufferPointer { bytes in
            var lines = ManifestLines(bytes, from: Self.head.count)
            while let line = lines.next() {
                if !line.isFolder { expected.append((String(cString: line.path), line.digest)) }
            }
        }
        return expected.filter { item in
            (try? sha256(contentsOf: tree.pushing(FilePath(item.path)))) != item.digest
        }.map(\.path)
    }

    private func contents() -> [UInt8]? {
        var status = stat()
        let path = tree.appending(Self.name).string
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0, status.st_size <= Self.mostBytes,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        let bytes = [UInt8](data)
        return bytes.starts(with: Self.head) ? bytes : nil
    }
}

extension stat {
    /// Nanoseconds.
    var modified: Int { st_mtim.tv_sec * 1_000_000_000 + st_mtim.tv_nsec }
    /// Nanoseconds.
    var changed: Int { st_ctim.tv_sec * 1_000_000_000 + st_ctim.tv_nsec }
}
