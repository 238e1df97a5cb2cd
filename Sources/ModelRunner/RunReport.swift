public import Sandbox

/// What one run did, how long it took, and behind what.
public struct RunReport: Equatable, Sendable {
    /// A named stretch of time.
    public struct Phase: Equatable, Sendable {
        /// What was done.
        public var name: String
        /// How long it took.
        public var milliseconds: Double
    }

    /// What stood between the run and the host.
    public var isolation: IsolationRecord
    /// From the environment to the end, in order.
    public var phases: [Phase]
    /// The launcher's steps in order, in microseconds.
    public var launchSteps: [Phase]
    /// How its process ended.
    public var outcome: RunOutcome
    /// What it tried and was refused.
    public var denials: [Denial]
    /// New threads and processes that the kernel refused it.
    public var refusedProcesses: Int
    /// The most memory that it used, in bytes; nil when nothing could count it.
    public var peakMemory: Int?
    /// Calls of the model.
    public var calls: Int
    /// The newest of what the run printed, as it came: foreign text.
    public var standardErrorTail: String
    /// What was installed for it, and for which interpreter; nil for a program that needs none.
    public var environment: EnvironmentRecord?
}

extension RunReport {
    /// What the run was refused, as a hint beside what its model raised; nil when it was refused nothing.
    public var refusals: String? {
        if refusedProcesses > 0 {
            return "its profile's 'processes' refused it \(refusedProcesses) new threads or processes"
        }
        guard !denials.isEmpty else { return nil }
        let most = denials.sorted { $0.count > $1.count }.prefix(3)
        let calls = most.map { $0.description + ($0.count > 1 ? " \($0.count)×" : "") }
        return "before that the sandbox refused it \(calls.joined(separator: ", "))"
    }
}
