import Foundation
import LaunchPlan
import SandboxPolicy
import Testing

@Suite struct ShippedProfileTests {
    @Test(arguments: Shipped.names)
    func aShippedProfileGivesItsGoldenPlan(name: String) throws {
        var grants = RunGrants()
        grants.mounts = [
            .readOnly(source: "/usr/lib", path: "/usr/lib"), .link(path: "/lib", target: "usr/lib"),
            .readOnly(source: "/store/a b", path: "/lw/package"),
        ]
        grants.command = ["/usr/bin/python3.11", "-I", "/lw/runner/main.py"]
        grants.workingDirectory = "/lw/package"
        var plan = try Shipped.profile(name).launchPlan(digest: "digest", processors: 2, grants: grants)
        try Shipped.rules(name).fill(&plan.denials, names: Shipped.calls)
        let golden = Shipped.golden.appendingPathComponent("\(name).plan")
        if ProcessInfo.processInfo.environment["LW_WRITE_GOLDEN"] == "1" {
            try Data(plan.text.utf8).write(to: golden)
            Issue.record("the golden plan was written anew; look at its difference, then run without LW_WRITE_GOLDEN")
        }
        let expected = try String(contentsOf: golden, encoding: .utf8)
        #expect(plan.text == expected)
        #expect(try LaunchPlan(text: plan.text) == plan)
    }

    @Test func everyFileInTheFolderIsTested() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Shipped.folder.path)
        #expect(files.sorted() == Shipped.names.map { $0 + ".yaml" })
    }

    @Test(arguments: Shipped.names, FilterVariant.allCases)
    func bothFiltersOfAShippedProfileAreProved(name: String, variant: FilterVariant) throws {
        let rules = try Shipped.rules(name)
        #expect(try FilterProof.prove(FilterCompiler.compile(rules, variant), rules, variant) > 20_000)
    }

    @Test func theHardListIsWhatStrictCallsAViolation() throws {
        let strict = try Shipped.profile("strict").seccomp
        let named = Set(strict.rules.filter { $0.fate == .violation }.map(\.name))
        // These exist on other machines only, or under a newer name here.
        #expect(HardList.violations.subtracting(named) == ["umount", "stime"])
        #expect(named.subtracting(HardList.violations).isEmpty)
    }

    @Test(arguments: Shipped.names)
    func noShippedProfileSoftensTheHardList(name: String) throws {
        let rules = try Shipped.profile(name).seccomp
        for call in HardList.violations where Shipped.numbers[call] != nil {
            #expect(rules.fate(of: call) == .violation, "\(call)")
        }
    }

    @Test func traceAllowsWhatStrictAllowsAndNothingElse() throws {
        #expect(try Shipped.rules("trace") == Shipped.rules("strict"))
        let (strict, trace) = (try Shipped.profile("strict"), try Shipped.profile("trace"))
        #expect(trace.isTraced && !strict.isTraced)
        #expect(trace.limits.denials == 100_000)
    }

    @Test func forkserverMakesProcessesOnlyAsForkDoes() throws {
        let rules = try Shipped.rules("forkserver")
        func answer(_ flags: UInt64) -> FilterDecision {
            rules.decision(.notify, architecture: 0xC000_003E, number: 56, arguments: [flags, 0, 0, 0, 0, 0])
        }
        #expect(answer(0x120_0011) == .allow)
        for flags: UInt64 in [0x11, 0x120_0111, 0x1120_0011, 0x3120_0011, 0x1_0120_0011, 0x2_0011] {
            #expect(answer(flags) == .notify, "\(String(flags, radix: 16))")
        }
    }

    /// Numbers of x86-64: read, openat and mmap for models; mkdir, unlinkat for those that write; never socket, fork.
    @Test(arguments: Shipped.names)
    func aShippedProfileLetsThroughWhatItIsFor(name: String) throws {
        let rules = try Shipped.rules(name)
        let writes = ["environment-build", "fit", "scratch"].contains(name)
        for number: UInt32 in [0, 1, 9, 59, 231, 257] { #expect(rules.rules[number] == .allow, "\(number)") }
        for number: UInt32 in [83, 263, 77, 82] {
            #expect(rules.rules[number] == (writes ? .allow : .soft(.notPermitted)), "\(number)")
        }
        for number: UInt32 in [41, 42, 57, 58] { #expect(rules.rules[number] == .soft(.notPermitted), "\(number)") }
        #expect(rules.rules[447] == nil, "memfd_secret")
    }
}
