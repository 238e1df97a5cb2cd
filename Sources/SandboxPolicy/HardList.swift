import Documents

/// Calls that no profile may let through, and the three that every profile must.
package enum HardList {
    /// What `strict` calls a violation.
    ///
    /// A test compares the two lists, so that neither changes alone.
    package static let violations: Set<String> = [
        "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "mount", "umount", "umount2",
        "pivot_root", "fsopen", "fsconfig", "fsmount", "fspick", "open_tree", "move_mount", "mount_setattr",
        "unshare", "setns", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key",
        "fanotify_init", "fanotify_mark", "name_to_handle_at", "open_by_handle_at", "kexec_load", "kexec_file_load",
        "init_module", "finit_module", "delete_module", "create_module", "query_module", "get_kernel_syms", "iopl",
        "ioperm", "modify_ldt", "personality", "vhangup", "quotactl", "quotactl_fd", "swapon", "swapoff", "reboot",
        "acct", "lookup_dcookie", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "stime", "sethostname",
        "setdomainname",
    ]

    /// Not an attack by themselves, since libraries try them, but beyond what any filter can bound.
    static let unfilterable: [String: String] = [
        "clone3": "hides its flags from any filter",
        "io_uring_setup": "makes calls that no filter sees",
        "io_uring_enter": "makes calls that no filter sees",
        "io_uring_register": "makes calls that no filter sees",
    ]

    /// What the launcher itself calls between the filter and the program.
    static let needed = ["write", "execve", "exit_group"]

    /// `CLONE_NEW…` of every namespace; `CLONE_NEWTIME` is read from clone's exit signal bits and by `unshare` only.
    static let newNamespaces: UInt32 = 0x7E02_0000

    /// - Throws: ``ProfileError`` at the rule that no profile may have.
    static func check(_ rules: SeccompRules, of position: SourcePosition?) throws(ProfileError) {
        for rule in rules.rules {
            switch rule.fate {
            case .soft, .violation, .absent: continue
            case .allow, .arguments: try checkLetThrough(rule)
            }
        }
        for name in needed where rules.fate(of: name) != .allow {
            throw ProfileError(
                "'\(name)' must be under 'allow': the launcher calls it after the filter is in force",
                at: rules.rules.first { $0.name == name }?.position ?? position
            )
        }
    }

    private static func checkLetThrough(_ rule: SeccompRules.Rule) throws(ProfileError) {
        if violations.contains(rule.name) {
            throw ProfileError(
                "'\(rule.name)' is on the hard list of strict; no profile may allow it",
                at: rule.position
            )
        }
        if let reason = unfilterable[rule.name] {
            throw ProfileError("'\(rule.name)' \(reason); no profile may allow it", at: rule.position)
        }
        guard rule.name == "clone" else { return }
        guard case .arguments(let tests) = rule.fate, tests.allSatisfy(makesNoNamespace) else {
            throw ProfileError(
                "'clone' must be under 'arguments', with tests of argument 0 that leave no room for new namespaces",
                at: rule.position
            )
        }
    }

    private static func makesNoNamespace(_ test: ArgumentTest) -> Bool {
        guard test.argument == 0 else { return false }
        return switch test.comparison {
        case .equals(let value): UInt32(truncatingIfNeeded: value) & newNamespaces == 0
        case .masked(let mask, let value): mask & newNamespaces == newNamespaces && value & newNamespaces == 0
        }
    }
}
