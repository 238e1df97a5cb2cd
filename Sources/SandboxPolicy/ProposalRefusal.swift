import LaunchPlan

/// Why a denied call is never proposed, whatever a run asked for.
package enum ProposalRefusal: String, Sendable {
    case hardList = "hard_list"
    case unfilterable
    case foreign
    case unknown
    case namespaces
    case landlock
    case limits
    case network
    case identity
    case terminal

    /// The reason as a person reads it.
    package var words: String {
        switch self {
        case .hardList: "on the hard list, which ends a run under strict"
        case .unfilterable: "no filter can bound it"
        case .foreign: "of another machine's interface, which ends a run under strict"
        case .unknown: "it has no name here"
        case .namespaces: "namespaces stay as they are"
        case .landlock: "Landlock stays as it is"
        case .limits: "limits stay as they are"
        case .network: "no run has a network"
        case .identity: "identity, root and capabilities stay as they are"
        case .terminal: "it types into terminals"
        }
    }

    private static let byCall: [ProposalRefusal: Set<String>] = [
        .landlock: ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"],
        .limits: ["prlimit64", "setrlimit"],
        .network: [
            "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "recvfrom",
            "recvmmsg", "recvmsg", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown", "socket", "socketpair",
        ],
        .identity: [
            "capset", "chroot", "setfsgid", "setfsuid", "setgid", "setgroups", "setregid", "setresgid", "setresuid",
            "setreuid", "setuid",
        ],
    ]

    /// `TIOCSTI`, `TIOCLINUX` and `TIOCSCTTY`.
    private static let terminalRequests: Set<UInt32> = [0x5412, 0x541C, 0x540E]

    /// The reason for one call; nil when a person may grant it.
    init?(_ call: DeniedCall, name: String?, architecture: UInt32) {
        guard call.architecture == architecture, call.number < ResolvedRules.firstForeignNumber else {
            self = .foreign
            return
        }
        guard let name else {
            self = .unknown
            return
        }
        func number(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: call.arguments[index]) }
        if HardList.violations.contains(name) {
            self = .hardList
        } else if HardList.unfilterable[name] != nil {
            self = .unfilterable
        } else if let (refusal, _) = Self.byCall.first(where: { $0.value.contains(name) }) {
            self = refusal
        } else if name == "clone", number(0) & HardList.newNamespaces != 0 {
            self = .namespaces
        } else if name == "ioctl", Self.terminalRequests.contains(number(1)) {
            self = .terminal
        } else {
            return nil
        }
    }
}
