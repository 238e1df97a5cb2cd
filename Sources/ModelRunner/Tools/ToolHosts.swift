import Documents
import Sandbox
package import Tensors

/// What starts our own tools in their sandboxes, and ends them all at once.
struct ToolHosts: Sendable {
    private let options: RunOptions
    private let interrupt: Interrupt

    /// - Parameter options: what the person running it decided.
    /// - Throws: ``RunError`` when the system gives no pipe.
    init(_ options: RunOptions) throws(RunError) {
        self.options = options
        interrupt = try Interrupt()
    }

    /// Ends what is under way, and all that comes.
    func cancel() { interrupt.raise() }

    /// What a tool runs in; its environment is fetched and built the first time.
    func host(for tool: ToolEnvironment, _ store: Store) async throws(RunError) -> ToolProcess.Host {
        var environmentOptions = EnvironmentStore.Options()
        environmentOptions.python = options.python
        environmentOptions.isOffline = options.isOffline
        let resources: Resources
        let profile: CompiledProfile
        do throws(SandboxError) {
            resources = try Resources.locate()
            profile = try CompiledProfile(named: "strict", resources: resources)
        } catch {
            throw RunError(error, phase: .setup)
        }
        let environments = EnvironmentStore(
            store: store,
            resources: resources,
            options: environmentOptions,
            progress: options.progress
        )
        return ToolProcess.Host(
            profile: profile,
            resources: resources,
            environment: try await environments.environment(for: tool),
            interrupt: interrupt,
            allowedDegradations: options.allowedDegradations
        )
    }
}

/// Why a file that a tool of ours reads cannot be opened.
package enum FileFault: Error {
    case data(DataError)
    /// What has nothing to do with any file.
    case run(RunError)
}
