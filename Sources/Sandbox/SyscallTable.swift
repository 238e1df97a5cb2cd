import CSeccomp
import Glibc
package import SandboxPolicy

/// Names and numbers of system calls, as libseccomp knows them.
package enum SyscallTable {
    /// `AUDIT_ARCH_…` of this machine.
    package static let architecture = seccomp_arch_native()

    /// What profiles are resolved with.
    package static let names = SyscallNames(
        architecture: architecture,
        lookUp: { lookUp($0) },
        all: { byNumber.sorted { $0.key < $1.key }.map(\.value) }
    )

    /// The library's version, such as `2.5.4`.
    package static var libraryVersion: String {
        guard let version = seccomp_version()?.pointee else { return "unknown" }
        return "\(version.major).\(version.minor).\(version.micro)"
    }

    package static func lookUp(_ name: String) -> SyscallLookup {
        let number = seccomp_syscall_resolve_name_arch(architecture, name)
        // libseccomp gives -1 for a name it does not know, and other negative numbers for other machines' calls.
        if number == -1 { return newer[name].map { .number($0) } ?? .unknown }
        return number < 0 ? (newer[name].map { .number($0) } ?? .elsewhere) : .number(UInt32(number))
    }

    /// The name of a call; nil for a number that nothing here knows.
    package static func name(of number: UInt32, architecture: UInt32 = architecture) -> String? {
        if let name = seccomp_syscall_resolve_num_arch(architecture, Int32(truncatingIfNeeded: number)) {
            defer { free(name) }
            return String(cString: name)
        }
        return newer.first { $0.value == number }?.key
    }

    /// Calls that libseccomp 2.5.4 of Debian 12 is too old for; since Linux 5.0 all machines number new calls alike.
    private static let newer: [String: UInt32] = [
        "cachestat": 451, "fchmodat2": 452, "map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455,
        "futex_requeue": 456, "statmount": 457, "listmount": 458, "lsm_get_self_attr": 459, "lsm_set_self_attr": 460,
        "lsm_list_modules": 461, "mseal": 462, "setxattrat": 463, "getxattrat": 464, "listxattrat": 465,
        "removexattrat": 466, "open_tree_attr": 467,
    ]
}
