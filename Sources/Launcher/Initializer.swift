import CLinux
import CPosix
import LaunchPlan

/// PID 1 of the run: builds the run's world, starts the payload, reaps orphans, and dies when its owner or host does.
///
/// When it ends, the kernel kills every process of the namespace; nothing inside can outlive it, and nothing inside
/// can signal it.
struct Initializer {
    let source: LaunchSource
    /// The plan where the supervisor read it before this process was made.
    let parsed: Launch?
    let hostNamespaces: Namespaces
    /// Namespaces that this process was made in.
    let entered: [LaunchPlan.Namespace]
    /// Read before the namespaces, inside which the caller has no name yet.
    let caller: (user: uid_t, group: gid_t)
    /// Root's run takes an id of its own; nil for an ordinary user.
    let hostIdentity: UInt32?
    /// This side of the socket to the supervisor.
    let supervisor: Int32
    var reporter: Reporter
    var isInGroup = true

    mutating func run() -> Never {
        do throws(StepError) {
            let namespaces = try enterEarly()
            // The supervisor reads the same, and says what is wrong with it.
            guard let launch = parsed ?? (try? source.launch()) else { lw_exit(1) }
            try build(launch, entered: entered + namespaces)
            try waitForGo()
            try startPayload(launch)
        } catch {
            reporter.failed(error)
        }
        lw_exit(1)
    }

    /// Enters the namespaces that need nothing of the plan but their names; returns which.
    ///
    /// They take longest, and another processor reads the plan meanwhile. Where root starts the run they belong to the
    /// host's user namespace, so that no privilege inside the run's own reaches them.
    private func enterEarly() throws(StepError) -> [LaunchPlan.Namespace] {
        let asked = parsed?.plan.namespaces ?? source.namespaces
        // Of mounts, root's are made in the run's own user namespace, or the sources could be opened by nobody.
        let early = asked.filter { $0 != .user && $0 != .pid && (hostIdentity == nil || $0 != .mount) }
        if !early.isEmpty { try check(lw_unshare(Namespaces.flags(early)), "namespaces") }
        return early
    }

    private mutating func build(_ launch: Launch, entered: [LaunchPlan.Namespace]) throws(StepError) {
        let plan = launch.plan
        // What else the caller has open is no business of the run's, and would use up its own limit of open files. The
        // supervisor keeps it: to some callers, the end of a descriptor is the end of the process.
        let kept = [supervisor, source.status, source.lifeline] + source.sharedMemory
        if !launch.isOff(.descriptors) { try check(lw_close_all_but(kept, Int32(kept.count)), "descriptors") }
        if plan.namespaces.contains(.uts) {
            try check(lw_sethostname(plan.hostname, plan.hostname.utf8.count), "hostname")
        }
        var root = Root(plan: plan, isWritable: launch.isOff(.root))
        if let hostIdentity {
            // While every source can still be opened: a store or an interpreter under a folder that only root enters.
            try root.openSources()
            reporter.done("sources")
            try check(lw_become(hostIdentity, hostIdentity), "identity", String(hostIdentity))
            reporter.done("identity")
        }
        let missing = plan.namespaces.filter { !entered.contains($0) }
        if !missing.isEmpty { try check(lw_unshare(Namespaces.flags(missing)), "namespaces") }
        let seen = try hostNamespaces.verify(plan)
        if !launch.isOff(.namespaces) { reporter.found(.namespaces, .active, seen) }
        reporter.done("namespaces")
        try map(launch, user: hostIdentity ?? caller.user, group: hostIdentity ?? caller.group)
        // After every change of the identity: each clears it.
        if !launch.isOff(.supervision) { try check(lw_die_with_parent(), "supervision") }
        // Before anything is cloned or attached: a mount that the host makes later must not arrive here.
        try check(lw_mounts_private(), "root", "/")
        if hostIdentity == nil {
            try root.openSources()
            reporter.done("sources")
        }
        try root.enter()
        reporter.found(.root, .active, try root.verify())
        reporter.done("root")
    }

