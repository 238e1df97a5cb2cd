import CLinux
import Glibc
import LaunchPlan

/// The host started us: descriptors 0 to 2 are the payload's, 3 the plan, 4 the filter, 5 the status pipe,
/// 6 the lifeline.
enum SupervisedMode {
    static let plan: Int32 = 3
    static let filter: Int32 = 4
    static let status: Int32 = 5
    static let lifeline: Int32 = 6
    static let largestPlan = 1 << 20

    static func run() -> Int32 {
        lw_mark_close_on_exec_from(3)
        var reporter = Reporter(descriptor: status)
        do throws(StepError) {
            guard let text = readFile(plan, limit: largestPlan), let filter = readFile(filter, limit: largestPlan)
            else {
                throw StepError("plan", -errno)
            }
            let parsed: LaunchPlan
            do throws(LaunchPlanError) {
                parsed = try LaunchPlan(text: String(decoding: text, as: UTF8.self))
            } catch {
                throw StepError("plan", -EINVAL, error.description)
            }
            close(Self.plan)
            close(Self.filter)
            reporter.done("plan")
            var launcher = Launcher(
                plan: parsed,
                filter: filter,
                lifeline: lifeline,
                givesUpStandardStreams: true,
                reporter: reporter
            )
            let (initializer, owner) = try launcher.start()
            var code: Int32 = 0
            var signal: Int32 = 0
            _ = lw_reap(initializer, true, &code, &signal)
            close(owner)
            return 0
        } catch {
            reporter.failed(error)
            return 125
        }
    }
}
