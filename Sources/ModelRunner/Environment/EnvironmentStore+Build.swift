import CLinux
import Dispatch
import Documents
import Foundation
import LaunchPlan
import Sandbox
import Synchronization
import SystemPackage

extension EnvironmentStore {
    /// Part of every environment's key: raised when what is built from the same lock changes.
    private static let builder = "builder 2"

    /// The environment of a lock, built when it is not there.
    ///
    /// - Returns: where it is, held against removal for as long as the value lives.
    func build(_ lock: EnvironmentLock, for interpreter: Interpreter) async throws(RunError) -> BuiltEnvironment {
        let identity = [
            Self.builder, toolVersion, Host.platform, interpreter.executable.string, interpreter.version, lock.identity,
        ]
        let key = sha256(Array(identity.joined(separator: "\n").utf8))
        let path = store.environments.appending(key)
        let use = try await store.use(key)
        try Store.makeFolder(store.environments)
        if try state(of: path) == .finished { return BuiltEnvironment(path: path, wasReused: true, use: use) }
        // Whoever comes second waits, and finds it finished.
        let turn = try await store.lock(key)
        defer { turn.release() }
        switch try state(of: path) {
        case .finished: return BuiltEnvironment(path: path, wasReused: true, use: use)
        case .missing: break
        case .changed(let what):
            progress(
                "the environment was changed since it was built (\(Printable(what, limit: 200))); building it anew"
            )
            try store.discard(path)
        }
        warnOfGraphics(lock)
        // The wheels of a build in progress are not collected as garbage.
        let wheels = try await store.share("wheels")
        defer { wheels.release() }
        try await store.withRunFolder { folder throws(RunError) in
            try await fetch(lock, scratch: folder, for: interpreter)
            let tree = folder.appending("tree")
            let site = tree.appending("site-packages")
            try Store.makeFolder(site)
            let sandbox = try BuildSandbox(interpreter, resources)
            try await unpack(lock, into: site, scratch: folder, sandbox)
            try await compile(site, sandbox)
            try Self.write(
                StoredEnvironment.text(lock, interpreter),
                to: tree.appending(EnvironmentRecord.fileName)
            )
            try EnvironmentTree(path: tree).seal()
            try EnvironmentManifest(tree: tree).write()
            try publish(tree, as: path)
        }
        return BuiltEnvironment(path: path, wasReused: false, use: use)
    }

    /// What became of an environment.
    private enum State: Equatable {
        case missing
        case finished
        /// The first file that is not as it was.
        case changed(String)
    }

    private func state(of path: FilePath) throws(RunError) -> State {
        var status = stat()
        guard lstat(path.string, &status) == 0 else {
            if errno == ENOENT { return .missing }
            throw Store.failure(path, errno)
        }
        guard status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o022 == 0 else {
            throw RunError(.environment, .resource, "\(path) was changed by somebody else; remove it")
        }
        return EnvironmentManifest(tree: path).change().map { .changed($0) } ?? .finished
    }

    /// Everything is on the disk before its name is.
    private func publish(_ tree: FilePath, as path: FilePath) throws(RunError) {
        let folder = open(tree.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Store.failure(tree, errno) }
        defer { close(folder) }
        let synced = lw_sync_file_system(folder)
        guard synced >= 0 else { throw Store.failure(tree, -synced) }
        let code = lw_rename_exclusive(AT_FDCWD, tree.string, AT_FDCWD, path.string)
        guard code >= 0 else { throw Store.failure(path, -code) }
    }

    /// Unpacks the wheels in a sandbox that sees them and may write to the one folder.
    func unpack(
        _ lock: EnvironmentLock,
        into site: FilePath,
        scratch: FilePath,
        _ sandbox: BuildSandbox
    ) async throws(RunError) {
        let wheels = scratch.appending("wheels")
        let names = try gather(lock, into: wheels)
        progress("unpacking \(names.count) wheel\(names.count == 1 ? "" : "s") in the sandbox")
        // The sandbox runs under another id; the folder lies inside one that nobody but the caller may enter.
        guard chmod(site.string, geteuid() == 0 ? 0o777 : 0o700) == 0 else { throw Store.failure(site, errno) }
        let answer = try await Self.offThread { interrupt throws(RunError) in
            try sandbox.run(
                "unpacking the wheels",
                "unpack.py",
                ["/lw/wheels", "/lw/env/site-packages"],
                mounts: [
                    .readOnly(source: wheels.string, path: "/lw/wheels"),
                    .writable(source: site.string, path: "/lw/env/site-packages"),
                ],
                input: Array(names.joined(separator: "\0").utf8),
                interrupt: interrupt
            )
        }
        let report = try? JSON.parse(answer)
        if let kept = report?["kept"]?.integer, kept > 0 {
            let named = (report?["named"]?.array ?? []).prefix(3).compactMap(\.string)
            let shown = named.map { Printable($0, limit: 80).description }.joined(separator: ", ")
            progress(
                "\(kept) files come from two packages with different contents (\(shown)); the first one's are kept"
            )
        }
    }

    /// Byte-compiles every source file in sandboxes that may write to this one folder.
    private func compile(_ site: FilePath, _ sandbox: BuildSandbox) async throws(RunError) {
        let sources = try EnvironmentTree(path: site).openForCompiling()
        progress("byte-compiling \(sources.count) files in the sandbox")
        let workers = max(1, min(ProcessInfo.processInfo.activeProcessorCount, sources.count / 50))
        try await Self.offThread { interrupt throws(RunError) in
            let failure = Mutex<RunError?>(nil)
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                let share = stride(from: worker, to: sources.count, by: workers).map { sources[$0] }
                do throws(RunError) {
                    _ = try sandbox.run(
                        "byte-compiling the environment",
                        "compile.py",
                        ["/lw/env/site-packages"],
                        mounts: [.writable(source: site.string, path: "/lw/env/site-packages")],
                        input: Array(share.joined(separator: "\0").utf8),
                        interrupt: interrupt
                    )
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
            if let failure = failure.withLock({ $0 }) { throw failure }
        }
    }

    /// Runs work that blocks on a thread of its own; it is interrupted when the task is cancelled.
    static func offThread<Value: Sendable>(
        _ work: @escaping @Sendable (Interrupt) throws(RunError) -> Value
    ) async throws(RunError) -> Value {
        let interrupt: Interrupt
        do {
            interrupt = try Interrupt()
        } catch {
            throw RunError(.environment, .resource, "no pipe could be made")
        }
        let result: Result<Value, RunError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(returning: Result { () throws(RunError) in try work(interrupt) })
                }
            }
        } onCancel: {
            interrupt.raise()
        }
        return try result.get()
    }
}

/// A finished environment in the store.
struct BuiltEnvironment: Sendable {
    var path: FilePath
    var wasReused: Bool
    var use: EnvironmentUse
}
