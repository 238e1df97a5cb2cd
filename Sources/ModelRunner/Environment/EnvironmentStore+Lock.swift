import Documents
import Foundation
import Packaging
import Sandbox
import SystemPackage

/// How far a resolution came.
enum Resolution {
    case found(EnvironmentLock)
    /// There is no set of wheels; the resolver's own words.
    case unsatisfiable(String)
}

extension EnvironmentStore {
    /// Resolves requirements to versions and hashes, once; later runs read the answer from the store.
    func lock(_ requirements: [Requirement], for interpreter: Interpreter) async throws(RunError) -> EnvironmentLock {
        var index = PackageIndex()
        var lines = requirements.map(\.canonicalText)
        if !requirements.contains(where: { $0.normalizedName == "numpy" && $0.marker == nil }) { lines.append("numpy") }
        let question = ["lock 3", "\(interpreter.major).\(interpreter.minor)", Host.platform]
        let options =
            index.options + (self.options.prefersCPU ? ["cpu"] : []) + (self.options.allowsBuilds ? ["builds"] : [])
        try Store.makeFolder(store.locks)
        let name = sha256(Array((question + options + lines).joined(separator: "\n").utf8)) + ".json"
        let path = store.locks.appending(name)
        // The hashes that a package names are no part of the question, and are held against every answer anew.
        if let lock = Self.read(path) { return try restricted(lock, to: requirements) }
        guard !self.options.isOffline else {
            throw RunError(
                .environment,
                .environment,
                "these requirements were never resolved on this machine, and --offline forbids asking for them",
                hint: "run once without --offline"
            ).ofTheHost
        }
        progress("resolving \(lines.count) requirement\(lines.count == 1 ? "" : "s") for Python \(interpreter.version)")
        var lock: EnvironmentLock
        switch try await resolve(lines, for: interpreter, index) {
        case .found(let found): lock = found
        case .unsatisfiable(let words):
            guard self.options.allowsBuilds else { throw Self.unresolved(words, interpreter) }
            let folders = try await buildSources(of: requirements, for: interpreter, index)
            for folder in folders { index.add(folder: folder.string) }
            guard !folders.isEmpty, case .found(let found) = try await resolve(lines, for: interpreter, index) else {
                throw Self.unresolved(words, interpreter)
            }
            lock = found
        }
        if self.options.prefersCPU { lock = try await withoutGraphics(lock, lines, interpreter, index) }
        try Self.write(lock.text, to: path)
        return try restricted(lock, to: requirements)
    }

    private static func read(_ path: FilePath) -> EnvironmentLock? {
        (try? String(contentsOfFile: path.string, encoding: .utf8)).flatMap(EnvironmentLock.init(text:))
    }

    private func restricted(
        _ lock: EnvironmentLock,
        to requirements: [Requirement]
    ) throws(RunError) -> EnvironmentLock {
        var lock = lock
        guard let name = lock.restrict(to: requirements, built: store.built.string) else { return lock }
        throw RunError(
            .environment,
            .environment,
            "the index offers '\(Printable(name, limit: 60))' with none of the hashes that the package asks for"
        )
    }

    /// Asks `uv`, which reads metadata of wheels alone and builds nothing.
    func resolve(
        _ lines: [String],
        for interpreter: Interpreter,
        _ index: PackageIndex,
        _ options: [String] = []
    ) async throws(RunError) -> Resolution {
        let answer = try await uv(
            [
                "pip", "compile", "-", "--format", "pylock.toml", "--no-header", "--no-annotate", "--no-emit-package",
                "pip", "--quiet",
            ] + options,
            interpreter,
            index,
            input: lines.joined(separator: "\n") + "\n",
            seconds: 300
        )
        guard answer.status == 0 else {
            // 1: there is no solution. Others: it could not ask, and another interpreter would not help.
            if answer.status == 1 { return .unsatisfiable(answer.errors) }
            throw RunError(
                .environment,
                .resource,
                "the package index could not be asked",
                hint: "see to the network, or to the index in the settings of pip",
                quotation: Printable.block(answer.errors, lines: 12)
            )
        }
        do throws(EnvironmentLock.Fault) {
            return .found(try EnvironmentLock(pylock: answer.output, minor: interpreter.minor))
        } catch {
            throw RunError(.environment, .environment, error.reason)
        }
    }

    private static func unresolved(_ errors: String, _ interpreter: Interpreter) -> RunError {
        RunError(
            .environment,
            .environment,
            "no set of wheels for Python \(interpreter.version) satisfies the package's requirements",
            // uv's words for a package of which there are only sources.
            hint: errors.contains("no usable wheels") || errors.contains("no wheels")
                ? "--allow-builds builds in the sandbox what has no wheel and is named with its exact version"
                : "another interpreter may do: --python VERSION",
            quotation: Printable.block(errors, lines: 12)
        )
    }

    /// Runs `uv` so that only the user's settings count: an empty folder, no configuration, no stored secrets.
    private func uv(
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
                "'uv', which resolves Python packages, was not found",
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
        let all =
            arguments + [
                "--python", interpreter.executable.string, "--only-binary", ":all:", "--no-config",
                "--no-python-downloads",
                "--directory", empty.string, "--keyring-provider", "disabled", "--color", "never", "--no-progress",
            ] + index.options
        return try await Self.run(program.string, all, environment, input: input, seconds: seconds)
    }

    /// Runs a tool of the host whose name may stand in messages.
    static func run(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String],
        input: String,
        seconds: Double
    ) async throws(RunError) -> HostTool.Result {
        do throws(HostTool.Failure) {
            return try await HostTool.run(program, arguments, environment: environment, input: input, seconds: seconds)
        } catch {
            switch error {
            case .cancelled: throw RunError(.environment, .cancelled, "the run was cancelled")
            case .notStarted(let path): throw RunError(.environment, .resource, "\(path) cannot be started")
            case .deadline:
                throw RunError(.environment, .timeout, "'\(program)' did not finish within \(Int(seconds)) s")
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

/// What of this machine decides which wheels it can use.
enum Host {
    /// Such as `x86_64 glibc 2.36`.
    static var platform: String {
        var name = utsname()
        uname(&name)
        let machine = withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        var library = [CChar](repeating: 0, count: 64)
        // Such as `glibc 2.36`.
        confstr(Int32(_CS_GNU_LIBC_VERSION), &library, library.count - 1)
        let version = String(decoding: library.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(machine) \(version)"
    }
}
