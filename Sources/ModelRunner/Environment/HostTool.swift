import Dispatch
import Foundation
import Synchronization

/// Runs a trusted program of the host, such as `uv` or an interpreter that is asked for its version.
enum HostTool {
    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    enum Failure: Error {
        case notStarted(String)
        case deadline
    }

    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: its arguments.
    ///   - environment: all of its environment; nothing is inherited.
    ///   - input: its standard input.
    ///   - folder: its working folder.
    ///   - seconds: after which it is ended.
    /// - Returns: its exit status and what it said.
    /// - Throws: ``Failure`` when it could not be started, or did not end in time.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        input: String = "",
        folder: String = "/",
        seconds: Double
    ) async throws(Failure) -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
        do {
            try process.run()
        } catch {
            throw .notStarted(path)
        }
        let running = Running(process)
        let timer = DispatchWorkItem { running.end() }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: timer)
        defer { timer.cancel() }
        let texts = await withTaskCancellationHandler {
            async let output = read(stdout)
            async let errors = read(stderr)
            // A tool that ends early closes its input; what it said decides.
            try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try? stdin.fileHandleForWriting.close()
            return await (output, errors)
        } onCancel: {
            running.end()
        }
        let status = running.wait()
        if running.wasEnded { throw .deadline }
        return Result(status: status, output: texts.0, errors: texts.1)
    }

    private static func read(_ pipe: Pipe) async -> String {
        let handle = pipe.fileHandleForReading
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = (try? handle.readToEnd()) ?? nil
                continuation.resume(returning: String(decoding: data ?? Data(), as: UTF8.self))
            }
        }
    }

    /// A started process that a timer or a cancellation may end.
    // SAFETY: `Process` is used under the mutex alone once it has started; `waitUntilExit` only reads.
    private final class Running: @unchecked Sendable {
        private let process: Process
        private let ended = Mutex(false)

        init(_ process: Process) {
            self.process = process
        }

        var wasEnded: Bool { ended.withLock { $0 } }

        func end() {
            ended.withLock { ended in
                ended = true
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            }
        }

        func wait() -> Int32 {
            process.waitUntilExit()
            return process.terminationStatus
        }
    }
}
