import CLinux
import CPosix
import LaunchPlan

/// The host started us: descriptors 0 to 2 are the payload's, the others are named here.
enum SupervisedMode {
    /// Memory files for tensors, which the payload gets by these very numbers; closed when the run has none.
    static let sharedMemory: ClosedRange<Int32> = 3...4
    static let status: Int32 = 5
    static let lifeline: Int32 = 6
    static let plan: Int32 = 7
    static let filter: Int32 = 8
    static let fallbackFilter: Int32 = 9
    static let largestPlan = 1 << 20

    static func run(obeysOff: Bool) -> Int32 {
        lw_mark_close_on_exec_from(3)
        // Before anything else is opened, which may get these numbers.
        let hasSharedMemory = sharedMemory.allSatisfy { lw_status_flags($0) >= 0 }
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
                obeysOff: obeysOff,
                sharedMemory: hasSharedMemory ? Array(sharedMemory) : []
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
