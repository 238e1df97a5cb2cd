import Dispatch
import Foundation
import Synchronization

/// Runs work that SIGINT, SIGTERM and SIGHUP cancel, so that its sandboxes end and its partial output goes.
///
/// - Throws: what the work throws; ``Failure`` with status 130 when it was interrupted.
package func withInterruption(_ work: @escaping @Sendable () async throws -> Void) async throws {
    // The signals are watched before the work begins: what it writes first must already go when one comes.
    let interruption = Interruption()
    // A queue with a thread of its own: the work may block those that all share.
    let queue = DispatchQueue(label: "signals")
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM, SIGHUP] {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { interruption.come() }
        // Until it is registered, a signal would be lost.
        await withCheckedContinuation { registered in
            source.setRegistrationHandler { registered.resume() }
            source.resume()
        }
        sources.append(source)
    }
    let watching = sources
    let task = Task { try await work() }
    interruption.ends(task)
    defer { for source in watching { source.cancel() } }
    do {
        try await task.value
    } catch {
        if task.isCancelled { throw Failure(.interrupted, "interrupted; nothing was written") }
        throw error
    }
}

/// A signal that may come before there is a task to cancel.
///
/// The task is cancelled on the queue of the signal: the work may keep every thread that tasks run on.
private final class Interruption: Sendable {
    private let state = Mutex<(hasCome: Bool, task: Task<Void, any Error>?)>((false, nil))

    func come() {
        state.withLock { state in
            state.hasCome = true
            state.task?.cancel()
        }
    }

    func ends(_ task: Task<Void, any Error>) {
        state.withLock { state in
            state.task = task
            if state.hasCome { task.cancel() }
        }
    }
}
