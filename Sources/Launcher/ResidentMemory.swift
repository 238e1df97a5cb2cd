import Glibc

/// The resident size of the processes of a run, where no control group counts it.
struct ResidentMemory {
    let initializer: pid_t

    /// Bytes of all children of PID 1; nil when they cannot be seen.
    func bytes() -> Int? {
        guard let children = readText("/proc/\(initializer)/task/\(initializer)/children") else { return nil }
        var pages = 0
        for child in children.split(separator: " ") {
            let words = readText("/proc/\(child)/statm")?.split(separator: " ") ?? []
            if words.count > 1 { pages += Int(words[1]) ?? 0 }
        }
        return pages * Int(getpagesize())
    }
}
