/// The resident size of what a process started, and what that started, as the kernel tells it under `/proc`.
package struct ResidentMemory: Sendable {
    /// Processes that are looked at, so that a run that makes many cannot keep whoever looks busy.
    private static let mostProcesses = 4096

    private let pageSize: Int
    private let read: @Sendable (String) -> String?
    private let names: @Sendable (String) -> [String]

    /// - Parameters:
    ///   - pageSize: bytes of a page.
    ///   - read: reads a small file; nil when it cannot be read.
    ///   - names: the names in a folder; none when it cannot be read.
    package init(
        pageSize: Int,
        read: @escaping @Sendable (String) -> String?,
        names: @escaping @Sendable (String) -> [String]
    ) {
        self.pageSize = pageSize
        self.read = read
        self.names = names
    }

    /// Bytes of everything below a process of one thread, without its own.
    ///
    /// Pages that several processes share count for each: the figure is never too small.
    ///
    /// - Parameter root: the process.
    /// - Returns: nil when it cannot be seen what it started.
    package func bytes(under root: Int32) -> Int? {
        guard var waiting = children(of: root, thread: "\(root)") else { return nil }
        var seen = 0
        var pages = 0
        while let process = waiting.popLast(), seen < Self.mostProcesses {
            seen += 1
            let words = wordsOfLine(read("/proc/\(process)/statm"))
            if words.count > 1 { pages += Int(words[1]) ?? 0 }
            // The kernel lists children by the thread that made them.
            for thread in names("/proc/\(process)/task") { waiting += children(of: process, thread: thread) ?? [] }
        }
        return pages * pageSize
    }

    private func children(of process: Int32, thread: String) -> [Int32]? {
        read("/proc/\(process)/task/\(thread)/children").map { wordsOfLine($0).compactMap { Int32($0) } }
    }
}
