import CLinux
import Glibc
import LaunchPlan

/// The host started us: descriptors 0 to 2 are the payload's, the others are named here.
enum SupervisedMode {
    static let plan: Int32 = 3
    static let filter: Int32 = 4
    static let status: Int32 = 5
    static let lifeline: Int32 = 6
    static let fallbackFilter: Int32 = 7
    static let largestPlan = 1 << 20

    static func run(obeysOff: Bool) -> Int32 {
        lw_mark_close_on_exec_from(3)
        var reporter = Reporter(descriptor: status)
        do throws(StepError) {
            guard let text = readFile(plan, limit: largestPlan), let own = readFile(filter, limit: largestPlan),
                let fallback = readFile(fallbackFilter, limit: largestPlan)
            else {
                throw StepError("plan", -errno)
            }
            for read in [plan, filter, fallbackFilter] { close(read) }
            let launch = Launch(
                plan: try parse(text),
                filter: own,
                fallbackFilter: fallback,
                status: status,
                lifeline: lifeline,
                givesUpStandardStreams: true,
                obeysOff: obeysOff
            )
            reporter.done("plan")
            let seconds = launch.plan.wallSeconds
            var supervisor = Supervisor(
                launch: launch,
                seconds: seconds,
                interruption: -1,
                reader: -1,
                reporter: reporter
            )
            _ = supervisor.run()
            return 0
        } catch {
            reporter.failed(error)
            return 125
        }
    }

    private static func parse(_ text: [UInt8]) throws(StepError) -> LaunchPlan {
        do throws(LaunchPlanError) {
            return try LaunchPlan(text: String(decoding: text, as: UTF8.self))
        } catch {
            throw StepError("plan", -EINVAL, error.description)
        }
    }
}
