package import LaunchPlan

/// The smallest additions to a profile under which what a traced run was denied would be let through.
///
/// Nothing is granted by it: it is text for a person to read, and to hand over or not.
package struct Proposal: Equatable, Sendable {
    /// A denied call, and what would let it through.
    package struct Finding: Equatable, Sendable {
        package var call: DeniedCall
        /// The call in words of ours and printable characters; a path outside of what the run was given is not shown.
        package var description: String
        /// Nil when no person should grant it.
        package var addition: Addition?
        package var refusal: ProposalRefusal?

        /// Whether two findings, maybe of two runs, are of the same use of a call.
        package func isSameUse(as other: Finding) -> Bool {
            // What is never granted is told apart by its number alone.
            call.number == other.call.number && call.architecture == other.call.architecture
                && addition == other.addition
        }
    }

    /// One rule more.
    package struct Addition: Hashable, Sendable {
        package var call: String
        /// The test that the call's telling argument meets; nil when it has none, and so is allowed altogether.
        package var test: ArgumentTest?

        /// The addition as one line of a difference.
        package var line: String {
            guard let test, case .masked(_, let value) = test.comparison else { return "+ syscalls.allow: \(call)" }
            return "+ syscalls.arguments.\(call): argument \(test.argument) = \(Proposal.number(value))"
        }
    }

    /// In the order of the calls.
    package let findings: [Finding]
    /// What is extended.
    package let parent: Profile

    /// - Parameters:
    ///   - calls: what a traced run was denied.
    ///   - parent: the profile that is to be extended; it stands by itself.
    ///   - names: this machine's calls, by number.
    ///   - architecture: `AUDIT_ARCH_…` of this machine.
    package init(_ calls: [DeniedCall], extending parent: Profile, names: [UInt32: String], architecture: UInt32) {
        self.parent = parent
        let places = ["/lw/package", "/lw/env"] + [parent.scratch?.path].compactMap { $0 }
        findings = calls.map { call in
            let name = names[call.number]
            let refusal = ProposalRefusal(call, name: name, architecture: architecture)
            var finding = Finding(call: call, description: "", refusal: refusal)
            finding.description = CallText.describe(call, names: names) { Self.shown($0, in: places) }
            guard refusal == nil, let name else { return finding }
            finding.addition = Self.addition(name, call, parent.seccomp.fate(of: name))
            if finding.description == name, let test = finding.addition?.test { finding.description += "(\(test))" }
            return finding
        }
    }

    private static func addition(_ name: String, _ call: DeniedCall, _ fate: SeccompRules.Fate?) -> Addition {
        var index = TellingArguments.index(of: name)
        // A rule that tests an argument already says which one tells.
        if index == nil, case .arguments(let tests) = fate { index = tests.first?.argument }
        guard let index else { return Addition(call: name) }
        let value = UInt32(truncatingIfNeeded: call.arguments[index])
        return Addition(call: name, test: ArgumentTest(argument: index, comparison: .masked(mask: .max, value: value)))
    }

    /// A path that the run was given, quoted; every other text might be anything of the host's or a message to a
    /// reader, and is not shown.
    private static func shown(_ text: String, in places: [String]) -> String {
        guard text.hasPrefix("/") else { return "a relative path or a name" }
        let parts = text.split(separator: "/")
        let isInside = places.contains { text == $0 || text.hasPrefix($0 + "/") }
        return isInside && !parts.contains("..") ? CallText.quoted(text) : "a path outside"
    }

    /// Rules that would be added, each once, calls that are allowed altogether first.
    package var additions: [Addition] {
        var seen: Set<Addition> = []
        let all = findings.compactMap(\.addition).filter { seen.insert($0).inserted }
        return all.filter { $0.test == nil } + all.filter { $0.test != nil }
    }

    /// True when some call that might be granted changes files, for which `strict` has no place.
    package var needsScratch: Bool {
        parent.scratch == nil && additions.contains { Self.writing.contains($0.call) }
    }

    private static let writing: Set<String> = [
        "chmod", "chown", "creat", "fallocate", "fchown", "fchownat", "lchown", "fchmod", "fchmodat", "fdatasync",
        "fsync", "ftruncate", "link", "linkat",
        "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "rmdir", "symlink", "symlinkat",
        "truncate", "unlink", "unlinkat", "utime", "utimensat", "utimes",
    ]
}