    private mutating func map(_ launch: Launch, user: uid_t, group: gid_t) throws(StepError) {
        // The maps belong to the process only while it is dumpable, and changing the identity ended that.
        try check(lw_set_dumpable(true), "identity-map")
        try write("deny", to: "/proc/self/setgroups")
        try write("\(Identity.inner) \(user) 1", to: "/proc/self/uid_map")
        try write("\(Identity.inner) \(group) 1", to: "/proc/self/gid_map")
        try check(lw_take_ids(Identity.inner, Identity.inner), "identity-map")
        try check(lw_set_dumpable(false), "identity-map")
        guard geteuid() == Identity.inner, getuid() == Identity.inner else {
            throw StepError("identity-map", -EPERM, "user \(geteuid())")
        }
        let outside = hostIdentity == nil ? "the caller, \(user)" : "\(user), this run's own"
        if !launch.isOff(.identity) {
            reporter.found(.identity, .active, "user \(Identity.inner) inside; outside \(outside)")
        }
        reporter.done("identity-map")
    }

    private func write(_ text: String, to path: String) throws(StepError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw StepError("identity-map", -errno, path) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard CPosix.write(file, bytes, bytes.count) == bytes.count else {
            throw StepError("identity-map", -errno, path)
        }
    }

    /// The supervisor made a control group meanwhile, which this process joins.
    private mutating func waitForGo() throws(StepError) {
        while true {
            var byte: UInt8 = 0
            var group: Int32 = -1
            guard lw_receive(supervisor, &byte, &group) == 1 else { lw_exit(0) }
            if byte == Signal.go { break }
            if !join(group) { isInGroup = false }
            close(group)
        }
        reporter.done("bounds")
    }

    /// Moves this process into a control group, and reads back that it is there.
    private func join(_ group: Int32) -> Bool {
        // A thread that moves itself takes no lock of the whole machine.
        guard CPosix.write(group, "0", 1) == 1 else { return false }
        var members = [UInt8](repeating: 0, count: 64)
        return pread(group, &members, members.count, 0) > 0
    }

    private mutating func startPayload(_ launch: Launch) throws(StepError) {
        // Once, for this process and the payload that comes of it: neither needs a privilege from here on.
        if !launch.isOff(.capabilities) { try check(lw_drop_capabilities(), "capabilities") }
        if !launch.isOff(.noNewPrivileges) { try check(lw_set_no_new_privileges(), "no-new-privileges") }
        let landlock = try Landlock(plan: launch.plan, isOff: launch.isOff(.landlock))
        let children = try check(lw_signal_descriptor_for_children(), "supervision")
        var payload = Payload(launch: launch, landlock: landlock, reporter: reporter)
        let started = withUnsafeMutablePointer(to: &payload) { pointer in
            // The payload's process borrows this memory until it executes; only its own steps run meanwhile.
            lw_fork_and_wait_for_exec(
                { context in
                    guard let context else { return 1 }
                    context.assumingMemoryBound(to: Payload.self).pointee.run()
                },
                pointer
            )
        }
        let process = try check(started, "supervision")
        for stream in 0...2 as ClosedRange<Int32> { close(stream) }
        payload.report(to: reporter)
        // The listener was opened in the descriptors that both had until the payload became another program.
        try check(
            lw_send(supervisor, isInGroup ? Signal.started : Signal.startedOutsideGroup, payload.listener),
            "supervision"
        )
        if payload.listener >= 0 { close(payload.listener) }
        wait(for: process, children: children)
    }

    private func wait(for payload: pid_t, children: Int32) {
        var watched = [
            pollfd(fd: children, events: Int16(POLLIN), revents: 0),
            pollfd(fd: supervisor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: source.lifeline, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            // The payload may have ended before this process listened.
            while true {
                var code: Int32 = 0
                var signal: Int32 = 0
                let ended = lw_reap(-1, false, &code, &signal)
                if ended <= 0 { break }
                if ended == payload {
                    if signal != 0 {
                        reporter.signalled(signal)
                    } else {
                        reporter.exited(code)
                    }
                    lw_exit(0)
                }
            }
            if poll(&watched, nfds_t(watched.count), -1) < 0, errno != EINTR { return }
            if watched[1].revents != 0 { lw_exit(0) }
            if watched[2].revents != 0 { obeyHost(payload) }
            drain(children)
        }
    }

    /// The end of the lifeline ends the run; a byte on it asks the payload to end by itself.
    private func obeyHost(_ payload: pid_t) {
        var byte: UInt8 = 0
        guard read(source.lifeline, &byte, 1) == 1 else { lw_exit(0) }
        _ = lw_terminate(payload)
    }

    private func drain(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
