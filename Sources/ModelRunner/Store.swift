import CLinux
import Documents
import Foundation
import Synchronization
public import SystemPackage

/// The caller's private folder for environments and for what runs need on disk.
///
/// `$XDG_CACHE_HOME/learnware`, refused unless the caller owns it and nobody else may write to it.
public struct Store: Sendable {
    /// The folder itself.
    public let path: FilePath

    /// Opens the caller's store, and makes it when it is not there.
    ///
    /// - Throws: ``RunError`` when the folder belongs to somebody else, or others may write to it.
    public init() throws(RunError) {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? NSHomeDirectory()
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.cache"
        try self.init(at: FilePath(cache).appending("learnware"))
    }

    /// Opens the store at a path.
    ///
    /// - Throws: ``RunError``.
    public init(at path: FilePath) throws(RunError) {
        self.path = path
        try Self.makeFolder(path)
        var status = stat()
        guard lstat(path.string, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR else {
            throw RunError(
                .environment,
                .resource,
                "\(path) is not a folder of the caller's; set XDG_CACHE_HOME to one"
            )
        }
        guard status.st_mode & 0o022 == 0 else {
            throw RunError(
                .environment,
                .resource,
                "\(path) may be written by others, so what lies in it is not trusted; 'chmod go-w' it"
            )
        }
    }

    var environments: FilePath { path.appending("environments") }
    var locks: FilePath { path.appending("locks") }
    /// What `uv` remembers of indexes.
    var packageCache: FilePath { path.appending("uv") }
    /// Wheels as they came from the index, each under its SHA-256.
    var wheels: FilePath { path.appending("wheels") }
    /// Wheels that were built from sources, each in a folder named by the sources' SHA-256.
    var built: FilePath { path.appending("built") }
    /// Filters of profiles that did not come with the tools, compiled and proved here.
    package var filters: FilePath { path.appending("filters") }
    var runs: FilePath { path.appending("runs") }

    static func makeFolder(_ path: FilePath) throws(RunError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path.string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw failure(path, errno)
        }
    }

    static func failure(_ path: FilePath, _ code: Int32) -> RunError {
        RunError(.environment, .resource, "\(Printable(path.string)): \(Errno(rawValue: code))")
    }

    /// Does work with a private folder that is gone afterwards.
    ///
    /// The folder is locked while its process lives; folders of processes that were killed are removed on the way.
    package func withRunFolder<Value>(
        _ body: (FilePath) async throws(RunError) -> Value
    ) async throws(RunError) -> Value {
        let folder = try makeRunFolder()
        defer { withExtendedLifetime(folder) {} }
        return try await body(folder.path)
    }

    /// Makes a private folder for a run; folders of processes that were killed are removed on the way.
    func makeRunFolder() throws(RunError) -> RunFolder {
        try Self.makeFolder(runs)
        removeAbandoned()
        let name = "\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let folder = runs.appending(name)
        guard mkdir(folder.string, 0o700) == 0 else { throw Self.failure(folder, errno) }
        let lock = open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, lw_lock_exclusive(lock, false) >= 0 else { throw Self.failure(folder, errno) }
        return RunFolder(path: folder, lock: FileDescriptor(rawValue: lock))
    }

    /// Waits for a lock that one process of the caller's at a time holds; it is gone with the process.
    func lock(_ name: String) async throws(RunError) -> StoreLock {
        try Self.makeFolder(locks)
        let path = locks.appending(name + ".lock")
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        while true {
            let code = lw_lock_exclusive(descriptor, false)
            if code >= 0 { return StoreLock(descriptor: FileDescriptor(rawValue: descriptor)) }
            guard code == -EWOULDBLOCK || code == -EINTR else {
                close(descriptor)
                throw Self.failure(path, -code)
            }
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                close(descriptor)
                throw RunError(.environment, .cancelled, "the run was cancelled")
            }
        }
    }

    private func removeAbandoned() {
        let now = time(nil)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: runs.string)) ?? [] {
            let folder = runs.appending(name)
            let descriptor = open(folder.string, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            // A folder that was made a moment ago may not be locked yet.
            guard fstat(descriptor, &status) == 0, now - status.st_ctim.tv_sec > 10 else { continue }
            guard lw_lock_exclusive(descriptor, false) >= 0 else { continue }
            try? FileManager.default.removeItem(atPath: folder.string)
        }
    }
}

/// A run's private folder: locked while its process lives, and gone with the last reference to it at the latest.
final class RunFolder: Sendable {
    let path: FilePath
    private let lock: FileDescriptor
    private let isRemoved = Atomic(false)

    fileprivate init(path: FilePath, lock: FileDescriptor) {
        self.path = path
        self.lock = lock
    }

    deinit {
        remove()
        try? lock.close()
    }

    func remove() {
        guard !isRemoved.exchange(true, ordering: .relaxed) else { return }
        try? FileManager.default.removeItem(atPath: path.string)
    }
}

/// A lock that is held until it is released.
struct StoreLock {
    let descriptor: FileDescriptor

    func release() {
        try? descriptor.close()
    }
}