// MARK: - As a profile

extension Proposal {
    /// The proposal as a profile of its own keys.
    ///
    /// - Parameters:
    ///   - name: the profile's name.
    ///   - digest: the package's digest, for the comment at its head.
    /// - Returns: YAML; nil when there is nothing to propose.
    package func text(name: String, digest: String) -> String? {
        let all = additions
        guard !all.isEmpty else { return nil }
        var lines = [
            "# \(name): \(parent.name), and what a package asked for while it was traced.",
            "#",
            "# Proposed by `lw-run trace` for the package sha256:\(digest).",
            "# Nothing of it is granted before somebody runs a package with this profile. Each rule says how often the call",
            "# was denied, and what the first of them was. What a model does not need to predict is better taken out.",
            "name: \(name)",
            "about: As \(parent.name), and what one traced package asked for.",
            "extends: \(parent.name)",
            "",
            "syscalls:",
        ]
        let allowed = all.filter { $0.test == nil }
        if !allowed.isEmpty {
            lines.append("  allow: [")
            for addition in allowed { lines += remarks(addition, "    ") + ["    \(addition.call),"] }
            lines.append("  ]")
        }
        let tested = all.filter { $0.test != nil }
        if !tested.isEmpty { lines.append("  arguments:") }
        var named: Set<String> = []
        for addition in tested where named.insert(addition.call).inserted {
            lines += rule(addition.call, tested.filter { $0.call == addition.call })
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func rule(_ call: String, _ additions: [Addition]) -> [String] {
        var lines = ["    \(call):"]
        if case .arguments(let tests) = parent.seccomp.fate(of: call) {
            lines.append("      # What \(parent.name) has for it: a call that is named here is as it is here.")
            lines += tests.map { "      - \(Self.yaml($0))" }
        }
        for addition in additions {
            guard let test = addition.test else { continue }
            lines += remarks(addition, "      ") + ["      - \(Self.yaml(test))"]
        }
        return lines
    }

    private func remarks(_ addition: Addition, _ indent: String) -> [String] {
        let found = findings.filter { $0.addition == addition }
        let count = found.reduce(0) { $0 + $1.call.count }
        var lines = ["\(indent)# \(count)×, first \(found.first?.description ?? addition.call)"]
        if let caution = Self.caution(addition) { lines.append("\(indent)# Beware: \(caution).") }
        return lines
    }

    private static func yaml(_ test: ArgumentTest) -> String {
        switch test.comparison {
        case .equals(let value): "{argument: \(test.argument), equals: \(number(value))}"
        case .masked(let mask, let value):
            "{argument: \(test.argument), mask: 0x\(String(mask, radix: 16)), value: \(number(value))}"
        }
    }

    /// Small numbers as people count, others as they read flags.
    static func number(_ value: some BinaryInteger) -> String {
        value < 256 ? String(value) : "0x" + String(value, radix: 16)
    }

    /// What strict's comments say against a call.
    private static func caution(_ addition: Addition) -> String? {
        switch addition.call {
        case "clone", "fork", "vfork": "it makes new processes"
        case "flock": "two runs could signal each other with locks"
        case "fcntl": isLock(addition.test) ? "two runs could signal each other with locks" : nil
        case "futex": "a wake that is not private reaches other runs that map the same file"
        case "syslog": "it reads the kernel's log"
        default: nil
        }
    }

    /// `F_GETLK` and its kin.
    private static func isLock(_ test: ArgumentTest?) -> Bool {
        guard case .masked(_, let command) = test?.comparison else { return false }
        return (5...7).contains(command) || (36...38).contains(command)
    }
}
