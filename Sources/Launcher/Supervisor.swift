import CLinux
import CPosix
import LaunchPlan

/// The one process of a run that stays outside: it starts PID 1, answers what the filter refuses, ends what runs past
/// its bounds, and tells the status pipe how it came.
struct Supervisor {
    let source: LaunchSource
    /// Wall-clock seconds that the person asked for; nil for the plan's.
    let seconds: Int?
    /// Readable when a person wants the run ended; -1 for none.
    let interruption: Int32
    /// Read end of the status pipe, which never makes wait, when this process itself reads it; -1 when the host does.
    let reader: Int32
    var reporter: Reporter
    /// What was read so far.
    private(set) var status = RunStatus()
    /// The begin of a line of the status whose end was not read yet.
    private var unread: [UInt8] = []
    /// The plan that was run; nil when it could not be read.
    private(set) var launch: Launch?

    private var group = ControlGroup(LaunchPlan.Control(), mounts: [])
    /// Why the control group does not do all that the plan asks.
    private var groupFailures: [String] = []
    private var log = DenialLog(LaunchPlan.Denials())
    private var listener: Int32 = -1
    /// The largest resident size seen, where it is looked at.
    private var residentPeak = 0

    /// How often the resident size is looked at where no control group bounds it.
    private static let pollMilliseconds: Int64 = 50

    init(source: LaunchSource, seconds: Int?, interruption: Int32, reader: Int32, reporter: Reporter) {
        self.source = source
        self.seconds = seconds
        self.interruption = interruption
        self.reader = reader
        self.reporter = reporter
    }

    /// Runs the plan to its end.
    ///
    /// - Returns: false when a person interrupted it.
    mutating func run() -> Bool {
        var isUninterrupted = true
        do throws(StepError) {
            isUninterrupted = try start()
        } catch {
            reporter.failed(error)
        }
        return isUninterrupted
    }

    private mutating func start() throws(StepError) -> Bool {
        // Only the tests' launcher must know beforehand what to leave out.
        if source.obeysOff { _ = try take() }
        let caller = (user: geteuid(), group: getegid())
        // The root of somebody's user namespace is an ordinary user outside, and can give itself no other identity.
        let keepsIdentity = launch?.isOff(.identity) ?? false
        let isRoot =
            caller.user == 0 && !keepsIdentity && !Identity.isOrdinaryRoot(map: readText("/proc/self/uid_map") ?? "")
        // Root gives its identity up first and enters the rest afterwards; an ordinary user needs the user namespace
        // for all others.
        let entered: [LaunchPlan.Namespace] = isRoot ? [.pid] : [.user, .pid]
        let hostNamespaces = Namespaces()
        var ends: [Int32] = [-1, -1]
        try check(lw_socket_pair(&ends), "supervision")
        let identity = isRoot ? Identity.ofRun(supervisor: getpid()) : nil
        // A process is born into a group of version 2; it joins those of version 1, which are made beside it, for to find
        // and make them takes a tenth of a launch.
        var isBornIntoGroup = ControlGroupMount.unifiedHasMemory()
        if isBornIntoGroup {
            let launch = try take()
            if launch.isOff(.cgroup) { isBornIntoGroup = false } else { makeGroup(launch, ControlGroupMount.all()) }
        }
        var descriptor: Int32 = -1
        let flags = Namespaces.flags(entered)
        var started = lw_fork_into(flags, group.birthplace, &descriptor)
        if started < 0, group.birthplace >= 0 {
            let failure = -started
            group.remove()
            groupFailures = ["birth into the group: \(describe(failure))"]
            started = lw_fork_into(flags, -1, &descriptor)
        }
        if started == 0 {
            close(ends[0])
            var initializer = Initializer(
                source: source,
                parsed: launch,
                hostNamespaces: hostNamespaces,
                entered: entered,
                caller: caller,
                hostIdentity: identity,
                supervisor: ends[1],
                reporter: reporter
            )
            initializer.run()
        }
        close(ends[1])
        defer { close(ends[0]) }
        guard started >= 0 else {
            group.remove()
            throw StepError("namespaces", started)
        }
        let process = started
        defer { close(descriptor) }
        if source.givesUpStandardStreams {
            // The host sees the end of the payload's output only when nobody else holds it.
            for stream in 0...2 as ClosedRange<Int32> { close(stream) }
        }
        var isUninterrupted = true
        do throws(StepError) {
            let launch = try take()
            if isBornIntoGroup, groupFailures.isEmpty, !group.isBirthplace(of: process) {
                group.remove()
                groupFailures = ["the run was not born into its group"]
            }
            if !isBornIntoGroup { makeGroup(launch, ControlGroupMount.all().filter { !$0.isUnified }) }
            for file in try group.entrances() {
                _ = lw_send(ends[0], Signal.join, file)
                close(file)
            }
            try check(lw_send(ends[0], Signal.go, -1), "supervision")
            isUninterrupted = watch(launch, process, descriptor, ends[0])
        } catch {
            // The first failure is the cause: what PID 1 met before it went away stands in the pipe already.
            reporter.failed(error)
        }
        finish(process, descriptor)
        return isUninterrupted
    }

    /// The plan, read when it is first needed: PID 1 is on its way by then where that is possible.
    private mutating func take() throws(StepError) -> Launch {
        if let launch { return launch }
        let taken = try source.launch()
        log = DenialLog(taken.plan.denials)
        launch = taken
        reporter.done("plan")
        return taken
    }

