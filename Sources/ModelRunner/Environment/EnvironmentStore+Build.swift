import CLinux
import Dispatch
import Documents
import Foundation
import LaunchPlan
import Sandbox
import SandboxPolicy
import Synchronization
import SystemPackage

extension EnvironmentStore {
    /// Part of every environment's key: raised when what is built from the same lock changes.
    private static let builder = "builder 1"

    /// The environment of a lock, built when it is not there.
    func build(_ resolved: EnvironmentLock, for interpreter: Interpreter) async throws(RunError) -> PythonEnvironment {
        let identity = [Self.builder, interpreter.executable.string, interpreter.version, resolved.text]
        let key = sha256(Array(identity.joined(separator: "\n").utf8))
        let path = store.environments.appending(key)
        let packages = resolved.entries.map { "\($0.name)==\($0.version)" }
        func environment(reused: Bool) -> PythonEnvironment {
            PythonEnvironment(path: path, interpreter: interpreter, packages: packages, wasReused: reused)
        }
        try Store.makeFolder(store.environments)
        if try isFinished(path) { return environment(reused: true) }
        // Whoever comes second waits, and finds it finished.
        let lock = try await store.lock(key)
        defer { lock.release() }
        if try isFinished(path) { return environment(reused: true) }
        try await store.withRunFolder { folder throws(RunError) in
            progress("installing \(resolved.entries.count) packages")
            let tree = folder.appending("tree")
            let site = tree.appending("site-packages")
            try Store.makeFolder(site)
            try await install(resolved, into: site, scratch: folder, for: interpreter)
            try await compile(site, for: interpreter)
            try EnvironmentTree(path: tree).seal()
            let code = lw_rename_exclusive(AT_FDCWD, tree.string, AT_FDCWD, path.string)
            guard code >= 0 || code == -EEXIST else { throw Store.failure(path, -code) }
        }
        return environment(reused: false)
    }

    private func isFinished(_ path: FilePath) throws(RunError) -> Bool {
        var status = stat()
        guard lstat(path.string, &status) == 0 else {
            if errno == ENOENT { return false }
            throw Store.failure(path, errno)
        }
        guard status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o022 == 0 else {
            throw RunError(.environment, .resource, "\(path) was changed by somebody else; remove it")
        }
        return true
    }

    private func install(
        _ lock: EnvironmentLock,
        into site: FilePath,
        scratch: FilePath,
        for interpreter: Interpreter
    ) async throws(RunError) {
        let list = scratch.appending("lock.txt")
        try Self.write(lock.text, to: list)
        let answer = try await uv(
            [
                "pip", "install", "--target", site.string, "--no-deps", "--require-hashes", "--link-mode", "copy",
                "--no-compile-bytecode", "--requirements", list.string,
            ],
            interpreter,
            PackageIndex(),
            input: "",
            seconds: 1800
        )
        guard answer.status == 0 else {
            throw RunError(
                .environment,
                .environment,
                "the packages could not be fetched and unpacked",
                hint: options.isOffline ? "run once without --offline" : nil,
                quotation: Printable.block(answer.errors, lines: 12)
            )
        }
    }

    /// Byte-compiles every source file in sandboxes that may write to this one folder.
    private func compile(_ site: FilePath, for interpreter: Interpreter) async throws(RunError) {
        let sources = try EnvironmentTree(path: site).openForCompiling()
        progress("byte-compiling \(sources.count) files in the sandbox")
        let workers = max(1, min(ProcessInfo.processInfo.activeProcessorCount, sources.count / 50))
        let profile: CompiledProfile
        do throws(SandboxError) {
            profile = try CompiledProfile(named: "environment-build", resources: resources)
        } catch {
            throw RunError(error, phase: .environment)
        }
        let interrupt = try Interrupt()
        let failure = Mutex<RunError?>(nil)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    DispatchQueue.concurrentPerform(iterations: workers) { worker in
                        let share = stride(from: worker, to: sources.count, by: workers).map { sources[$0] }
                        do throws(RunError) {
                            try compile(share, in: site, interpreter, profile, interrupt)
                        } catch {
                            failure.withLock { $0 = $0 ?? error }
                        }
                    }
                    continuation.resume()
                }
            }
        } onCancel: {
            interrupt.raise()
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func compile(
        _ sources: [String],
        in site: FilePath,
        _ interpreter: Interpreter,
        _ profile: CompiledProfile,
        _ interrupt: Interrupt
    ) throws(RunError) {
        var grants = RunGrants()
        let python = PythonMounts(interpreter: interpreter)
        grants.mounts =
            python.mounts + [
                .readOnly(source: resources.pythonRunner.string, path: "/lw/runner"),
                .writable(source: site.string, path: "/lw/env/site-packages"),
            ]
        grants.variables = python.variables
        grants.command = python.command + ["/lw/runner/compile.py", "/lw/env/site-packages"]
        let plan = profile.launchPlan(processors: 1, grants: grants)
        do {
            var process = try SandboxProcess(
                plan: plan,
                filter: profile.filter,
                fallbackFilter: profile.fallbackFilter,
                launcher: resources.launcher,
                errorTailLimit: profile.profile.limits.standardError
            )
            var outgoing = [Array(sources.joined(separator: "\0").utf8)[...]]
            let deadline = Deadline(seconds: Double(profile.profile.times.call))
            var answer: [UInt8] = []
            // Its standard input ends when all names are written; its output ends when it does.
            let end = try process.pump(&outgoing, until: deadline, interrupt: interrupt.readEnd, closingInput: true) {
                (bytes: ArraySlice<UInt8>) throws(Never) -> Bool in
                answer += bytes.prefix(max(0, 65_536 - answer.count))
                return false
            }
            let status = process.end(grace: 1)
            if let failure = status.failure {
                throw RunError(
                    .setupFailed(step: failure.step, Errno(rawValue: failure.code), subject: failure.subject),
                    phase: .environment
                )
            }
            guard end == .outputClosed, status.code == 0 else {
                throw RunError(
                    .environment,
                    .environment,
                    "byte-compiling the environment in the sandbox failed (\(RunOutcome(status)))",
                    quotation: Printable.block(process.errorTail.text, lines: 12)
                )
            }
        } catch let error as RunError {
            throw error
        } catch let error as SandboxError {
            throw RunError(error, phase: .environment)
        } catch PumpError<Never>.sandbox(let error) {
            throw RunError(error, phase: .environment)
        } catch {
            throw RunError(.environment, .environment, "byte-compiling the environment failed")
        }
    }
}
