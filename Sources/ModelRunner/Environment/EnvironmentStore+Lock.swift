import Documents
import Foundation
import Packaging
import Sandbox
import SystemPackage

extension EnvironmentStore {
    /// Resolves requirements to versions and hashes, once; later runs read the answer from the store.
    func lock(_ requirements: [Requirement], for interpreter: Interpreter) async throws(RunError) -> EnvironmentLock {
        var lines = requirements.map(\.canonicalText)
        if !requirements.contains(where: { $0.normalizedName == "numpy" && $0.marker == nil }) { lines.append("numpy") }
        let index = PackageIndex()
        // Each package's hashes under its own name: a question that pooled them could be answered by another's lock.
        let pins = requirements.map { $0.normalizedName + " " + $0.hashes.sorted().joined(separator: " ") }
        let question = (["lock 2", "\(interpreter.major).\(interpreter.minor)"] + index.options + lines + pins)
            .joined(separator: "\n")
        try Store.makeFolder(store.locks)
        let path = store.locks.appending(sha256(Array(question.utf8)) + ".txt")
        if let text = try? String(contentsOfFile: path.string, encoding: .utf8), var lock = EnvironmentLock(text: text),
            lock.restrict(to: requirements) == nil
        {
            return lock
        }
        guard !options.isOffline else {
            throw RunError(
                .environment,
                .environment,
                "these requirements were never resolved on this machine, and --offline forbids asking for them",
                hint: "run once without --offline"
            )
        }
        progress("resolving \(lines.count) requirement\(lines.count == 1 ? "" : "s") for Python \(interpreter.version)")
        let answer = try await uv(
            ["pip", "compile", "-", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-package", "pip"],
            interpreter,
            index,
            input: lines.joined(separator: "\n") + "\n",
            seconds: 300
        )
        guard answer.status == 0 else { throw Self.unresolved(answer.errors, lines, interpreter) }
        guard var lock = EnvironmentLock(text: answer.output) else {
            throw RunError(
                .environment,
                .environment,
                "the resolver's answer holds more than names, versions and hashes"
            )
        }
        if let name = lock.restrict(to: requirements) {
            throw RunError(
                .environment,
                .environment,
                "the index offers '\(Printable(name, limit: 60))' with none of the hashes that the package asks for"
            )
        }
        try Self.write(lock.text, to: path)
        return lock
    }

    private static func unresolved(_ errors: String, _ lines: [String], _ interpreter: Interpreter) -> RunError {
        RunError(
            .environment,
            .environment,
            "no set of wheels for Python \(interpreter.version) satisfies the package's requirements",
            hint: "another interpreter may do: --python VERSION",
            quotation: Printable.block(errors, lines: 12)
        )
    }

    /// Runs `uv` so that only the user's settings count: an empty folder, no configuration, no stored secrets.
    func uv(
        _ arguments: [String],
        _ interpreter: Interpreter,
        _ index: PackageIndex,
        input: String,
        seconds: Double
    ) async throws(RunError) -> HostTool.Result {
        guard let program = resources.uv else {
            throw RunError(
                .environment,
                .resource,
                "'uv', which fetches Python packages, was not found",
                hint: "'make deps' installs it; or put it on PATH"
            )
        }
        let empty = store.path.appending("empty")
        try Store.makeFolder(empty)
        try Store.makeFolder(store.packageCache)
        var environment = index.environment
        environment["UV_CACHE_DIR"] = store.packageCache.string
        environment["HOME"] = empty.string
        environment["NETRC"] = "/dev/null"
        environment["PATH"] = "/usr/bin:/bin"
        environment["LC_ALL"] = "C.UTF-8"
        var all =
            arguments + [
                "--python", interpreter.executable.string, "--only-binary", ":all:", "--no-config",
                "--no-python-downloads",
                "--directory", empty.string, "--keyring-provider", "disabled", "--color", "never", "--no-progress",
            ]
        all += index.options
        if options.isOffline { all.append("--offline") }
        do throws(HostTool.Failure) {
            return try await HostTool.run(
                program.string,
                all,
                environment: environment,
                input: input,
                seconds: seconds
            )
        } catch {
            switch error {
            case .cancelled: throw RunError(.environment, .cancelled, "the run was cancelled")
            case .notStarted(let path): throw RunError(.environment, .resource, "\(path) cannot be started")
            case .deadline:
                throw RunError(.environment, .timeout, "'uv' did not finish within \(Int(seconds)) s")
            }
        }
    }

    static func write(_ text: String, to path: FilePath) throws(RunError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path.string), options: .atomic)
        } catch {
            throw RunError(.environment, .resource, "\(path) cannot be written")
        }
    }
}