    private mutating func makeGroup(_ launch: Launch, _ hierarchies: [ControlGroupMount]) {
        guard !launch.isOff(.cgroup) else { return }
        group = ControlGroup(launch.plan.control, mounts: hierarchies)
        groupFailures = group.missing
    }

    /// Reports the control group; true when something weaker must bound the run's memory.
    private mutating func settleGroup(_ launch: Launch, of process: pid_t, isEntered: Bool) -> Bool {
        guard !launch.isOff(.cgroup) else { return false }
        if groupFailures.isEmpty, !isEntered { groupFailures = ["the run did not enter its group"] }
        guard !groupFailures.isEmpty else {
            reporter.found(.cgroup, .active, joinWords(group.evidence, ", "))
            return false
        }
        let kept = isEntered && !group.evidence.isEmpty ? "in force: \(joinWords(group.evidence, ", ")); " : ""
        let needsStandIn = launch.plan.control.memory != nil && !(group.boundsMemory && isEntered)
        let isSeen = ResidentMemory.ofRuns.bytes(under: process) != nil
        let look = needsStandIn && isSeen ? "the resident size looked at every \(Self.pollMilliseconds) ms, and " : ""
        let reasons = joinWords(groupFailures, "; ")
        reporter.found(.cgroup, .degraded, "\(kept)\(reasons); instead: \(look)limits of each process")
        return needsStandIn
    }

    /// Waits for the end of PID 1, and brings it about when something runs past its bounds.
    private mutating func watch(_ launch: Launch, _ process: pid_t, _ descriptor: Int32, _ socket: Int32) -> Bool {
        let end = (seconds ?? launch.plan.wallSeconds).map { lw_monotonic_microseconds() + Int64($0) * 1_000_000 }
        var looksAtMemory = false
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            // Only its end matters here; what is written to it is for PID 1.
            pollfd(fd: source.lifeline, events: 0, revents: 0),
            pollfd(fd: interruption, events: Int16(POLLIN), revents: 0),
            pollfd(fd: -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            var wait: Int64 = -1
            if let end { wait = max(0, (end - lw_monotonic_microseconds() + 999) / 1000) }
            if looksAtMemory { wait = wait < 0 ? Self.pollMilliseconds : min(wait, Self.pollMilliseconds) }
            let ready = poll(&watched, nfds_t(watched.count), Int32(clamping: wait))
            if ready < 0 {
                guard errno == EINTR else { return true }
                // What it filled in before is not true any more.
                continue
            }
            if watched[4].revents & Int16(POLLIN) != 0 {
                if case .end(let ending) = log.answerNext(listener) {
                    reporter.ended(ending)
                    return true
                }
            } else if watched[4].revents != 0 {
                // Nobody is left behind the filter. Before Linux 6.11 asking all the same would wait for ever.
                watched[4].fd = -1
            }
            if watched[1].revents != 0 {
                looksAtMemory = receive(launch, socket, from: process)
                watched[4].fd = listener
                watched[1].fd = -1
                // While the run goes on: nobody waits for it.
                readReport()
            }
            // After what PID 1 said: a run that ends at once has said it too, and its layers are to be reported.
            if watched[0].revents != 0 { return true }
            if watched[2].revents != 0 { return true }
            if watched[3].revents != 0 { return false }
            if let end, lw_monotonic_microseconds() >= end {
                reporter.ended(.timeout)
                return true
            }
            if looksAtMemory, let limit = launch.plan.control.memory,
                let bytes = ResidentMemory.ofRuns.bytes(under: process)
            {
                residentPeak = max(residentPeak, bytes)
                if UInt64(bytes) > limit {
                    reporter.ended(.residentMemory(bytes))
                    return true
                }
            }
        }
    }

    /// PID 1 says that the payload runs; true when the resident size must be looked at.
    private mutating func receive(_ launch: Launch, _ socket: Int32, from process: pid_t) -> Bool {
        var byte: UInt8 = 0
        guard lw_receive(socket, &byte, &listener) == 1 else { return false }
        if !launch.isOff(.supervision) {
            reporter.found(.supervision, .active, "PID 1 is ours and ends with the host")
        }
        return settleGroup(launch, of: process, isEntered: byte == Signal.started)
    }

    /// Takes what stands in the status pipe, without waiting for more.
    mutating func readReport() {
        guard reader >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reader, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            unread += buffer[..<count]
            guard let end = unread.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            status.read(String(decoding: unread[...end], as: UTF8.self))
            unread.removeFirst(end + 1)
        }
    }

    /// Kills what is left, and reports what it did and used.
    private mutating func finish(_ process: pid_t, _ descriptor: Int32) {
        _ = lw_kill(descriptor)
        let resident = lw_reap_peak(process)
        for call in log.calls {
            // Where nobody else reads, a full pipe would never have room again.
            readReport()
            reporter.denied(call)
        }
        readReport()
        let counters = group.counters()
        reporter.used(
            memoryKills: counters.memoryKills,
            refusedProcesses: counters.refusedProcesses,
            // The kernel's account of PID 1 lacks a payload that died with it.
            peakMemory: counters.peakMemory ?? max(Int(resident), residentPeak)
        )
        group.remove()
        if listener >= 0 { close(listener) }
    }
}
