package import LaunchPlan

/// What a person can do about a layer that is missing here, from measured facts only.
package struct Remedies: Sendable {
    package let host: HostFacts
    package let failure: StepError?
    package let launcher: String

    package init(host: HostFacts, failure: StepError?, launcher: String) {
        self.host = host
        self.failure = failure
        self.launcher = launcher
    }

    /// One or two sentences; nil when nothing is to be done.
    package func remedy(for layer: IsolationRecord.Layer) -> String? {
        guard layer.state != .active, let kind = LaunchPlan.Layer(rawValue: layer.name) else { return nil }
        switch kind {
        case .namespaces, .identity, .root: return failure.flatMap(namespaces)
        case .landlock where failure == nil || failure?.step == "landlock":
            return "boot a kernel with CONFIG_SECURITY_LANDLOCK and 'landlock' in lsm=; until then "
                + "'--allow-degraded landlock' runs behind the other layers"
        case .denialReports where failure == nil:
            return host.isFiltered
                ? "an outer sandbox listens to system calls already; outside of it, denied calls are named"
                : "Linux 5.9 or newer names the calls that it denies"
        case .cgroup where failure == nil: return controlGroup
        case .seccomp where failure?.step == "seccomp":
            return "the kernel needs CONFIG_SECCOMP_FILTER, and an outer sandbox must allow seccomp(2)"
        default: return nil
        }
    }

    private var controlGroup: String {
        switch host.controlGroups {
        case "none": return "mount control groups (cgroup2 on /sys/fs/cgroup), or run where they are mounted"
        case "v2" where !host.isRoot, "v1 and v2" where !host.isRoot:
            return "start it in a delegated group: 'systemd-run --user --scope -p Delegate=yes COMMAND'"
        case "v1" where !host.isRoot:
            return
                "root can hand one over: mkdir and chown a group under memory, pids and cpu, and start the shell in it"
        default:
            return host.container == nil
                ? "the group of this process must be writable, with memory and pids among its controllers"
                : "\(host.container ?? "the container") must mount control groups writable"
        }
    }

    private func namespaces(_ failure: StepError) -> String? {
        guard ["namespaces", "identity-map", "identity", "root", "sources", "mounts", "pivot"].contains(failure.step)
        else { return nil }
        if host.restrictsNamespacesByAppArmor, !host.isRoot {
            return """
                AppArmor keeps user namespaces from programs without a profile. As root, write to \
                /etc/apparmor.d/lw-sandbox: 'abi <abi/4.0>, profile lw-sandbox \(launcher) flags=(unconfined) \
                { userns, }', then: apparmor_parser -r /etc/apparmor.d/lw-sandbox
                """
        }
        if host.restrictsNamespacesBySysctl, !host.isRoot {
            return "as root: sysctl kernel.unprivileged_userns_clone=1"
        }
        if host.mostUserNamespaces == 0 { return "as root: sysctl user.max_user_namespaces=10000" }
        if failure.step == "identity" {
            return "host ids from 1900000000 are not mapped here; run as an ordinary user instead of root"
        }
        if host.isChangedRoot {
            return "this process runs in a changed root (chroot), where the kernel makes no user namespace; "
                + "run outside of it, or enter it by pivot_root as containers do"
        }
        if let place = surroundings {
            return "this runs inside \(place), which may refuse step '\(failure.step)'; run outside of it, or with "
                + "its options for nested sandboxes (Docker: --security-opt seccomp=unconfined "
                + "--security-opt apparmor=unconfined --security-opt systempaths=unconfined)"
        }
        return "this kernel or an administrator's policy refuses it: step '\(failure.step)', error \(failure.code)"
    }

    /// What stands around this process already, as far as it shows.
    private var surroundings: String? {
        let parts = [host.container, host.isFiltered ? "a seccomp filter" : nil].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }
}
