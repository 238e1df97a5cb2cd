import CLinux
import Dispatch
import Foundation
import Sandbox
import SystemPackage

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
        case cancelled
    }

    /// What a tool may say before it is ended; a lock of a thousand packages has a tenth of it.
    private static let mostOutput = 32 << 20

    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: its arguments.
    ///   - environment: all of its environment; nothing is inherited.
    ///   - input: its standard input.
    ///   - seconds: after which it is ended, with everything that it started in its session.
    /// - Returns: its exit status and what it said.
    /// - Throws: ``Failure`` when it could not be started, or did not end in time.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        input: String = "",
        seconds: Double
    ) async throws(Failure) -> Result {
        guard let interrupt = try? Interrupt() else { throw .notStarted(path) }
        let result: Swift.Result<Result, Failure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // It blocks until the tool ends, so it has a thread of its own.
                Thread.detachNewThread {
                    let result = Swift.Result { () throws(Failure) in
                        var tool = try RunningTool(path, arguments, environment)
                        return try tool.finish(Array(input.utf8)[...], Deadline(seconds: seconds), interrupt)
                    }
                    continuation.resume(returning: result)
                }
            }
        } onCancel: {
            interrupt.raise()
        }
        return try result.get()
    }

    /// A started program; when this value goes away, its whole session is dead and it is reaped.
    private struct RunningTool: ~Copyable {
        private let process: pid_t
        private var input: FileDescriptor?
        private let output: OwnedDescriptor
        private let errors: OwnedDescriptor
        private var isReaped = false

        init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws(Failure) {
            var ends = [[Int32]](repeating: [-1, -1], count: 3)
            for index in ends.indices where lw_pipe(&ends[index]) < 0 { throw .notStarted(path) }
            var process: pid_t = 0
            let words = ([path] + arguments).map { (word: String) in strdup(word) }
            let variables = environment.map { strdup("\($0.key)=\($0.value)") }
            defer { for pointer in words + variables { free(pointer) } }
            var vector = words + [nil]
            var pairs = variables + [nil]
            let code = lw_spawn(path, &vector, &pairs, [ends[0][0], ends[1][1], ends[2][1]], 3, &process)
            for descriptor in [ends[0][0], ends[1][1], ends[2][1]] { close(descriptor) }
            guard code >= 0 else {
                for descriptor in [ends[0][1], ends[1][0], ends[2][0]] { close(descriptor) }
                throw .notStarted(path)
            }
            self.process = process
            input = FileDescriptor(rawValue: ends[0][1])
            output = OwnedDescriptor(FileDescriptor(rawValue: ends[1][0]))
            errors = OwnedDescriptor(FileDescriptor(rawValue: ends[2][0]))
            _ = lw_set_nonblocking(ends[0][1])
        }

        deinit {
            if let input { try? input.close() }
            guard !isReaped else { return }
            // Its children too: one of them may hold the pipes open long after it.
            kill(-process, SIGKILL)
            var code: Int32 = 0
            var signal: Int32 = 0
            _ = lw_reap(process, true, &code, &signal)
        }

        mutating func finish(
            _ input: ArraySlice<UInt8>,
            _ deadline: Deadline,
            _ interrupt: Interrupt
        ) throws(Failure) -> Result {
            var rest = input
            var texts: [[UInt8]] = [[], []]
            var isOpen = [true, true]
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while isOpen.contains(true) {
                if rest.isEmpty { closeInput() }
                var watched = [
                    pollfd(fd: isOpen[0] ? output.raw.rawValue : -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: isOpen[1] ? errors.raw.rawValue : -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: self.input?.rawValue ?? -1, events: Int16(POLLOUT), revents: 0),
                    pollfd(fd: interrupt.readEnd.rawValue, events: Int16(POLLIN), revents: 0),
                ]
                poll(&watched, nfds_t(watched.count), deadline.millisecondsLeft)
                if watched[3].revents != 0 { throw .cancelled }
                if deadline.hasPassed { throw .deadline }
                if watched[2].revents != 0 { write(&rest) }
                for index in 0..<2 where watched[index].revents != 0 {
                    let count = read(watched[index].fd, &buffer, buffer.count)
                    if count > 0 {
                        texts[index] += buffer[..<count]
                        if texts[index].count > HostTool.mostOutput { throw .deadline }
                    } else if count == 0 || errno != EINTR {
                        isOpen[index] = false
                    }
                }
            }
            var code: Int32 = 0
            var signal: Int32 = 0
            while lw_reap(process, false, &code, &signal) == 0 {
                if deadline.hasPassed { throw .deadline }
                usleep(500)
            }
            isReaped = true
            return Result(
                status: signal == 0 ? code : 128 + signal,
                output: String(decoding: texts[0], as: UTF8.self),
                errors: String(decoding: texts[1], as: UTF8.self)
            )
        }

        private mutating func write(_ rest: inout ArraySlice<UInt8>) {
            guard let input else { return }
            let count = rest.withUnsafeBytes { lw_write_quietly(input.rawValue, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if count != -Int(EAGAIN), count != -Int(EINTR) {
                // It closed its input; what it says decides.
                rest = []
            }
        }

        private mutating func closeInput() {
            if let input { try? input.close() }
            input = nil
        }
    }
}
