import Dispatch
import Foundation

/// Runs work that SIGINT, SIGTERM and SIGHUP cancel, so that its sandboxes end and its partial output goes.
///
/// - Throws: what the work throws; ``Failure`` with status 130 when it was interrupted.
func withInterruption(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { task.cancel() }
        source.resume()
        return source
    }
    defer { for source in sources { source.cancel() } }
    do {
        try await task.value
    } catch {
        if task.isCancelled { throw Failure(.interrupted, "interrupted; nothing was written") }
        throw error
    }
}
