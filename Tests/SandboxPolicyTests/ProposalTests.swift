import LaunchPlan
import SandboxPolicy
import Testing

/// What is proposed for denied calls, and what never is.
@Suite struct ProposalTests {
    private static let architecture: UInt32 = 0xC000_003E
    private static let names = Dictionary(Shipped.numbers.map { ($0.value, $0.key) }) { first, _ in first }

    private static func call(
        _ name: String,
        _ arguments: [UInt64] = [],
        count: Int = 1,
        text: String? = nil
    ) throws -> DeniedCall {
        let all = arguments + Array(repeating: 0, count: 6 - arguments.count)
        let number = try #require(Shipped.numbers[name], "\(name)")
        return DeniedCall(
            architecture: architecture,
            number: number,
            count: count,
            arguments: all,
            text: text.map { .init(index: 0, value: $0) }
        )
    }

    private static func proposal(_ calls: [DeniedCall]) throws -> Proposal {
        Proposal(calls, extending: try Shipped.profile("strict"), names: names, architecture: architecture)
    }

    /// The proposal's text, read as a profile of the user's would be.
    private static func profile(_ proposal: Proposal) throws -> Profile {
        let text = try #require(proposal.text(name: "mine", digest: "0123"))
        let document = try ProfileDocument(yaml: Array(text.utf8))
        #expect(document.extends == "strict")
        return try document.profile(extending: Shipped.profile("strict"))
    }

