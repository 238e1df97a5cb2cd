import Documents

/// What a profile says of system calls, by name.
package struct SeccompRules: Equatable, Sendable {
    /// Calls that are let through whatever their arguments.
    package var allow: [String] = []
    /// Calls that are let through when one of their alternatives matches, and answered `EPERM` when none does.
    package var conditional: [ConditionalCall] = []
    /// Calls that libraries try and can do without, answered with an error number.
    package var soft: [SoftCall] = []
    /// Calls answered as if the kernel did not have them.
    package var absent: [String] = []
    /// From this number on every call is absent: newer kernels than the profile's author knew.
    package var absentFrom: UInt32?
    /// Every call that is named nowhere is a violation.

    package init() {}

    package struct ConditionalCall: Equatable, Sendable {
        package var name: String
        package var alternatives: [ArgumentTest]

        package init(name: String, alternatives: [ArgumentTest]) {
            self.name = name
            self.alternatives = alternatives
        }
    }

    package struct SoftCall: Equatable, Sendable {
        package var name: String
        package var error: SoftError

        package init(name: String, error: SoftError) {
            self.name = name
            self.error = error
        }
    }

    /// The error numbers that a profile may answer with.
    package enum SoftError: String, CaseIterable, Sendable {
        case notPermitted = "EPERM"
        case accessDenied = "EACCES"
        case notFound = "ENOENT"
        case noSystemCall = "ENOSYS"

        /// The kernel's number, the same on every architecture of Linux.
        package var number: UInt16 {
            switch self {
            case .notPermitted: 1
            case .accessDenied: 13
            case .notFound: 2
            case .noSystemCall: 38
            }
        }
    }
}

/// A test of one argument of a system call.
///
/// Only equality exists. libseccomp's ordered comparisons can emit filters wider than their rules, and a 64-bit test
/// in a denying rule is passed by setting a high bit that the kernel ignores.
package struct ArgumentTest: Hashable, Sendable {
    /// Which argument, from 0 to 5.
    package var argument: Int
    package var comparison: Comparison

    package enum Comparison: Hashable, Sendable {
        /// All 64 bits are equal.
        case equals(UInt64)
        /// The low 32 bits, masked, are equal; for arguments that the kernel takes as 32-bit numbers.
        case masked(mask: UInt32, value: UInt32)
    }

    package init(argument: Int, comparison: Comparison) {
        self.argument = argument
        self.comparison = comparison
    }

    func matches(_ arguments: [UInt64]) -> Bool {
        switch comparison {
        case .equals(let value): arguments[argument] == value
        case .masked(let mask, let value): UInt32(truncatingIfNeeded: arguments[argument]) & mask == value
        }
    }
}

/// What happens to one call.
package enum FilterDecision: Hashable, Sendable {
    case allow
    case error(UInt16)
    /// The process is ended, and the run with it.
    case kill

    /// The value that the filter returns to the kernel (`SECCOMP_RET_…`).
    package var returnValue: UInt32 {
        switch self {
        case .allow: 0x7FFF_0000
        case .error(let code): 0x0005_0000 | UInt32(code)
        case .kill: 0x8000_0000
        }
    }
}

/// What a name of a system call stands for on the architecture at hand.
package enum SyscallLookup: Equatable, Sendable {
    case number(UInt32)
    /// The call exists on other architectures.
    case elsewhere
    case unknown
}

/// Rules with numbers in place of names: the meaning that a compiled filter is proved against.
package struct ResolvedRules: Equatable, Sendable {
    package enum Rule: Equatable, Sendable {
        case decided(FilterDecision)
        case conditional([ArgumentTest])
    }

    /// `AUDIT_ARCH_…` of the only architecture whose calls are let through.
    package var architecture: UInt32
    package var rules: [UInt32: Rule]
    package var absentFrom: UInt32?

    /// Calls from here on belong to the x32 interface, or are negative.
    package static let firstForeignNumber: UInt32 = 0x4000_0000

    /// - Parameters:
    ///   - rules: the profile's rules.
    ///   - architecture: `AUDIT_ARCH_…`.
    ///   - lookUp: tells a name's number.
    /// - Throws: ``ProfileError`` for a name that no architecture knows and for one that has two rules.
    package init(
        _ rules: SeccompRules,
        architecture: UInt32,
        lookUp: (String) -> SyscallLookup
    ) throws(ProfileError) {
        self.architecture = architecture
        self.rules = [:]
        absentFrom = rules.absentFrom
        var all: [(String, Rule)] = rules.allow.map { ($0, .decided(.allow)) }
        all += rules.conditional.map { ($0.name, .conditional($0.alternatives)) }
        all += rules.soft.map { ($0.name, .decided(.error($0.error.number))) }
        all += rules.absent.map { ($0, .decided(.error(SeccompRules.SoftError.noSystemCall.number))) }
        for (name, rule) in all {
            switch lookUp(name) {
            case .unknown: throw ProfileError("no architecture has a system call named '\(name)'")
            case .elsewhere: continue
            case .number(let number):
                guard self.rules.updateValue(rule, forKey: number) == nil else {
                    throw ProfileError("the system call '\(name)' has two rules")
                }
            }
        }
        if let absentFrom, let clash = self.rules.keys.filter({ $0 >= absentFrom }).min() {
            throw ProfileError("absent_from is \(absentFrom), but system call \(clash) has a rule of its own")
        }
    }

    /// The decision about one call, straight from the rules.
    package func decision(architecture: UInt32, number: UInt32, arguments: [UInt64]) -> FilterDecision {
        guard architecture == self.architecture, number < Self.firstForeignNumber else { return .kill }
        switch rules[number] {
        case .decided(let decision): return decision
        case .conditional(let tests):
            let isAllowed = tests.contains { $0.matches(arguments) }
            return isAllowed ? .allow : .error(SeccompRules.SoftError.notPermitted.number)
        case nil:
            guard let absentFrom, number >= absentFrom else { return .kill }
            return .error(SeccompRules.SoftError.noSystemCall.number)
        }
    }
}
