import Documents
import Foundation
import LaunchPlan
import Sandbox
import SandboxPolicy
import SystemPackage

/// Runs one of our own programs over what was fetched, in the profile `environment-build`: no network, no new
/// processes, one folder to write to.
struct BuildSandbox: Sendable {
    let interpreter: Interpreter
    let resources: Resources
    let profile: CompiledProfile

    private static let mostOutput = 65_536

    init(_ interpreter: Interpreter, _ resources: Resources) throws(RunError) {
        self.interpreter = interpreter
        self.resources = resources
        do throws(SandboxError) {
            profile = try CompiledProfile(named: "environment-build", resources: resources)
        } catch {
            throw RunError(error, phase: .environment)
        }
    }

    /// - Parameters:
    ///   - what: what is being done, for messages, such as "byte-compiling the environment".
    ///   - program: a file of the runner's folder.
    ///   - arguments: its arguments.
    ///   - mounts: what it sees beside the interpreter and the runner.
    ///   - input: its standard input.
    ///   - interrupt: ends it early.
    /// - Returns: what it wrote; it comes from a process that has read hostile bytes.
    /// - Throws: ``RunError`` when it did not end well.
    func run(
        _ what: String,
        _ program: String,
        _ arguments: [String],
        mounts: [LaunchPlan.Mount],
        input: [UInt8],
        interrupt: Interrupt
    ) throws(RunError) -> [UInt8] {
        var grants = RunGrants()
        grants.add(interpreter, resources, [program] + arguments)
        grants.mounts += mounts
        let plan = profile.launchPlan(processors: 1, grants: grants)
        do {
            var process = try SandboxProcess(
                plan: plan,
                filter: profile.filter,
                fallbackFilter: profile.fallbackFilter,
                launcher: resources.launcher,
                errorTailLimit: profile.profile.limits.standardError
            )
            var outgoing = [input[...]]
            let deadline = Deadline(seconds: Double(profile.profile.times.call))
            var answer: [UInt8] = []
            // Its standard input ends when all is written; its output ends when it does.
            let end = try process.pump(&outgoing, until: deadline, interrupt: interrupt.readEnd, closingInput: true) {
                (bytes: ArraySlice<UInt8>) throws(Never) -> Bool in
                answer += bytes.prefix(max(0, Self.mostOutput - answer.count))
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
                    "\(what) in the sandbox failed (\(RunOutcome(status)))",
                    quotation: Printable.block(process.errorTail.text, lines: 12)
                )
            }
            return answer
        } catch let error as RunError {
            throw error
        } catch let error as SandboxError {
            throw RunError(error, phase: .environment)
        } catch PumpError<Never>.sandbox(let error) {
            throw RunError(error, phase: .environment)
        } catch {
            throw RunError(.environment, .environment, "\(what) failed")
        }
    }
}
