import Documents

/// What a name of a system call stands for on the architecture at hand.
package enum SyscallLookup: Equatable, Sendable {
    case number(UInt32)
    /// The call exists on other architectures.
    case elsewhere
    case unknown
}

/// The names of system calls and their numbers on one architecture; the host asks libseccomp for them.
package struct SyscallNames: Sendable {
    /// `AUDIT_ARCH_…`.
    package var architecture: UInt32
    package var lookUp: @Sendable (String) -> SyscallLookup
    /// All names, for suggestions to who mistyped one.
    package var all: @Sendable () -> [String]

    package init(
        architecture: UInt32,
        lookUp: @escaping @Sendable (String) -> SyscallLookup,
        all: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.architecture = architecture
        self.lookUp = lookUp
        self.all = all
    }
}

/// Rules with numbers in place of names: the meaning that a compiled filter is proved against.
package struct ResolvedRules: Equatable, Sendable {
    /// `AUDIT_ARCH_…` of the only architecture whose calls are let through.
    package var architecture: UInt32
    package var rules: [UInt32: SeccompRules.Fate]
    package var absentFrom: UInt32?

    /// Calls from here on belong to the x32 interface, or are negative.
    package static let firstForeignNumber: UInt32 = 0x4000_0000

    /// - Throws: ``ProfileError`` at a name that no architecture knows, and at one that has two rules.
    package init(_ rules: SeccompRules, names: SyscallNames) throws(ProfileError) {
        architecture = names.architecture
        self.rules = [:]
        absentFrom = rules.absentFrom
        for rule in rules.rules {
            switch names.lookUp(rule.name) {
            case .unknown:
                let near = nearest(to: rule.name, among: names.all()).map { "; did you mean '\($0)'?" } ?? ""
                throw ProfileError(
                    "no architecture has a system call named '\(Printable(rule.name))'" + near,
                    at: rule.position
                )
            case .elsewhere: continue
            case .number(let number):
                guard self.rules.updateValue(rule.fate, forKey: number) == nil else {
                    throw ProfileError("the system call '\(Printable(rule.name))' has two rules", at: rule.position)
                }
                if let absentFrom, number >= absentFrom {
                    throw ProfileError(
                        "'\(rule.name)' is system call \(number), and all from \(absentFrom) on ('absent-from') are absent",
                        at: rule.position
                    )
                }
            }
        }
    }

    /// The decision about one call, straight from the rules.
    package func decision(
        _ variant: FilterVariant,
        architecture: UInt32,
        number: UInt32,
        arguments: [UInt64]
    ) -> FilterDecision {
        let unnamed = variant == .notify ? FilterDecision.notify : .kill
        guard architecture == self.architecture, number < Self.firstForeignNumber else { return unnamed }
        if let fate = rules[number] {
            if case .arguments(let tests) = fate, tests.contains(where: { $0.matches(arguments) }) { return .allow }
            return fate.decision(variant)
        }
        guard let absentFrom, number >= absentFrom else { return unnamed }
        return .error(SeccompRules.noSystemCall)
    }

    /// The same bytes for the same meaning: what a cached filter is vouched for with.
    package var canonicalText: String {
        var lines = ["architecture \(architecture)", "absent-from \(absentFrom.map { String($0) } ?? "none")"]
        for (number, fate) in rules.sorted(by: { $0.key < $1.key }) { lines.append("\(number) \(fate)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension SeccompRules.Fate {
    /// What a call of this fate is answered when no test of its arguments lets it through.
    func decision(_ variant: FilterVariant) -> FilterDecision {
        switch (self, variant) {
        case (.allow, _): .allow
        case (.absent, _): .error(SeccompRules.noSystemCall)
        case (_, .notify): .notify
        case (.arguments, .kill): .error(SeccompRules.SoftError.notPermitted.number)
        case (.soft(let error), .kill): .error(error.number)
        case (.violation, .kill): .kill
        }
    }
}

extension SeccompRules.Fate: CustomStringConvertible {
    package var description: String {
        switch self {
        case .allow: "allow"
        case .arguments(let tests): "arguments " + tests.map(\.description).joined(separator: " or ")
        case .soft(let error): "soft \(error.rawValue)"
        case .violation: "violation"
        case .absent: "absent"
        }
    }
}
