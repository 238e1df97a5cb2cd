import CLinux
import Foundation
import SystemPackage

/// Holds an environment against removal for as long as the value lives.
final class EnvironmentUse: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

extension Store {
    /// Whether, and when last, an environment was used: a file's lock and its time of change.
    private var uses: FilePath { path.appending("uses") }

    /// Notes that an environment is being used.
    ///
    /// - Returns: a value that holds it against removal.
    func use(_ key: String) async throws(RunError) -> EnvironmentUse {
        let descriptor = try await shared(uses, key)
        futimens(descriptor, nil)
        return EnvironmentUse(descriptor)
    }

    /// When an environment was last used, and whether it is now.
    func lastUse(_ key: String) -> (seconds: Int, isHeld: Bool) {
        let descriptor = open(uses.appending(key).string, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return (0, false) }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        return (status.st_mtim.tv_sec, lw_lock_exclusive(descriptor, false) < 0)
    }

    /// The right to remove an environment; nil while a run uses it.
    func claim(_ key: String) throws(RunError) -> StoreLock? { try exclusive(uses, key) }

    /// Waits for a lock that many may hold at once.
    func share(_ name: String) async throws(RunError) -> StoreLock {
        StoreLock(descriptor: FileDescriptor(rawValue: try await shared(locks, name + ".shared")))
    }

    /// The lock that many may hold, alone; nil while somebody has it.
    func claimShare(_ name: String) throws(RunError) -> StoreLock? { try exclusive(locks, name + ".shared") }

    /// Takes a folder out of its place at once, and then removes it.
    func discard(_ folder: FilePath) throws(RunError) {
        try Self.makeFolder(runs)
        let name = "discarded-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let grave = runs.appending(name)
        guard rename(folder.string, grave.string) == 0 else {
            if errno == ENOENT { return }
            throw Self.failure(folder, errno)
        }
        // Should it be killed here, the next run removes the rest.
        try? FileManager.default.removeItem(atPath: grave.string)
    }

    private func opened(_ folder: FilePath, _ name: String) throws(RunError) -> Int32 {
        try Self.makeFolder(folder)
        let path = folder.appending(name)
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        return descriptor
    }

    private func exclusive(_ folder: FilePath, _ name: String) throws(RunError) -> StoreLock? {
        let descriptor = try opened(folder, name)
        guard lw_lock_exclusive(descriptor, false) < 0 else {
            return StoreLock(descriptor: FileDescriptor(rawValue: descriptor))
        }
        close(descriptor)
        return nil
    }

    private func shared(_ folder: FilePath, _ name: String) async throws(RunError) -> Int32 {
        let descriptor = try opened(folder, name)
        while true {
            let code = lw_lock_shared(descriptor, false)
            if code >= 0 { return descriptor }
            guard code == -EWOULDBLOCK || code == -EINTR else {
                close(descriptor)
                throw Self.failure(folder.appending(name), -code)
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                close(descriptor)
                throw RunError(.environment, .cancelled, "the run was cancelled")
            }
        }
    }
}
