import CSeccomp
package import SandboxPolicy

/// Names and numbers of system calls, as libseccomp knows them.
package enum SyscallTable {
    /// `AUDIT_ARCH_…` of this machine.
    package static let architecture = seccomp_arch_native()

    package static func lookUp(_ name: String) -> SyscallLookup {
        let number = seccomp_syscall_resolve_name_arch(architecture, name)
        // libseccomp gives -1 for a name it does not know, and other negative numbers for other machines' calls.
        if number == -1 { return newer[name].map { .number($0) } ?? .unknown }
        return number < 0 ? (newer[name].map { .number($0) } ?? .elsewhere) : .number(UInt32(number))
    }

    /// Calls that libseccomp 2.5.4 of Debian 12 is too old for; since Linux 5.0 all machines number new calls alike.
    private static let newer: [String: UInt32] = [
        "cachestat": 451, "fchmodat2": 452, "map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455,
        "futex_requeue": 456,
    ]
}
