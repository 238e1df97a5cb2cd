import CLinux
import Documents
import Foundation
public import Packaging
public import Sandbox
public import SystemPackage

/// A finished, read-only environment of Python packages.
public struct PythonEnvironment: Sendable {
    /// Folder with `site-packages` in it, in the caller's store.
    public let path: FilePath
    /// The interpreter that the packages were chosen and compiled for.
    public let interpreter: Interpreter
    /// What the environment holds, such as `numpy==2.4.6`.
    public let packages: [String]
    /// True when it was there already.
    public let wasReused: Bool
    /// What reports say of it.
    public let record: EnvironmentRecord
    /// Holds it against removal.
    let use: EnvironmentUse
}

/// Builds environments from requirement lines, and keeps them for every learnware with the same lock.
///
/// Nothing of a package reaches the installer but lines that were parsed and written anew. Wheels are fetched with
/// hashes from where the *user's* settings say, unpacked without running anything, and byte-compiled in a sandbox.
public struct EnvironmentStore: Sendable {
    /// What the user decides about environments.
    public struct Options: Sendable {
        /// An interpreter's path or version, such as `3.11`; nil to choose one.
        public var python: String?
        /// True to use only what is there already.
        public var isOffline = false
        /// Requirements beside the package's own.
        public var added: [Requirement] = []
        /// True to take builds for CPUs where the index offers them.
        public var prefersCPU = false
        /// True to build, in the sandbox, what has no wheel.
        public var allowsBuilds = false

        /// The defaults: choose an interpreter, fetch what is missing.
        public init() {}
    }

    let store: Store
    let resources: Resources
    let options: Options
    let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - store: where environments are kept.
    ///   - resources: the tools' own files.
    ///   - options: what the user decides.
    ///   - progress: is told what is being done, one line at a time.
    public init(
        store: Store,
        resources: Resources,
        options: Options = Options(),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.resources = resources
        self.options = options
        self.progress = progress
    }

    /// The environment for a package's requirements, built when it is not there.
    ///
    /// - Throws: ``RunError`` that names the requirement, the interpreter or the step that is in the way.
    public func environment(for source: EnvironmentSource) async throws(RunError) -> PythonEnvironment {
        let requirements = try Self.accepted(source, progress: progress) + options.added
        var firstError: RunError?
        let candidates = try await candidates(for: source)
        for interpreter in candidates {
            do throws(RunError) {
                let lock = try await lock(requirements, for: interpreter)
                let built = try await build(lock, for: interpreter)
                return environment(built, lock, interpreter, source)
            } catch {
                // The newest interpreter may be too new for pinned versions.
                guard candidates.count > 1, error.cause == .environment, !Task.isCancelled else { throw error }
                firstError = firstError ?? error
            }
        }
        // The error of the first tells the most.
        guard var error = firstError else {
            throw RunError(.environment, .environment, "no interpreter could be tried")
        }
        let others = candidates.dropFirst().map(\.version).joined(separator: ", ")
        error.hint = (error.hint.map { $0 + "; " } ?? "") + "it was tried with Python \(others) too"
        throw error
    }

    func environment(
        _ built: BuiltEnvironment,
        _ lock: EnvironmentLock,
        _ interpreter: Interpreter,
        _ source: EnvironmentSource
    ) -> PythonEnvironment {
        let packages = lock.entries.map { "\($0.name)==\($0.version)" }
        let asked = source.pythonSpecifier
        let record = EnvironmentRecord(
            key: built.path.lastComponent?.string ?? "",
            python: interpreter.version,
            interpreter: interpreter.executable.string,
            askedPython: asked,
            isOverridden: asked.map { !interpreter.satisfies($0) } ?? false,
            packages: packages,
            added: options.added.map(\.canonicalText),
            built: lock.built(in: store.built.string)
        )
        return PythonEnvironment(
            path: built.path,
            interpreter: interpreter,
            packages: packages,
            wasReused: built.wasReused,
            record: record,
            use: built.use
        )
    }

    /// The requirement lines that are handed on, numpy always among them: tensors become its arrays.
    private static func accepted(
        _ source: EnvironmentSource,
        progress: (String) -> Void
    ) throws(RunError) -> [Requirement] {
        for line in source.requirements.refused {
            let place = "\(source.fileName), line \(line.line)"
            let shown = Printable(line.text, limit: 80)
            if isIndexOption(line.text) {
                progress("\(place): '\(shown)' is left out: where packages come from is the user's to say")
                continue
            }
            throw RunError(
                .environment,
                .environment,
                "\(place): '\(shown)' is refused: \(line.reason)",
                hint: "only 'name[extras]versions; marker' is installed, from the user's own index"
            )
        }
        if source.requirements.skipsLearnware {
            progress("\(source.fileName): 'learnware' is not installed; the runner provides learnware.model")
        }
        for remark in source.remarks { progress("\(source.fileName), line \(remark.line): \(remark.text)") }
        return source.requirements.lines
    }

    /// Options that only say where to look; without them the rest of the file keeps its meaning.
    private static func isIndexOption(_ text: String) -> Bool {
        let word = text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace && $0 != "=" }
        return [
            "-i", "--index-url", "--extra-index-url", "--trusted-host", "-f", "--find-links", "--no-index",
            "--prefer-binary", "--only-binary",
        ].contains(String(word))
    }

    func candidates(for source: EnvironmentSource) async throws(RunError) -> [Interpreter] {
        if let wanted = options.python, wanted.contains("/") {
            var memory = ProbeMemory(store.path.appending("interpreters.json"))
            guard let interpreter = await memory.probe(wanted) else {
                throw RunError(.environment, .environment, "'\(Printable(wanted))' is no CPython 3.9 to 3.13").ofTheHost
            }
            memory.save()
            return [interpreter]
        }
        let installed = await Interpreter.installed(memory: store.path.appending("interpreters.json"))
        let available = installed.map(\.version).joined(separator: ", ")
        guard !installed.isEmpty else {
            throw RunError(
                .environment,
                .environment,
                "no CPython 3.9 to 3.13 was found on PATH",
                hint: "install one, or name it with --python PATH"
            ).ofTheHost
        }
        if let wanted = options.python {
            let matching = installed.filter { wanted == $0.version || $0.satisfies("==" + wanted) }
            guard let best = matching.first(where: { wanted == $0.version }) ?? matching.first else {
                throw RunError(
                    .environment,
                    .environment,
                    "Python \(Printable(wanted, limit: 20)) is not installed; there is \(available)",
                    hint: "try --python \(Interpreter.nearest(to: wanted, among: installed).name)"
                ).ofTheHost
            }
            return [best]
        }
        guard let specifier = source.pythonSpecifier else { return Interpreter.onePerVersion(installed) }
        let matching = installed.filter { $0.satisfies(specifier) }
        guard !matching.isEmpty else {
            let nearest = Interpreter.nearest(to: specifier, among: installed).name
            throw RunError(
                .environment,
                .environment,
                "\(source.fileName) asks for Python \(Printable(specifier, limit: 40)), but there is only \(available)",
                hint: "'--python \(nearest)' tries it with another, and the report then says so"
            ).ofTheHost
        }
        return Interpreter.onePerVersion(matching)
    }
}
