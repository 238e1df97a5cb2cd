import CLinux
import Glibc
import SystemPackage

/// What this host says of itself that bears on the sandbox.
public struct HostFacts: Equatable, Sendable {
    /// Such as `6.1.0-18-amd64`.
    public var kernel: String
    /// Landlock's version; nil where the kernel has none.
    public var landlock: Int?
    /// Whether the caller is root.
    public var isRoot: Bool
    /// What kind of container or sandbox this already runs in; nil for none that shows.
    public var container: String?
    /// True when a seccomp filter is in force on the caller already.
    public var isFiltered: Bool
    /// True when the root of the caller is no mount point, as after `chroot`.
    public var isChangedRoot: Bool
    /// `kernel.apparmor_restrict_unprivileged_userns` is 1.
    public var restrictsNamespacesByAppArmor: Bool
    /// `kernel.unprivileged_userns_clone` is 0.
    public var restrictsNamespacesBySysctl: Bool
    /// `user.max_user_namespaces`; nil when it cannot be read.
    public var mostUserNamespaces: Int?
    /// `v1`, `v2`, `v1 and v2` or `none`: where control groups are mounted.
    public var controlGroups: String

    /// Reads them.
    public static func read() -> HostFacts {
        var name = utsname()
        uname(&name)
        let kernel = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let version = lw_landlock_version()
        let status = text("/proc/self/status") ?? ""
        let mounts = text("/proc/self/mountinfo") ?? ""
        let hasOld = mounts.contains(" - cgroup ")
        let hasNew = mounts.contains(" - cgroup2 ")
        return HostFacts(
            kernel: kernel,
            landlock: version > 0 ? Int(version) : nil,
            isRoot: geteuid() == 0,
            container: container(),
            isFiltered: status.contains("Seccomp:\t2"),
            isChangedRoot: isChangedRoot(mounts),
            restrictsNamespacesByAppArmor: number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1,
            restrictsNamespacesBySysctl: number("/proc/sys/kernel/unprivileged_userns_clone") == 0,
            mostUserNamespaces: number("/proc/sys/user/max_user_namespaces"),
            controlGroups: hasOld ? (hasNew ? "v1 and v2" : "v1") : (hasNew ? "v2" : "none")
        )
    }

    private static func container() -> String? {
        if access("/.dockerenv", F_OK) == 0 { return "Docker" }
        if access("/run/.containerenv", F_OK) == 0 { return "Podman" }
        if access("/var/run/secrets/kubernetes.io", F_OK) == 0 { return "Kubernetes" }
        // In a user namespace of somebody's, the map is not the whole range of ids.
        let map = (text("/proc/self/uid_map") ?? "").split { $0 == " " || $0 == "\n" }
        return map.count == 3 && map[0] == "0" && map[1] == "0" && map[2] == "4294967295" ? nil : "a user namespace"
    }

    /// Only what lies below the caller's root is listed; after `chroot` into a folder, no mount is at the root itself.
    package static func isChangedRoot(_ mounts: String) -> Bool {
        !mounts.isEmpty
            && !mounts.split(separator: "\n").contains { $0.split(separator: " ").dropFirst(4).first == "/" }
    }

    private static func text(_ path: String) -> String? {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 1 << 20 {
            guard let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
