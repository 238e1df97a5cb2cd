internal import LaunchPlan

/// How the process of a run ended, by the launcher's own report.
public enum RunOutcome: Equatable, Sendable {
    case ok
    case setupFailed(step: String, code: Int32)
    case violation
    case signalled(Int32)
    case exited(Int32)
    /// The host ended it: a deadline, a broken protocol, a cancellation.
    case ended

    init(_ status: RunStatus) {
        if let failure = status.failure {
            self = .setupFailed(step: failure.step, code: failure.code)
        } else if let signal = status.signal {
            self = signal == 31 ? .violation : .signalled(signal)
        } else if let code = status.code {
            self = code == 0 ? .ok : .exited(code)
        } else {
            self = .ended
        }
    }
}

extension RunOutcome: CustomStringConvertible {
    /// The outcome in the words of the reports.
    public var description: String {
        switch self {
        case .ok: "ok"
        case .setupFailed(let step, let code): "setup_failed(\(step), \(code))"
        case .violation: "violation"
        case .signalled(let number): "signalled(\(number))"
        case .exited(let code): "exited(\(code))"
        case .ended: "ended by the host"
        }
    }
}

/// Which layers stood between a run and the host.
public struct IsolationRecord: Equatable, Sendable {
    /// One layer and what is known of it.
    public struct Layer: Equatable, Sendable {
        /// Whether the layer was in force.
        public enum State: String, Sendable {
            case active
            case absent
        }

        /// The layer's name, such as `seccomp`.
        public var name: String
        /// Whether it was in force.
        public var state: State
        /// What was seen, not what was asked for.
        public var evidence: String
    }

    /// The profile's name.
    public var profile: String
    /// SHA-256 of the profile's text, in hexadecimal.
    public var profileDigest: String
    /// Every layer of the design, those that are absent included.
    public var layers: [Layer]

    init(plan: LaunchPlan, status: RunStatus, filterInstructions: Int) {
        profile = plan.profile
        profileDigest = plan.digest
        let done = Set(status.steps.map(\.name))
        func layer(_ name: String, _ steps: [String], _ evidence: String) -> Layer {
            let isActive = steps.allSatisfy(done.contains)
            return Layer(name: name, state: isActive ? .active : .absent, evidence: isActive ? evidence : "not reached")
        }
        let namespaces = plan.namespaces.map(\.rawValue).joined(separator: ", ")
        layers = [
            layer("namespaces", ["namespaces", "identity-map"], "own \(namespaces); mapped to an unprivileged id"),
            layer("root", ["root"], "fresh and read-only, \(plan.mounts.count) mounts, the host's detached"),
            layer("limits", ["limits"], "\(plan.limits.count) resource limits, soft and hard"),
            layer(
                "capabilities",
                ["capabilities"],
                "all sets read back empty, bounding set dropped, securebits locked"
            ),
            layer("no_new_privs", ["no-new-privileges"], "set and read back"),
            layer("descriptors", ["descriptors"], "only 0, 1 and 2; own session; no terminal"),
            layer("seccomp", ["seccomp"], "allow-list of \(filterInstructions) proved instructions installed last"),
            layer("supervision", ["limits"], "PID 1 is ours and ends with the host"),
        ]
        for (name, evidence) in Self.notYet {
            layers.append(Layer(name: name, state: .absent, evidence: evidence))
        }
    }

    /// Layers of the design that this version does not have; a report that left them out would promise them.
    private static let notYet = [
        ("landlock", "not in this version"),
        ("cgroup", "not in this version; memory and processes are bounded by resource limits"),
        ("denial_reports", "not in this version; a forbidden call ends the run unnamed"),
    ]
}

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
    /// Calls of the model.
    public var calls: Int
    /// The newest of what the run printed, as it came: foreign text.
    public var standardErrorTail: String
}
