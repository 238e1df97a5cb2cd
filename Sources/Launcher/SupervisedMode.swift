import CLinux
import CPosix
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
        let reporter = Reporter(descriptor: status)
        do throws(StepError) {
            guard let text = readFile(plan, limit: largestPlan), let own = readFile(filter, limit: largestPlan),
                let fallback = readFile(fallbackFilter, limit: largestPlan)
            else {
                throw StepError("plan", -errno)
            }
            for read in [plan, filter, fallbackFilter] { close(read) }
            let source = LaunchSource(
                planText: text,
                filter: own,
                fallbackFilter: fallback,
                status: status,
                lifeline: lifeline,
                givesUpStandardStreams: true,
                obeysOff: obeysOff
            )
            var supervisor = Supervisor(
                source: source,
                seconds: nil,
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
}
