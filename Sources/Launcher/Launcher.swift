import CLinux
import Glibc
import LaunchPlan

/// Everything that one run is started with.
struct Launch {
    let plan: LaunchPlan
    /// The compiled seccomp filter that hands denied calls over, eight bytes an instruction.
    let filter: [UInt8]
    /// The filter for kernels without a listener: it answers or kills by itself.
    let fallbackFilter: [UInt8]
    /// Where the lines of the status go.
    let status: Int32
    /// Read end of the pipe whose other end the host holds, or -1; its end of file ends the run.
    let lifeline: Int32
    /// True when 0, 1 and 2 belong to the payload alone.
    let givesUpStandardStreams: Bool
    /// True only in the launcher that the tests build.
    let obeysOff: Bool

    /// Whether a plan of the tests leaves this layer out.
    func isOff(_ layer: LaunchPlan.Layer) -> Bool {
        obeysOff && plan.off.contains(layer)
    }

    /// - Throws: ``StepError`` for a plan that no shipped launcher obeys.
    func check() throws(StepError) {
        guard plan.off.isEmpty || obeysOff else { throw StepError("plan", -EPERM, "layers left out") }
        // Nothing here works without these three, and nobody asked to.
        for needed in [LaunchPlan.Namespace.user, .mount, .pid] where !plan.namespaces.contains(needed) {
            throw StepError("namespaces", -EINVAL, needed.rawValue)
        }
        for filter in [filter, fallbackFilter] {
            guard !filter.isEmpty, filter.count % 8 == 0, filter.count / 8 <= 4096 else {
                throw StepError("seccomp", -EINVAL, "the filter is no program")
            }
        }
    }
}

/// Who the run is on the host and inside.
package enum Identity {
    /// The first host id that a run started by root takes, and how many there are.
    ///
    /// One id for each process id of the host: two runs at the same time never share one, so neither can signal or
    /// trace the other and each has limits of its own. The range lies above what Debian and systemd hand out.
    static let first: UInt32 = 1_900_000_000
    static let count: UInt32 = 4_194_304
    /// What the payload sees as its user and group; never 0.
    static let inner: UInt32 = 1000

    /// Whether root is an ordinary user of the host: the range above is not mapped here, and 0 is another's id outside.
    ///
    /// - Parameter map: the text of `/proc/self/uid_map`.
    /// - Returns: false where root is root, or where that cannot be told.
    package static func isOrdinaryRoot(map: String) -> Bool {
        var outsideOfRoot: Int?
        for line in splitWords(map) {
            let numbers = line.compactMap { Int($0) }
            guard numbers.count == 3 else { continue }
            let (inside, outside, length) = (numbers[0], numbers[1], numbers[2])
            if inside <= Int(first), Int(first) + Int(count) <= inside + length { return false }
            if inside == 0, length > 0 { outsideOfRoot = outside }
        }
        return outsideOfRoot.map { $0 != 0 } ?? false
    }

    /// The host id of a run whose supervisor, started by root, has this process id.
    static func ofRun(supervisor: pid_t) -> UInt32 {
        first + UInt32(truncatingIfNeeded: supervisor) % count
    }
}

/// The bytes between the supervisor and PID 1, each way over one socket.
enum Signal {
    /// Supervisor to PID 1: join the control group of version 1 whose `tasks` file comes with it.
    static let join: UInt8 = 3
    /// Supervisor to PID 1: that was all; start the payload.
    static let go: UInt8 = 1
    /// PID 1 to the supervisor: the payload runs; the listener comes with it when there is one.
    static let started: UInt8 = 2
    /// The same of a payload that a control group does not hold.
    static let startedOutsideGroup: UInt8 = 4
}
