import Documents
import Foundation
import LaunchPlan
public import Packaging
import PredictProtocol
public import Sandbox
import SandboxPolicy
package import SystemPackage

/// What the person running a learnware decides about the run.
public struct RunOptions: Sendable {
    /// The profile: a shipped one's name, or a file, whose path holds a `/` or ends in `.yaml`.
    ///
    /// Only the person running a package may grant more than `strict`; a package never chooses it.
    public var profile = "strict"
    /// A profile that is compiled already; it is taken in the place of ``profile``.
    package var compiledProfile: CompiledProfile?
    /// The file that ``profile`` means; nil for a shipped one.
    package var profileFile: FilePath? {
        profile.contains("/") || profile.hasSuffix(".yaml") ? FilePath(profile) : nil
    }
    /// Seconds for loading the model; nil for the profile's.
    public var loadSeconds: Double?
    /// Seconds for each call; nil for the profile's, or less when the package asks for less.
    public var callSeconds: Double?
    /// Layers, by name, that may be missing; only `landlock` can be.
    public var allowedDegradations: [String] = []
    /// An interpreter's path or version; nil to choose one.
    public var python: String?
    /// True to fetch nothing.
    public var isOffline = false
    /// Requirements that are installed beside the package's own.
    public var added: [Requirement] = []
    /// True to install builds for CPUs where the index offers them.
    public var prefersCPU = false
    /// True to build, in the sandbox, packages that have no wheel.
    public var allowsBuilds = false
    /// Is told what is being done, one line at a time.
    public var progress: @Sendable (String) -> Void = { _ in }

    /// The defaults: profile `strict`, its own deadlines, an interpreter of our choice.
    public init() {}
}

/// A result together with what the run did.
public struct RunResult<Value: Sendable>: Sendable {
    /// What the closure returned.
    public var value: Value
    /// How the run went, and behind which layers.
    public var report: RunReport
}

/// Runs a learnware's model in its sandbox for as long as `body` lasts.
///
/// The environment is built when it is not there; the package's files are unpacked into a private folder and mounted
/// read-only; the model is loaded by a runner that sees nothing else. When `body` returns or throws, or the task is
/// cancelled, every process of the run is dead and its folder gone before this function returns.
///
/// ```swift
/// let package = try Package.open("iris.zip")
/// let result = try await withModel(package) { model in try await model.predict([[5.1, 3.5, 1.4, 0.2]]) }
/// ```
///
/// - Parameters:
///   - package: the learnware.
///   - options: what the person running it decides.
///   - resources: the tools' own files; nil for those beside the running program.
///   - store: where environments are kept; nil for the caller's own.
///   - body: uses the model; its errors of type ``RunError`` are passed on as they are.
/// - Returns: what `body` returned, and the report of the run.
/// - Throws: ``RunError``.
public func withModel<Value: Sendable>(
    _ package: Package,
    options: RunOptions = RunOptions(),
    resources: Resources? = nil,
    store: Store? = nil,
    _ body: (RunningModel) async throws(RunError) -> Value
) async throws(RunError) -> RunResult<Value> {
    let preparation = try Preparation(package, options, resources, store)
    let begin = ContinuousClock.now
    let environment = try await preparation.environment()
    // Until the run has ended, nothing may remove what is mounted into it.
    defer { withExtendedLifetime(environment) {} }
    let environmentMilliseconds = (ContinuousClock.now - begin) / .milliseconds(1)
    return try await preparation.store.withRunFolder { folder throws(RunError) in
        let interrupt = try Interrupt()
        let unpacking = ContinuousClock.now
        try preparation.unpack(into: folder)
        let unpackMilliseconds = (ContinuousClock.now - unpacking) / .milliseconds(1)
        let model = try await preparation.start(folder, environment, interrupt)
        let value: Value
        do throws(RunError) {
            value = try await body(model)
        } catch {
            throw error.completed(by: await model.finish())
        }
        var report = await model.finish()
        report.environment = environment?.record
        report.phases =
            [
                RunReport.Phase(name: "environment", milliseconds: environmentMilliseconds),
                RunReport.Phase(name: "unpack", milliseconds: unpackMilliseconds),
            ] + report.phases
        return RunResult(value: value, report: report)
    }
}

/// Everything that is decided before a run's process starts.
struct Preparation {
    let package: Package
    let options: RunOptions
    let resources: Resources
    let store: Store
    let profile: CompiledProfile

    init(_ package: Package, _ options: RunOptions, _ resources: Resources?, _ store: Store?) throws(RunError) {
        self.package = package
        self.options = options
        if let store { self.store = store } else { self.store = try Store() }
        do throws(SandboxError) {
            let located: Resources
            if let resources { located = resources } else { located = try Resources.locate() }
            self.resources = located
            profile = try Self.profile(options, located, self.store)
        } catch {
            throw RunError(error, phase: .setup)
        }
    }

    private static func profile(
        _ options: RunOptions,
        _ resources: Resources,
        _ store: Store
    ) throws(SandboxError) -> CompiledProfile {
        if let compiled = options.compiledProfile { return compiled }
        guard let file = options.profileFile else {
            return try CompiledProfile(named: options.profile, resources: resources)
        }
        do throws(SandboxError) {
            return try CompiledProfile(file: file, resources: resources, cache: store.filters)
        } catch .resource(let path, let reason) {
            // The user's own file, and no fault of the installation.
            throw .profile(path: path, reason: reason)
        }
    }