    @Test func theSmallestRuleIsTheSeenValueBesideStrictsOwn() throws {
        // High bits are not the kernel's to see, and not the rule's.
        let calls = [
            try Self.call("flock", [3, 0xFFFF_0000_0000_0002], count: 4), try Self.call("flock", [3, 8]),
            try Self.call("fcntl", [3, 6, 0x7FFF_1234]), try Self.call("mkdir", [0x7FFF_1234, 0o777]),
        ]
        let proposal = try Self.proposal(calls)
        #expect(
            proposal.additions.map(\.line) == [
                "+ syscalls.allow: mkdir", "+ syscalls.arguments.flock: argument 1 = 2",
                "+ syscalls.arguments.flock: argument 1 = 8", "+ syscalls.arguments.fcntl: argument 1 = 6",
            ]
        )
        #expect(proposal.needsScratch)
        let strict = try Shipped.profile("strict")
        let granted = try Self.profile(proposal)
        func seen(_ value: UInt32) -> ArgumentTest {
            ArgumentTest(argument: 1, comparison: .masked(mask: .max, value: value))
        }
        #expect(granted.seccomp.fate(of: "mkdir") == .allow)
        #expect(granted.seccomp.fate(of: "flock") == .arguments([seen(2), seen(8)]))
        guard case .arguments(let own) = strict.seccomp.fate(of: "fcntl") else {
            Issue.record("strict tests no argument of fcntl")
            return
        }
        #expect(granted.seccomp.fate(of: "fcntl") == .arguments(own + [seen(6)]))
        // Nothing else changed.
        let facts = ProfileDiff(from: strict, to: granted).facts
        #expect(facts.map(\.direction) == [.more, .more, .more])
    }

    @Test func aProposalIsCompiledToAFilterThatLetsThroughJustThat() throws {
        let granted = try Self.profile(Self.proposal([Self.call("flock", [3, 2]), Self.call("futex", [1, 1])]))
        let rules = try ResolvedRules(granted.seccomp, names: Shipped.calls)
        for variant in FilterVariant.allCases {
            #expect(try FilterProof.prove(FilterCompiler.compile(rules, variant), rules, variant) > 20_000)
        }
        func answer(_ name: String, _ value: UInt64) throws -> FilterDecision {
            let number = try #require(Shipped.numbers[name])
            let arguments = [0, value, 0, 0, 0, 0]
            return rules.decision(.notify, architecture: Self.architecture, number: number, arguments: arguments)
        }
        #expect(try answer("flock", 2) == .allow)
        #expect(try answer("flock", 3) == .notify)
        #expect(try answer("futex", 1) == .allow)
        #expect(try answer("futex", 0x80) == .allow)
        #expect(try answer("futex", 3) == .notify)
        #expect(try answer("ptrace", 2) == .notify)
    }

    @Test(
        arguments: [
            ("ptrace", [], ProposalRefusal.hardList), ("mount", [], .hardList), ("unshare", [0x1000_0000], .hardList),
            ("clone3", [], .unfilterable), ("io_uring_setup", [], .unfilterable), ("clone", [0x1000_0011], .namespaces),
            ("landlock_restrict_self", [], .landlock), ("prlimit64", [0, 7, 1], .limits), ("setrlimit", [], .limits),
            ("socket", [2], .network), ("socketpair", [1], .network), ("connect", [], .network), ("bind", [], .network),
            ("sendto", [], .network), ("setuid", [], .identity), ("chroot", [], .identity), ("capset", [], .identity),
            ("ioctl", [0, 0x5412], .terminal), ("ioctl", [0, 0x1_0000_541C], .terminal),
        ] as [(String, [UInt64], ProposalRefusal)]
    )
    func whatNobodyMayGrantIsNeverProposed(name: String, arguments: [UInt64], refusal: ProposalRefusal) throws {
        let proposal = try Self.proposal([Self.call(name, arguments)])
        #expect(proposal.findings.map(\.refusal) == [refusal])
        #expect(proposal.additions.isEmpty)
        #expect(proposal.text(name: "mine", digest: "") == nil)
    }

    @Test func everyCallOfTheHardListIsRefused() throws {
        for name in HardList.violations where Shipped.numbers[name] != nil {
            #expect(try Self.proposal([Self.call(name)]).findings.first?.refusal == .hardList, "\(name)")
        }
    }

    @Test func callsOfOtherInterfacesAndWithoutANameAreRefused() throws {
        let zeros = [UInt64](repeating: 0, count: 6)
        func refusal(_ architecture: UInt32, _ number: UInt32) throws -> ProposalRefusal? {
            let call = DeniedCall(architecture: architecture, number: number, count: 1, arguments: zeros)
            return try Self.proposal([call]).findings.first?.refusal
        }
        #expect(try refusal(0x4000_0003, 83) == .foreign)
        #expect(try refusal(Self.architecture, 0x4000_0053) == .foreign)
        #expect(try refusal(Self.architecture, 400) == .unknown)
        #expect(try refusal(Self.architecture, 83) == nil)
    }

    /// Whatever is denied under strict, in one proposal: it is a profile that our own rules take.
    @Test func aProposalOfEverythingIsAProfile() throws {
        let rules = try Shipped.rules("strict")
        let calls = Shipped.numbers.keys.sorted().flatMap { name -> [DeniedCall] in
            guard let number = Shipped.numbers[name] else { return [] }
            return [0 as UInt64, 0x11, 0x7777].compactMap { value in
                let arguments = [UInt64](repeating: value, count: 6)
                let answer = rules.decision(
                    .notify,
                    architecture: Self.architecture,
                    number: number,
                    arguments: arguments
                )
                guard answer == .notify else { return nil }
                return DeniedCall(architecture: Self.architecture, number: number, count: 1, arguments: arguments)
            }
        }
        let proposal = try Self.proposal(calls)
        #expect(proposal.additions.count > 100)
        let granted = try Self.profile(proposal)
        for name in HardList.violations where Shipped.numbers[name] != nil {
            #expect(granted.seccomp.fate(of: name) == .violation, "\(name)")
        }
        #expect(granted.seccomp.fate(of: "socket") == SeccompRules.Fate.soft(.notPermitted))
        #expect(granted.limits == (try Shipped.profile("strict")).limits)
    }

    @Test(arguments: [
        ("/lw/package/a", "mkdir(\"/lw/package/a\")"), ("/lw/env/a", "mkdir(\"/lw/env/a\")"),
        ("/lw/package", "mkdir(\"/lw/package\")"), ("/lw/packages", "mkdir(a path outside)"),
        ("/lw/package/../../home/x", "mkdir(a path outside)"), ("/home/x", "mkdir(a path outside)"),
        ("/", "mkdir(a path outside)"), ("x", "mkdir(a relative path or a name)"),
        ("/lw/package/\u{1B}[2J\nname: evil\n", "mkdir(\"/lw/package/\\u{1b}[2J\\u{a}name: evil\\u{a}\")"),
        ("/lw/env/\u{202E}\"", "mkdir(\"/lw/env/\\u{202e}\\u{22}\")"),
    ])
    func onlyPathsThatTheRunWasGivenAreShown(path: String, words: String) throws {
        let proposal = try Self.proposal([Self.call("mkdir", text: path)])
        #expect(proposal.findings.map(\.description) == [words])
        let text = try #require(proposal.text(name: "mine", digest: ""))
        #expect(text.contains("# 1×, first \(words)\n"))
        #expect(try Self.profile(proposal).name == "mine")
    }
}
