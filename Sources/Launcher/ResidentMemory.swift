import CPosix

/// The resident size of the processes of a run, where no control group counts it.
struct ResidentMemory {
    let initializer: pid_t

    /// Processes that are looked at, so that a run that makes many cannot keep the supervisor busy.
    private static let mostProcesses = 4096

    /// Bytes of everything that PID 1 started, and what that started; nil when they cannot be seen.
    func bytes() -> Int? {
        // PID 1 has one thread.
        guard let children = children(of: initializer, thread: "\(initializer)") else { return nil }
        var waiting = children
        var seen = 0
        var pages = 0
        while let process = waiting.popLast(), seen < Self.mostProcesses {
            seen += 1
            let words = readText("/proc/\(process)/statm")?.split(separator: " ") ?? []
            if words.count > 1 { pages += Int(words[1]) ?? 0 }
            // The kernel lists children by the thread that made them.
            let threads = open("/proc/\(process)/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            for thread in names(in: threads) {
                waiting += self.children(of: process, thread: thread) ?? []
            }
        }
        return pages * Int(getpagesize())
    }

    private func children(of process: pid_t, thread: String) -> [pid_t]? {
        readText("/proc/\(process)/task/\(thread)/children")?.split(separator: " ").compactMap { pid_t($0) }
    }
}
