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
    /// Bytes of memory that the run may take; nil for the profile's, or less when the package asks for less.
    package var memory: Int?
    /// Threads that the run's libraries may take; nil for the profile's, or less when the package asks for less.
    package var threads: Int?
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
