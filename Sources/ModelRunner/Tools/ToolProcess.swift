import Documents
import Foundation
import LaunchPlan
import PredictProtocol
import Sandbox
import SandboxPolicy
import SystemPackage
import Tensors

/// A tool of ours in the sandbox `strict`, which answers one question after the other.
///
/// Its owner owns the run: with the last reference to it every process inside is dead.
final class ToolProcess {
    /// Why there is no answer.
    enum Fault: Error {
        /// It says that it cannot, in its own words.
        case refused(RunnerFailure)
        /// It ended, or was ended.
        case ended(RunOutcome)
        case timeout(seconds: Int)
        /// The sandbox could not be set up, or the caller wanted out.
        case sandbox(SandboxError)
        /// It broke the protocol.
        case broken(ProtocolError)
    }

    /// What every tool is started with.
    struct Host: Sendable {
        let profile: CompiledProfile
        let resources: Resources
        let environment: PythonEnvironment
        let interrupt: Interrupt
        let allowedDegradations: [String]
    }

    /// Bytes of memory of a tool; less than a model may have, because a file is read in pieces.
    static let memory = 2 << 30
    /// Bytes behind one answer.
    static let largestAnswer = 1 << 30

    private let host: Host
    private var process: SandboxProcess?
    private var conversation: Conversation
    /// What it said of the file when it was opened.
    private(set) var metadata: Metadata?

    /// Starts the tool and has it open what it is for.
    ///
    /// - Parameters:
    ///   - host: what it runs in.
    ///   - runtime: the runner's word for it.
    ///   - mounts: what it sees beside the interpreter, its environment and the runner.
    ///   - configuration: the `model` member of `hello`.
    /// - Throws: ``Fault``.
    init(_ host: Host, runtime: String, mounts: [LaunchPlan.Mount], configuration: Node) throws(Fault) {
        self.host = host
        var protocolLimits = ProtocolLimits()
        protocolLimits.line = host.profile.profile.limits.line
        protocolLimits.blob = Self.largestAnswer
        protocolLimits.tensors = 20_000
        conversation = Conversation(limits: protocolLimits)
        let plan = Self.plan(host, runtime, mounts)
        do throws(SandboxError) {
            process = try SandboxProcess(
                plan: plan,
                filter: host.profile.filter,
                fallbackFilter: host.profile.fallbackFilter,
                launcher: host.resources.launcher,
                errorTailLimit: host.profile.profile.limits.standardError
            )
        } catch {
            throw .sandbox(error)
        }
        let times = host.profile.profile.times
        guard case .started = try exchange([], seconds: Double(times.spawn)) else {
            throw .broken(.outOfTurn("its first message was not 'started'"))
        }
        let event = try ask(seconds: Double(times.load)) { session throws(ProtocolError) in
            try session.hello(model: configuration)
        }
        guard case .metadata(let metadata) = event else { throw .broken(.outOfTurn("its answer was another")) }
        self.metadata = metadata
    }

    private static func plan(_ host: Host, _ runtime: String, _ mounts: [LaunchPlan.Mount]) -> LaunchPlan {
        var limits = host.profile.profile.limits
        limits.memory = min(limits.memory, memory)
        var grants = RunGrants()
        grants.mounts = mounts
        grants.add(host.environment, host.resources, ["main.py", "--runtime", runtime, "--package", "/lw/data"])
        var plan = host.profile.launchPlan(processors: 1, grants: grants, limits: limits)
        plan.degradable = host.allowedDegradations.compactMap { LaunchPlan.Layer(rawValue: $0) }
        return plan
    }

    /// Asks for tensors.
    func tensors(
        seconds: Double? = nil,
        _ make: (inout Session) throws(ProtocolError) -> [ArraySlice<UInt8>]
    ) throws(Fault) -> [Tensor] {
        conversation.allowance = Self.largestAnswer
        defer { conversation.allowance = 0 }
        guard case .outputs(let tensors) = try ask(seconds: seconds, make) else {
            throw .broken(.outOfTurn("its answer was another"))
        }
        return tensors
    }

    /// Asks one question.
    func ask(
        seconds: Double? = nil,
        _ make: (inout Session) throws(ProtocolError) -> [ArraySlice<UInt8>]
    ) throws(Fault) -> Session.Event {
        let request: [ArraySlice<UInt8>]
        do throws(ProtocolError) {
            request = try make(&conversation.session)
        } catch {
            throw .broken(error)
        }
        return try exchange(request, seconds: seconds ?? Double(host.profile.profile.times.call))
    }

    private func exchange(_ request: [ArraySlice<UInt8>], seconds: Double) throws(Fault) -> Session.Event {
        let received: Session.Event?
        do throws(PumpError<ProtocolError>) {
            let deadline = Deadline(seconds: seconds)
            let interrupt = host.interrupt.readEnd
            received = try conversation.exchange(request, with: &process, until: deadline, interrupt: interrupt)
        } catch {
            throw fault(error, seconds: Int(seconds))
        }
        switch received {
        case .failed(let failure): throw .refused(failure)
        case .some(let event): return event
        case nil: throw end(asks: false, grace: 0.25) ?? .ended(.launcherError)
        }
    }

    private func fault(_ error: PumpError<ProtocolError>, seconds: Int) -> Fault {
        switch error {
        case .consumer(let error):
            // One that was ended from outside stops in the middle of a message: then that is the cause.
            let ended = end(asks: false, grace: error == .truncated ? 0.25 : 0)
            if case .ended(.outOfMemory) = ended { return ended ?? .broken(error) }
            return .broken(error)
        case .sandbox(.deadline):
            end()
            return .timeout(seconds: seconds)
        case .sandbox(let error):
            end()
            return .sandbox(error)
        }
    }

    /// Ends the run; why it had ended by then.
    @discardableResult
    private func end(asks: Bool = true, grace: Double = 0) -> Fault? {
        guard let status = process?.end(grace: grace, asks: asks) else { return nil }
        process = nil
        guard let failure = status.failure else { return .ended(RunOutcome(status)) }
        return .sandbox(
            .setupFailed(step: failure.step, Errno(rawValue: failure.code), subject: failure.subject)
        )
    }
}
