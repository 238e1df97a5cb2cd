import Foundation

/// Answers that a person types, line by line, until an interruption.
struct TerminalInput {
    /// Longer lines than any terminal sends.
    private static let longestLine = 1 << 16
    private var pending: [UInt8] = []
    private var hasEnded = false

    /// The next line without its end.
    ///
    /// - Returns: nil after the last one.
    /// - Throws: `CancellationError` when the work was interrupted meanwhile; a blocking read would not notice.
    mutating func line() throws -> [UInt8]? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(pending[..<end])
                pending.removeFirst(end + 1)
                return line
            }
            guard !hasEnded, pending.count <= Self.longestLine else { return nil }
            try Task.checkCancellation()
            var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, 100) > 0 else { continue }
            var block = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &block, block.count)
            if count > 0 {
                pending += block.prefix(count)
            } else if count == 0 || errno != EINTR {
                hasEnded = true
            }
        }
    }
}
