import Dispatch
import Documents
import Foundation
import Glibc
import LaunchPlan
import Packaging
import Sandbox
import SandboxPolicy
import SystemPackage

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

    func unpack(into folder: FilePath, as name: String = "package") throws(RunError) {
        do throws(PackageError) {
            try package.unpack(into: folder, as: name)
        } catch {
            throw RunError(.setup, .resource, error.message)
        }
        guard settings.runtime == .executable else { return }
        do throws(PackageError) {
            // What the kernel would answer with a number is said in words.
            try package.validateProgram(unpackedIn: folder.appending(name))
        } catch {
            throw RunError(.load, .loadFailed, error.message, hint: error.hint)
        }
    }

    /// Starts the runner and lets it load the model.
    func start(
        _ folder: FilePath,
        _ environment: PythonEnvironment?,
        _ interrupt: Interrupt
    ) async throws(RunError) -> RunningModel {
        let (plan, times, model) = (plan(folder.appending("package"), environment), times, modelDescription)
        return try await onThread(interrupt) { () throws(RunError) in
            let connection = try connect(plan, times, interrupt)
            try connection.waitForStart(seconds: times.spawn)
            return try RunningModel(connection, loading: model, interrupt)
        }
    }

    /// Starts a runner that imports the libraries of its environment and then waits for a package.
    ///
    /// Its sandbox is that of any run; the folder that will be the package's is there, and empty.
    func startSpare(_ environment: PythonEnvironment?) async throws(RunError) -> SpareRunner {
        let folder = try store.makeRunFolder()
        let interrupt = try Interrupt()
        let package = folder.path.appending("package")
        // Whatever the umask: a runner that root starts has another identity.
        guard mkdir(package.string, 0o755) == 0, chmod(package.string, 0o755) == 0 else {
            throw Store.failure(package, errno)
        }
        let (plan, times) = (plan(package, environment, isSpare: true), times)
        do throws(RunError) {
            return try await onThread(interrupt) { () throws(RunError) in
                let connection = try connect(plan, times, interrupt)
                try connection.waitForStart(seconds: times.load)
                return SpareRunner(connection, environment: environment, folder: folder, interrupt: interrupt)
            }
        } catch {
            folder.remove()
            throw error
        }
    }

    /// Hands a spare runner the package, and lets it load the model.
    ///
    /// - Returns: nil when the runner had ended before.
    func start(in spare: SpareRunner) async throws(RunError) -> RunningModel? {
        guard !spare.isLost else { return nil }
        // Beside the place that is mounted: only what was checked whole is moved there, file by file.
        try unpack(into: spare.folder.path, as: "arrived")
        try spare.receive("arrived", at: "package")
        let (times, model) = (times, modelDescription)
        return try await onThread(spare.interrupt) { () throws(RunError) in
            guard let connection = spare.take() else { return nil }
            connection.times = times
            return try RunningModel(connection, loading: model, spare.interrupt)
        }
    }

    /// What two packages must have in common for one's runner to do for the other; nil where no runner waits.
    func spareKey(_ environment: PythonEnvironment?) -> String? {
        guard environment != nil else { return nil }
        return plan("", environment, isSpare: true).text
    }

    private func connect(
        _ plan: LaunchPlan,
        _ times: Connection.Times,
        _ interrupt: Interrupt
    ) throws(RunError) -> Connection {
        try Connection(plan: plan, profile: profile, times: times, launcher: resources.launcher, interrupt: interrupt)
    }

    /// Starting and loading block for as long as libraries take to import, so they have a thread of their own.
    private func onThread<Value: Sendable>(
        _ interrupt: Interrupt,
        _ work: @escaping @Sendable () throws(RunError) -> Value
    ) async throws(RunError) -> Value {
        let queue = DispatchQueue(label: "learnware.start")
        let result: Result<Value, RunError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: Result { () throws(RunError) in try work() }) }
            }
        } onCancel: {
            interrupt.raise()
        }
        return try result.get()
    }

    private var times: Connection.Times {
        let times = profile.profile.times
        let asked = settings.seconds.map { min($0, Double(times.call)) } ?? Double(times.call)
        return Connection.Times(
            spawn: Double(times.spawn),
            load: options.loadSeconds ?? Double(times.load),
            call: options.callSeconds ?? asked
        )
    }

    private func plan(
        _ package: FilePath,
        _ environment: PythonEnvironment?,
        isSpare: Bool = false
    ) -> LaunchPlan {
        var limits = profile.profile.limits
        // A package may ask for less than the profile gives, never for more.
        if let memory = settings.memoryBytes { limits.memory = min(limits.memory, memory) }
        if let memory = options.memory { limits.memory = min(limits.memory, memory) }
        let processors = ProcessInfo.processInfo.activeProcessorCount
        for case let threads? in [settings.threads, options.threads] where threads > 0 {
            let granted = limits.threads == 0 ? processors : limits.threads
            limits.threads = min(granted, threads)
        }
        var grants = grants(package, environment)
        if isSpare { grants.command += ["--libraries", "first"] }
        var plan = profile.launchPlan(processors: processors, grants: grants, limits: limits)
        plan.degradable = options.allowedDegradations.compactMap { LaunchPlan.Layer(rawValue: $0) }
        return plan
    }

    /// The run's mounts and command: the same fixed places for every package.
    private func grants(_ package: FilePath, _ environment: PythonEnvironment?) -> RunGrants {
        var grants = RunGrants()
        grants.mounts.append(.readOnly(source: package.string, path: "/lw/package"))
        grants.workingDirectory = "/lw/package"
        if let environment {
            grants.add(environment, resources, ["main.py", "--runtime", settings.runtime.rawValue])
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
