import Dispatch
import Foundation
import Synchronization

/// Runs work that SIGINT, SIGTERM and SIGHUP cancel, so that its sandboxes end and its partial output goes.
///
/// - Throws: what the work throws; ``Failure`` with status 130 when it was interrupted.
func withInterruption(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let canceller = Canceller()
    // Before the work begins: a signal must not find what it has half written and no handler.
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { canceller.cancel() }
        source.resume()
        return source
    }
    let task = Task { try await work() }
    canceller.watch(task)
    defer { for source in sources { source.cancel() } }
    do {
        try await task.value
    } catch {
        if task.isCancelled { throw Failure(.interrupted, "interrupted; nothing was written") }
        throw error
    }
}

/// Cancels a task, also when it is told to before there is one.
private final class Canceller: Sendable {
    private let state = Mutex<(task: Task<Void, any Error>?, isCancelled: Bool)>((nil, false))

    func watch(_ task: Task<Void, any Error>) {
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            return state.task
        }?.cancel()
    }
}