    private var settings: SandboxSettings { package.manifest.sandbox }

    /// The Python environment of the package or of our own runner; nil for a program that needs none.
    func environment() async throws(RunError) -> PythonEnvironment? {
        guard settings.runtime != .executable else { return nil }
        var environmentOptions = EnvironmentStore.Options()
        environmentOptions.python = options.python
        environmentOptions.isOffline = options.isOffline
        environmentOptions.added = options.added
        environmentOptions.prefersCPU = options.prefersCPU
        environmentOptions.allowsBuilds = options.allowsBuilds
        let environments = EnvironmentStore(
            store: store,
            resources: resources,
            options: environmentOptions,
            progress: options.progress
        )
        if settings.runtime == .onnx { return try await environments.environment(for: .onnx) }
        return try await environments.environment(for: package.environment)
    }

    func unpack(into folder: FilePath) throws(RunError) {
        do throws(PackageError) {
            try package.unpack(into: folder, as: "package")
        } catch {
            throw RunError(.setup, .resource, error.message)
        }
        guard settings.runtime == .executable else { return }
        do throws(PackageError) {
            // What the kernel would answer with a number is said in words.
            try package.validateProgram(unpackedIn: folder.appending("package"))
        } catch {
            throw RunError(.load, .loadFailed, error.message, hint: error.hint)
        }
    }

    func start(
        _ folder: FilePath,
        _ environment: PythonEnvironment?,
        _ interrupt: Interrupt
    ) async throws(RunError) -> RunningModel {
        var limits = profile.profile.limits
        // A package may ask for less than the profile gives, never for more.
        if let memory = settings.memoryBytes { limits.memory = min(limits.memory, memory) }
        let processors = ProcessInfo.processInfo.activeProcessorCount
        if let threads = settings.threads, threads > 0 {
            let granted = limits.threads == 0 ? processors : limits.threads
            limits.threads = min(granted, threads)
        }
        let profile = profile.profile
        let asked = settings.seconds.map { min($0, Double(profile.times.call)) } ?? Double(profile.times.call)
        let times = Connection.Times(
            spawn: Double(profile.times.spawn),
            load: options.loadSeconds ?? Double(profile.times.load),
            call: options.callSeconds ?? asked
        )
        let grants = grants(folder, environment)
        var plan = self.profile.launchPlan(processors: processors, grants: grants, limits: limits)
        plan.degradable = options.allowedDegradations.compactMap { LaunchPlan.Layer(rawValue: $0) }
        let model = modelDescription
        let (compiled, finalPlan) = (self.profile, plan)
        let launcher = resources.launcher
        // Loading blocks for as long as a model takes to import, so it has a thread of its own.
        let queue = DispatchQueue(label: "learnware.start")
        let result: Result<RunningModel, RunError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    let result = Result { () throws(RunError) in
                        let connection = try Connection(
                            plan: finalPlan,
                            profile: compiled,
                            times: times,
                            launcher: launcher,
                            interrupt: interrupt
                        )
                        do throws(RunError) {
                            let metadata = try connection.load(model: model)
                            return RunningModel(connection: connection, metadata: metadata, interrupt: interrupt)
                        } catch {
                            // What the model was refused may be why it cannot be loaded.
                            throw error.completed(by: connection.finish())
                        }
                    }
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            interrupt.raise()
        }
        return try result.get()
    }

    /// The run's mounts and command: the same fixed places for every package.
    private func grants(_ folder: FilePath, _ environment: PythonEnvironment?) -> RunGrants {
        var grants = RunGrants()
        grants.mounts.append(.readOnly(source: folder.appending("package").string, path: "/lw/package"))
        grants.workingDirectory = "/lw/package"
        if let environment {
            let python = PythonMounts(interpreter: environment.interpreter)
            grants.mounts += python.mounts
            grants.variables += python.variables
            grants.mounts.append(.readOnly(source: resources.pythonRunner.string, path: "/lw/runner"))
            grants.mounts.append(.readOnly(source: environment.path.string, path: "/lw/env"))
            grants.command = python.command + ["/lw/runner/main.py", "--runtime", settings.runtime.rawValue]
        } else {
            grants.command = ["/lw/package/" + (settings.entry ?? "")]
        }
        return grants
    }

    /// `hello.params.model`: plain data from the manifest that the host has read.
    private var modelDescription: Node {
        let model = package.manifest.model
        if settings.runtime == .onnx {
            return Node(object: [
                ("name", package.manifest.name.map { Node($0) } ?? nil),
                ("entry", Node(settings.entry ?? "")),
                ("outputs", Node(settings.outputs.map { Node($0.name) })),
                ("data", Node(package.semantic?.data.first ?? "Table")),
            ])
        }
        return Node(object: [
            ("module_path", Node(model.modulePath)),
            ("class_name", Node(model.className)),
            ("kwargs", model.kwargs),
            ("tuple_paths", Node(model.tuplePaths.map { Node($0) })),
            ("data", Node(package.semantic?.data.first ?? "Table")),
        ])
    }
}
