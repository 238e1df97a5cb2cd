package import LaunchPlan

/// Which layers stood between a run and the host, from what was read back before the payload started.
public struct IsolationRecord: Equatable, Sendable {
    /// One layer and what is known of it.
    public struct Layer: Equatable, Sendable {
        /// Whether the layer was in force.
        public enum State: String, Sendable {
            case active
            /// Something weaker stood in for it.
            case degraded
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
    /// Every layer of the design, in its order, those that are absent included.
    public var layers: [Layer]

    /// `full`, or the layers that were not wholly in force, such as `no-cgroup`.
    ///
    /// Nothing starts without the namespaces, the root, the identity, the capabilities, `no_new_privs`, the filter,
    /// the limits and the supervision, so a run that started lacks at most the others.
    public var level: String {
        let weak = layers.filter { $0.state != .active }.map { "no-\($0.name.replacing("_", with: "-"))" }
        return weak.isEmpty ? "full" : weak.joined(separator: "+")
    }

    package init(plan: LaunchPlan, status: RunStatus) {
        profile = plan.profile
        profileDigest = plan.digest
        layers = LaunchPlan.Layer.allCases.map { layer in
            guard let report = status.layers.first(where: { $0.layer == layer }) else {
                return Layer(name: layer.rawValue, state: .absent, evidence: "not reached")
            }
            let state: Layer.State =
                switch report.state {
                case .active: .active
                case .degraded: .degraded
                case .absent: .absent
                }
            return Layer(name: layer.rawValue, state: state, evidence: report.evidence)
        }
    }
}

/// A kind of system call that a run tried and the sandbox refused.
public struct Denial: Equatable, Sendable {
    /// The call's name.
    public var call: String
    /// The call with what tells most of its arguments, printable: `socket(AF_INET)`.
    public var description: String
    /// How often.
    public var count: Int
    /// The call as the supervisor recorded it.
    package var record: DeniedCall

    package init(_ call: DeniedCall) {
        record = call
        self.call = SyscallTable.name(call)
        description = SyscallTable.describe(call)
        count = call.count
    }
}
