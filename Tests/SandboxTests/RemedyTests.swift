import LaunchPlan
import Sandbox
import Testing

/// What doctor advises, from facts alone.
@Suite struct RemedyTests {
    private func facts(_ change: (inout HostFacts) -> Void = { _ in }) -> HostFacts {
        var facts = HostFacts.read()
        (facts.isRoot, facts.container, facts.isFiltered, facts.isChangedRoot) = (false, nil, false, false)
        (facts.restrictsNamespacesByAppArmor, facts.restrictsNamespacesBySysctl) = (false, false)
        (facts.mostUserNamespaces, facts.controlGroups) = (1000, "v2")
        change(&facts)
        return facts
    }

    private func remedy(
        _ layer: LaunchPlan.Layer,
        _ state: IsolationRecord.Layer.State = .absent,
        failure: StepError? = nil,
        _ change: (inout HostFacts) -> Void = { _ in }
    ) -> String? {
        let found = IsolationRecord(plan: LaunchPlan(profile: "", digest: ""), status: RunStatus()).layers
            .first { $0.name == layer.rawValue }
        guard var found else { return "no such layer" }
        found.state = state
        return Remedies(host: facts(change), failure: failure, launcher: "/opt/lw-sandbox").remedy(for: found)
    }

    private let refused = StepError("namespaces", -1)

    @Test(arguments: LaunchPlan.Layer.allCases)
    func whatIsInForceNeedsNone(layer: LaunchPlan.Layer) {
        #expect(remedy(layer, .active, failure: refused) == nil)
    }

    @Test func eachFactHasItsOwnRemedy() throws {
        let armor = try #require(remedy(.namespaces, failure: refused) { $0.restrictsNamespacesByAppArmor = true })
        #expect(armor.contains("profile lw-sandbox /opt/lw-sandbox") && armor.contains("userns,"))
        #expect(
            remedy(.namespaces, failure: refused) { $0.restrictsNamespacesBySysctl = true }
                == "as root: sysctl kernel.unprivileged_userns_clone=1"
        )
        #expect(
            remedy(.namespaces, failure: refused) { $0.mostUserNamespaces = 0 }
                == "as root: sysctl user.max_user_namespaces=10000"
        )
        #expect(remedy(.namespaces, failure: refused) { $0.isChangedRoot = true }?.contains("chroot") == true)
        let filtered = try #require(remedy(.namespaces, failure: refused) { $0.isFiltered = true })
        #expect(filtered.contains("inside a seccomp filter,") && filtered.contains("step 'namespaces'"))
        let both = try #require(
            remedy(.namespaces, failure: refused) { ($0.container, $0.isFiltered) = ("Docker", true) }
        )
        #expect(both.contains("inside Docker and a seccomp filter,"))
        #expect(remedy(.namespaces, failure: refused)?.contains("error 1") == true)
        #expect(
            remedy(.identity, failure: StepError("identity", -22)) { $0.isRoot = true }?.contains("not mapped") == true
        )
    }

    @Test func switchesThatBindOrdinaryUsersAreNotNamedToRoot() {
        let advice = remedy(.namespaces, failure: refused) {
            ($0.isRoot, $0.restrictsNamespacesByAppArmor, $0.restrictsNamespacesBySysctl) = (true, true, true)
        }
        #expect(advice?.contains("AppArmor") == false && advice?.contains("unprivileged_userns_clone") == false)
    }

    @Test func controlGroupsAreAskedForWhereTheyAre() {
        #expect(remedy(.cgroup, .degraded)?.contains("Delegate=yes") == true)
        #expect(remedy(.cgroup, .degraded) { $0.controlGroups = "v1" }?.contains("chown") == true)
        #expect(remedy(.cgroup, .degraded) { $0.controlGroups = "none" }?.contains("mount control groups") == true)
        let inside = remedy(.cgroup, .degraded) { ($0.isRoot, $0.container) = (true, "Podman") }
        #expect(inside == "Podman must mount control groups writable")
        // When nothing starts, the group is not what is to be mended.
        #expect(remedy(.cgroup, failure: refused) == nil)
    }

    @Test func anOuterListenerIsToldFromAnOldKernel() {
        #expect(remedy(.denialReports, .degraded) { $0.isFiltered = true }?.contains("outer sandbox") == true)
        #expect(remedy(.denialReports, .degraded)?.contains("Linux 5.9") == true)
        #expect(remedy(.landlock, .absent)?.contains("--allow-degraded landlock") == true)
        #expect(remedy(.landlock, .absent, failure: refused) == nil)
        #expect(remedy(.seccomp, failure: StepError("seccomp", -38))?.contains("CONFIG_SECCOMP_FILTER") == true)
    }

    @Test func aChangedRootIsSeenByItsMounts() {
        let outside = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:5 / /proc rw - proc proc rw\n"
        #expect(!HostFacts.isChangedRoot(outside))
        #expect(HostFacts.isChangedRoot("30 22 0:5 / /proc rw - proc proc rw\n"))
        // Nothing is known where there is no /proc.
        #expect(!HostFacts.isChangedRoot(""))
    }
}
