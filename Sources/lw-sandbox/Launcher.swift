import CLinux
import Glibc
import LaunchPlan

/// Applies one plan in this process and leaves it running under our PID 1.
struct Launcher {
    let plan: LaunchPlan
    /// The compiled seccomp filter, eight bytes an instruction.
    let filter: [UInt8]
    /// Read end of the pipe whose other end the host holds, or -1; its end of file ends the run.
    let lifeline: Int32
    /// True when 0, 1 and 2 belong to the payload alone.
    let givesUpStandardStreams: Bool
    var reporter: Reporter

    /// The first host id that a run started by root takes, and how many there are.
    ///
    /// One id for each process id of the host: two runs at the same time never share one, so neither can signal or
    /// trace the other and each has limits of its own. The range lies above what Debian and systemd hand out.
    static let firstIdentity: UInt32 = 1_900_000_000
    static let identityCount: UInt32 = 4_194_304
    /// What the payload sees as its user and group; never 0.
    static let innerIdentity: UInt32 = 1000

    /// Sets the layers up in order and starts the payload.
    ///
    /// - Returns: the process id of PID 1, and the write end of the pipe that ends it.
    mutating func start() throws(StepError) -> (initializer: pid_t, owner: Int32) {
        var root = Root(plan: plan)
        let isRoot = geteuid() == 0
        var identity = geteuid()
        var group = getegid()
        if isRoot {
            try root.openSources()
            reporter.done("sources")
            identity = Self.firstIdentity + UInt32(truncatingIfNeeded: getpid()) % Self.identityCount
            group = identity
            try check(lw_become(identity, group), "identity", String(identity))
            reporter.done("identity")
        }
        try enterNamespaces(identity: identity, group: group)
        // Before anything is cloned or attached: a mount that the host makes later must not arrive here.
        try check(lw_mounts_private(), "root", "/")
        if !isRoot {
            try root.openSources()
            reporter.done("sources")
        }
        try root.enter()
        reporter.done("root")
        try check(lw_sethostname(plan.hostname, plan.hostname.utf8.count), "hostname")
        return try startInitializer()
    }

    private mutating func enterNamespaces(identity: uid_t, group: gid_t) throws(StepError) {
        var flags: UInt32 = 0
        for namespace in plan.namespaces {
            flags |= bit(of: namespace)
        }
        // A plan that leaves one out does not run: nothing here works without these three, and nobody asked to.
        for needed in [LaunchPlan.Namespace.user, .mount, .pid] where !plan.namespaces.contains(needed) {
            throw StepError("namespaces", -EINVAL, needed.rawValue)
        }
        try check(lw_unshare(Int32(bitPattern: flags)), "namespaces")
        reporter.done("namespaces")
        // The maps belong to the process only while it is dumpable, and changing the identity ended that.
        try check(lw_set_dumpable(true), "identity-map")
        try write("deny", to: "/proc/self/setgroups")
        try write("\(Self.innerIdentity) \(identity) 1", to: "/proc/self/uid_map")
        try write("\(Self.innerIdentity) \(group) 1", to: "/proc/self/gid_map")
        try check(lw_take_ids(Self.innerIdentity, Self.innerIdentity), "identity-map")
        try check(lw_set_dumpable(false), "identity-map")
        reporter.done("identity-map")
    }

    private func bit(of namespace: LaunchPlan.Namespace) -> UInt32 {
        switch namespace {
        case .user: UInt32(LW_NEW_USER)
        case .mount: UInt32(LW_NEW_MOUNT)
        case .pid: UInt32(LW_NEW_PID)
        case .net: UInt32(LW_NEW_NET)
        case .ipc: UInt32(LW_NEW_IPC)
        case .uts: UInt32(LW_NEW_UTS)
        case .cgroup: UInt32(LW_NEW_CGROUP)
        }
    }

    private func write(_ text: String, to path: String) throws(StepError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw StepError("identity-map", -errno, path) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw StepError("identity-map", -errno, path)
        }
    }

    private mutating func startInitializer() throws(StepError) -> (initializer: pid_t, owner: Int32) {
        // Once, for this process and both that come of it: none of them needs a privilege from here on.
        try check(lw_drop_capabilities(), "capabilities")
        try check(lw_set_no_new_privileges(), "no-new-privileges")
        var ends: [Int32] = [-1, -1]
        try check(lw_pipe(&ends), "supervision")
        let initializer = try check(lw_fork(), "supervision")
        if initializer == 0 {
            close(ends[1])
            Initializer(launcher: self, owner: ends[0]).run()
        }
        close(ends[0])
        if givesUpStandardStreams {
            // The host sees the end of the payload's output only when nobody else holds it.
            for stream in 0...2 as ClosedRange<Int32> { close(stream) }
        }
        return (initializer, ends[1])
    }
}
