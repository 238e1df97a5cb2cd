import Glibc

/// The resident size of a run, looked at from outside, where the run can say nothing about it.
package enum ResidentMemory {
    /// Processes that are looked at, so that a run that makes many cannot keep the host busy.
    private static let mostProcesses = 4096

    /// Bytes of everything that a launcher started, and what that started.
    ///
    /// Pages that several of them share count for each: the figure is never too small.
    ///
    /// - Parameter launcher: the launcher's process.
    /// - Returns: nil when it has no processes, or they cannot be seen.
    package static func bytes(under launcher: Int32) -> Int? {
        guard launcher > 0 else { return nil }
        var waiting = children(of: launcher)
        guard !waiting.isEmpty else { return nil }
        var seen = 0
        var pages = 0
        while let process = waiting.popLast(), seen < mostProcesses {
            seen += 1
            let words = words(of: "/proc/\(process)/statm")
            if words.count > 1 { pages += Int(words[1]) ?? 0 }
            waiting += children(of: process)
        }
        return pages * Int(getpagesize())
    }

    /// The kernel lists children by the thread that made them.
    private static func children(of process: pid_t) -> [pid_t] {
        guard let folder = opendir("/proc/\(process)/task") else { return [] }
        defer { closedir(folder) }
        var children: [pid_t] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let thread = pid_t(name) else { continue }
            children += words(of: "/proc/\(process)/task/\(thread)/children").compactMap { pid_t($0) }
        }
        return children
    }

    /// The words of a small file of the kernel's.
    private static func words(of path: String) -> [Substring] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = read(file, &buffer, buffer.count)
        guard count > 0 else { return [] }
        return String(decoding: buffer[..<count], as: UTF8.self).split { $0 == " " || $0 == "\n" }
    }
}
