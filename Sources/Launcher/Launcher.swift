import CPosix
import LaunchPlan

/// What a run is started with before its plan is parsed.
///
/// The supervisor and PID 1 each parse it for themselves, at the same time: PID 1 waits for its namespaces meanwhile.
struct LaunchSource {
    /// The text of the plan, as read and trusted once.
    let planText: [UInt8]
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
    /// Memory files that the payload keeps, by the numbers that they have.
    var sharedMemory: [Int32] = []
    /// What the person who starts the run adds to the plan.
    var additions: (inout LaunchPlan) -> Void = { _ in }

    /// - Throws: ``StepError`` for a plan that is none, or that no shipped launcher obeys.
    func launch() throws(StepError) -> Launch {
        var plan: LaunchPlan
        do throws(LaunchPlanError) {
            plan = try LaunchPlan(text: String(decoding: planText, as: UTF8.self))
        } catch {
            throw StepError("plan", -EINVAL, error.description)
        }
        additions(&plan)
        if obeysOff, plan.off.contains(.namespaces) {
            // Without these three there would be no run to look at.
            plan.namespaces.removeAll { $0 != .user && $0 != .mount && $0 != .pid }
        }
        let launch = Launch(source: self, plan: plan)
        try launch.check()
        return launch
    }

    /// The namespaces that the plan asks for, found without parsing the rest.
    var namespaces: [LaunchPlan.Namespace] { LaunchPlan.namespaces(of: planText) }
}

/// Everything that one run is started with.
struct Launch {
    let source: LaunchSource
    let plan: LaunchPlan

    /// Whether a plan of the tests leaves this layer out.
    func isOff(_ layer: LaunchPlan.Layer) -> Bool {
        source.obeysOff && plan.off.contains(layer)
    }

    /// - Throws: ``StepError`` for a plan that no shipped launcher obeys.
    fileprivate func check() throws(StepError) {
        guard plan.off.isEmpty || source.obeysOff else { throw StepError("plan", -EPERM, "layers left out") }
        // Nothing here works without these three, and nobody asked to.
        for needed in [LaunchPlan.Namespace.user, .mount, .pid] where !plan.namespaces.contains(needed) {
            throw StepError("namespaces", -EINVAL, needed.rawValue)
        }
        for filter in [source.filter, source.fallbackFilter] {
            guard !filter.isEmpty, filter.count % 8 == 0, filter.count / 8 <= 4096 else {
                throw StepError("seccomp", -EINVAL, "the filter is no program")
            }
        }
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
