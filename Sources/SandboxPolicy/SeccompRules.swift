package import Documents

/// What a profile says of system calls, by name.
///
/// A call that is named nowhere is denied with `EPERM`, reported, and counted against the run's budget.
package struct SeccompRules: Equatable, Sendable {
    package var rules: [Rule] = []
    /// From this number on every call is absent: newer kernels than the profile's author knew.
    package var absentFrom: UInt32?

    package init() {}

    /// What becomes of one call.
    package enum Fate: Hashable, Sendable {
        /// Let through whatever its arguments.
        case allow
        /// Let through when one of the tests matches, and answered `EPERM` when none does.
        case arguments([ArgumentTest])
        /// Libraries try it and can do without; answered with an error number.
        case soft(SoftError)
        /// Only an attack makes it; ends the run.
        case violation
        /// Answered as if the kernel did not have it, and not reported.
        case absent
    }

    /// A call's name, its fate, and where the profile says so.
    package struct Rule: Equatable, Sendable {
        package var name: String
        package var fate: Fate
        package var position: SourcePosition?

        package init(_ name: String, _ fate: Fate, at position: SourcePosition? = nil) {
            self.name = name
            self.fate = fate
            self.position = position
        }

        /// Places do not count: a rule means the same wherever it stands.
        package static func == (left: Rule, right: Rule) -> Bool {
            left.name == right.name && left.fate == right.fate
        }
    }

    /// The error numbers that a profile may answer with.
    package enum SoftError: String, CaseIterable, Sendable {
        case notPermitted = "EPERM"
        case accessDenied = "EACCES"
        case notFound = "ENOENT"

        /// The kernel's number, the same on every architecture of Linux.
        package var number: UInt16 {
            switch self {
            case .notPermitted: 1
            case .accessDenied: 13
            case .notFound: 2
            }
        }
    }

    /// `ENOSYS`, what an absent call is answered with.
    package static let noSystemCall: UInt16 = 38

    package func fate(of name: String) -> Fate? {
        rules.first { $0.name == name }?.fate
    }

    /// The rules of a profile that extends this one: a call that the child names is the child's alone.
    package func extended(by child: SeccompRules) -> SeccompRules {
        let names = Set(child.rules.map(\.name))
        var all = SeccompRules()
        all.rules = rules.filter { !names.contains($0.name) } + child.rules
        all.absentFrom = child.absentFrom ?? absentFrom
        return all
    }
}
