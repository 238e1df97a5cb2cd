import CPosix
import LaunchPlan

extension ResidentMemory {
    /// Where no control group counts the processes of a run.
    static let ofRuns = ResidentMemory(
        pageSize: Int(getpagesize()),
        read: { readText($0) },
        names: { Launcher.names(in: open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) }
    )
}
