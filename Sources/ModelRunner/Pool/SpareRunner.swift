import Dispatch
import Foundation
import LaunchPlan
import Sandbox
import Synchronization
import SystemPackage

/// A runner that is up in its own sandbox, has imported its environment's libraries, and was given no package yet.
///
/// It serves one package and is never given back, so no two strangers' models ever share a process. What it saves is the
/// time of the launch and of the imports, which is nearly all that the start of a model takes.
final class SpareRunner: Sendable {
    let folder: RunFolder
    let interrupt: Interrupt
    /// Held, so that nobody clears it away while the runner is in it.
    private let environment: PythonEnvironment?
    private let launcher: Int32
    private let connection: Mutex<Connection?>

    init(_ connection: sending Connection, environment: PythonEnvironment?, folder: RunFolder, interrupt: Interrupt) {
        launcher = connection.launcher
        self.connection = Mutex(connection)
        self.environment = environment
        self.folder = folder
        self.interrupt = interrupt
    }

    /// True when it can serve nobody.
    var isLost: Bool { connection.withLock { $0?.isLost ?? true } }

    /// Bytes of its processes, seen from outside.
    var residentBytes: Int {
        connection.withLock { $0 != nil } ? ResidentMemory.bytes(under: launcher) ?? 0 : 0
    }

    /// The conversation with it, for the one who takes it; nil for everybody after.
    func take() -> sending Connection? {
        connection.withLock { connection in
            let taken = connection
            connection = nil
            return taken
        }
    }

    /// Moves what was unpacked beside the place that the runner sees into it.
    func receive(_ name: String, at place: String) throws(RunError) {
        let source = folder.path.appending(name)
        let target = folder.path.appending(place)
        do {
            for entry in try FileManager.default.contentsOfDirectory(atPath: source.string) {
                try FileManager.default.moveItem(
                    atPath: source.appending(entry).string,
                    toPath: target.appending(entry).string
                )
            }
            try FileManager.default.removeItem(atPath: source.string)
        } catch {
            throw RunError(
                .setup,
                .resource,
                "the package cannot be handed to its runner: \(error.localizedDescription)"
            )
        }
    }

    /// Ends it, unless somebody took it; nothing is left of it when this returns.
    func end() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "learnware.end").async {
                if let connection = self.take() {
                    _ = connection.finish()
                    self.folder.remove()
                }
                continuation.resume()
            }
        }
    }
}
