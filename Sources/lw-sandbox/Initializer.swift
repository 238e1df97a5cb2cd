import CLinux
import Glibc
import LaunchPlan

/// PID 1 of the run: starts the payload, reaps orphans, and dies when its owner or its host does.
///
/// When it ends, the kernel kills every process of the namespace; nothing inside can outlive it, and nothing inside
/// can signal it.
struct Initializer {
    var launcher: Launcher
    /// Read end of a pipe that only the launcher's outer process holds.
    let owner: Int32

    func run() -> Never {
        let reporter = launcher.reporter
        do throws(StepError) {
            try check(lw_die_with_parent(), "supervision")
            let children = try check(lw_signal_descriptor_for_children(), "supervision")
            var body = Payload(plan: launcher.plan, filter: launcher.filter, reporter: reporter)
            let started = withUnsafeMutablePointer(to: &body) { pointer in
                // The payload's process borrows this memory until it executes; only its own steps run meanwhile.
                lw_fork_and_wait_for_exec(
                    { context in
                        guard let context else { return 1 }
                        context.assumingMemoryBound(to: Payload.self).pointee.run()
                    },
                    pointer
                )
            }
            let payload = try check(started, "supervision")
            for stream in 0...2 as ClosedRange<Int32> { close(stream) }
            wait(for: payload, children: children)
        } catch {
            reporter.failed(error)
        }
        lw_exit(1)
    }

    private func wait(for payload: pid_t, children: Int32) {
        var watched = [
            pollfd(fd: children, events: Int16(POLLIN), revents: 0),
            pollfd(fd: owner, events: Int16(POLLIN), revents: 0),
            pollfd(fd: launcher.lifeline, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            if poll(&watched, nfds_t(watched.count), -1) < 0, errno != EINTR { return }
            if watched[1].revents != 0 { lw_exit(0) }
            if watched[2].revents != 0 { obeyHost(payload) }
            drain(children)
            while true {
                var code: Int32 = 0
                var signal: Int32 = 0
                let ended = lw_reap(-1, false, &code, &signal)
                if ended <= 0 { break }
                if ended == payload {
                    if signal != 0 {
                        launcher.reporter.signalled(signal)
                    } else {
                        launcher.reporter.exited(code)
                    }
                    lw_exit(0)
                }
            }
        }
    }

    /// The end of the lifeline ends the run; a byte on it asks the payload to end by itself.
    private func obeyHost(_ payload: pid_t) {
        var byte: UInt8 = 0
        guard read(launcher.lifeline, &byte, 1) == 1 else { lw_exit(0) }
        _ = lw_terminate(payload)
    }

    private func drain(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
