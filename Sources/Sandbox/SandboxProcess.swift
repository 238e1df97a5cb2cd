import CLinux
import Glibc
package import LaunchPlan
package import SystemPackage

/// One sandboxed run: its launcher process, its pipes, and its end.
///
/// The owner of this value owns the run. When it goes away, whichever way, every process inside is dead and reaped.
package struct SandboxProcess: ~Copyable {
    /// Write end of the payload's standard input; nil once closed.
    private var input: FileDescriptor?
    private let output: OwnedDescriptor
    private let standardError: OwnedDescriptor
    private let status: OwnedDescriptor
    /// Write end of the lifeline; nil once cut.
    private var lifeline: FileDescriptor?
    private let processDescriptor: OwnedDescriptor
    private let process: pid_t
    private var isReaped = false
    /// The newest bytes of the payload's standard error.
    package private(set) var errorTail: RingBuffer
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    /// What ended a stretch of pumping.
    package enum PumpEnd: Sendable {
        /// The consumer has what it waited for.
        case satisfied
        /// The payload closed its standard output, or ended.
        case outputClosed
    }

    /// Starts the launcher with a plan.
    ///
    /// - Parameters:
    ///   - plan: what to set up and execute.
    ///   - filter: the proved seccomp filter, which hands denied calls to the supervisor.
    ///   - fallbackFilter: the proved filter for kernels that cannot.
    ///   - launcher: path of `lw-sandbox`.
    ///   - sharedMemory: memory files that the payload gets as descriptors 3 and 4.
    ///   - errorTailLimit: how many bytes of standard error are kept.
    /// - Throws: ``SandboxError`` when the launcher cannot be started; what it meets later is in its report.
    package init(
        plan: LaunchPlan,
        filter: [UInt8],
        fallbackFilter: [UInt8],
        launcher: FilePath,
        sharedMemory: SharedMemory? = nil,
        errorTailLimit: Int
    ) throws(SandboxError) {
        let text = Array(plan.text.utf8)
        let planFile = try Self.own(lw_sealed_file("plan", text, text.count), "memfd_create")
        let filterFile = try Self.own(lw_sealed_file("filter", filter, filter.count), "memfd_create")
        let fallbackFile = try Self.own(
            lw_sealed_file("fallback", fallbackFilter, fallbackFilter.count),
            "memfd_create"
        )
        let stdin = try Pipe()
        let stdout = try Pipe()
        let stderr = try Pipe()
        let status = try Pipe()
        let lifeline = try Pipe()
        for pipe in [stdin.write.raw, stdout.read.raw] {
            // As much as the kernel gives an ordinary user; less only means more turns.
            _ = lw_set_pipe_size(pipe.rawValue, 1 << 20)
        }
        var process: pid_t = 0
        let descriptors: [Int32] = [
            stdin.read.raw.rawValue, stdout.write.raw.rawValue, stderr.write.raw.rawValue,
            sharedMemory?.input.rawValue ?? -1, sharedMemory?.output.rawValue ?? -1,
            status.write.raw.rawValue, lifeline.read.raw.rawValue,
            planFile.raw.rawValue, filterFile.raw.rawValue, fallbackFile.raw.rawValue,
        ]
        let code = Self.spawn(launcher.string, descriptors, &process)
        guard code >= 0 else {
            throw .resource(path: launcher.string, reason: "cannot be started: \(Errno(rawValue: -code))")
        }
        let descriptor = lw_pidfd_open(process)
        guard descriptor >= 0 else {
            kill(process, SIGKILL)
            var exitCode: Int32 = 0
            var signal: Int32 = 0
            _ = lw_reap(process, true, &exitCode, &signal)
            throw .host(call: "pidfd_open", Errno(rawValue: -descriptor))
        }
        processDescriptor = OwnedDescriptor(FileDescriptor(rawValue: descriptor))
        self.process = process
        input = stdin.takeWrite()
        output = stdout.takeRead()
        standardError = stderr.takeRead()
        self.status = status.takeRead()
        self.lifeline = lifeline.takeWrite()
        errorTail = RingBuffer(limit: errorTailLimit)
        for own in [input, output.raw, standardError.raw, self.status.raw] {
            if let own { _ = lw_set_nonblocking(own.rawValue) }
        }
    }

    deinit {
        if let input { try? input.close() }
        if let lifeline { try? lifeline.close() }
        var text: [UInt8] = []
        if !isReaped { Self.reap(process, status: status.raw.rawValue, into: &text) }
    }

    /// The launcher, which stays on the host for as long as the run lasts.
    package var launcherProcess: Int32 { process }

    /// True when the payload ended, or closed its standard output, and everything it wrote there was read.
    package var hasClosedOutput: Bool {
        var watched = pollfd(fd: output.raw.rawValue, events: Int16(POLLIN), revents: 0)
        let ready = poll(&watched, 1, 0)
        return ready > 0 && watched.revents & Int16(POLLHUP) != 0 && watched.revents & Int16(POLLIN) == 0
    }

    /// Moves bytes both ways until the consumer is satisfied.
    ///
    /// - Parameters:
    ///   - outgoing: what is still to be written to standard input; what was written is removed.
    ///   - deadline: when to give up.
    ///   - interrupt: a descriptor that becomes readable when the caller wants out.
    ///   - closingInput: true to close standard input once everything is written.
    ///   - consume: takes bytes of standard output; true ends the pumping.
    /// - Returns: why the pumping ended.
    /// - Throws: ``PumpError``: the deadline, the interrupt, a failed call, or the consumer's own error.
    package mutating func pump<Failure: Error>(
        _ outgoing: inout [ArraySlice<UInt8>],
        until deadline: Deadline,
        interrupt: FileDescriptor?,
        closingInput: Bool = false,
        consume: (ArraySlice<UInt8>) throws(Failure) -> Bool
    ) throws(PumpError<Failure>) -> PumpEnd {
        var isSatisfied = false
        // Most often there is room for all of it.
        if !outgoing.isEmpty { writeSome(&outgoing) }
        while true {
            while let first = outgoing.first, first.isEmpty { outgoing.removeFirst() }
            if closingInput, outgoing.isEmpty { closeInput() }
            let wantsWrite = input != nil && !outgoing.isEmpty
            var watched = [
                pollfd(fd: output.raw.rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: standardError.raw.rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wantsWrite ? input?.rawValue ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: interrupt?.rawValue ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            if errorClosed { watched[1].fd = -1 }
            let ready = poll(&watched, nfds_t(watched.count), deadline.millisecondsLeft)
            if ready < 0, errno != EINTR { throw .sandbox(.host(call: "poll", Errno(rawValue: errno))) }
            if watched[3].revents != 0 { throw .sandbox(.cancelled) }
            if ready <= 0 {
                if deadline.hasPassed { throw .sandbox(.deadline(seconds: deadline.seconds)) }
                continue
            }
            if watched[1].revents != 0 { drainStandardError() }
            if watched[2].revents != 0 { writeSome(&outgoing) }
            if watched[0].revents != 0 {
                let count = read(output.raw.rawValue, &buffer, buffer.count)
                if count == 0 { return .outputClosed }
                if count < 0, errno != EAGAIN, errno != EINTR {
                    throw .sandbox(.host(call: "read", Errno(rawValue: errno)))
                }
                if count > 0 {
                    do throws(Failure) {
                        isSatisfied = try consume(buffer[..<count])
                    } catch {
                        throw .consumer(error)
                    }
                }
            }
            // A payload that writes without pause never lets poll time out; and an answer that took too long to read
            // came too late, whoever spent the time.
            if deadline.hasPassed { throw .sandbox(.deadline(seconds: deadline.seconds)) }
            if isSatisfied { return .satisfied }
        }
    }

    /// Closes the payload's standard input, which asks it to end.
    package mutating func closeInput() {
        if let input { try? input.close() }
        input = nil
    }

    /// Ends the run: waits `grace`, asks again, and at last kills everything inside.
    ///
    /// - Parameters:
    ///   - grace: seconds that the payload may take to end by itself.
    ///   - asks: true to ask a payload that has not ended by SIGTERM, and to wait as long again.
    /// - Returns: what the launcher reported, read to its end.
    package mutating func end(grace: Double, asks: Bool = true) -> RunStatus {
        closeInput()
        if grace > 0, !waitForEnd(seconds: grace), asks, let lifeline {
            var request: UInt8 = 1
            _ = lw_write_quietly(lifeline.rawValue, &request, 1)
            _ = waitForEnd(seconds: grace)
        }
        if let lifeline { try? lifeline.close() }
        lifeline = nil
        Self.reap(process, status: status.raw.rawValue, into: &statusText)
        isReaped = true
        drainStandardError()
        Self.drain(status.raw.rawValue, into: &statusText)
        return RunStatus(text: String(decoding: statusText, as: UTF8.self))
    }

    /// What the launcher told so far.
    private var statusText: [UInt8] = []
    private static let largestStatus = 1 << 20

    /// Takes what stands in the status pipe: a launcher that waits for room in it would neither end nor tell the rest.
    ///
    /// - Returns: false at the end of the pipe.
    @discardableResult
    private static func drain(_ status: Int32, into text: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(status, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 }
            if text.count < largestStatus { text += buffer[..<count] }
        }
    }

    /// Waits for the launcher's end while standard output and error are read and dropped.
    private mutating func waitForEnd(seconds: Double) -> Bool {
        let deadline = Deadline(seconds: seconds)
        while !deadline.hasPassed {
            var watched = [
                pollfd(fd: processDescriptor.raw.rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorClosed ? -1 : standardError.raw.rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: statusClosed ? -1 : status.raw.rawValue, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, nfds_t(watched.count), deadline.millisecondsLeft) > 0 else { continue }
            if watched[2].revents != 0 { statusClosed = !Self.drain(status.raw.rawValue, into: &statusText) }
            if watched[1].revents != 0 { drainStandardError() }
            if watched[0].revents != 0 { return true }
        }
        return false
    }

    private var errorClosed = false
    private var statusClosed = false

    private mutating func drainStandardError() {
        // Bounded, so that a payload that floods its standard error cannot keep us here.
        for _ in 0..<16 {
            let count = read(standardError.raw.rawValue, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count == 0 { errorClosed = true }
            guard count > 0 else { return }
            errorTail.append(buffer[..<count])
        }
    }

    /// Pieces that are handed to the kernel at once.
    private static let mostPieces = 64

    private mutating func writeSome(_ outgoing: inout [ArraySlice<UInt8>]) {
        guard let descriptor = input else { return }
        var count = Self.write(outgoing.prefix(Self.mostPieces), to: descriptor.rawValue)
        guard count >= 0 else {
            // The payload closed its input. What it still says decides what that means.
            if count != -Int(EAGAIN), count != -Int(EINTR) { closeInput() }
            return
        }
        while let first = outgoing.first, count >= first.count {
            count -= first.count
            outgoing.removeFirst()
        }
        if count > 0 { outgoing[0] = outgoing[0].dropFirst(count) }
    }

    /// What a piece's bytes are is known only inside a closure, so each holds the one of the next.
    private static func write(
        _ pieces: ArraySlice<ArraySlice<UInt8>>,
        to descriptor: Int32,
        behind vector: [iovec] = []
    ) -> Int {
        guard let piece = pieces.first else { return lw_write_pieces_quietly(descriptor, vector, Int32(vector.count)) }
        return piece.withUnsafeBytes { bytes in
            let own = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
            return write(pieces.dropFirst(), to: descriptor, behind: vector + [own])
        }
    }

    private static func reap(_ process: pid_t, status: Int32, into text: inout [UInt8]) {
        // PID 1 inside ends at the end of the lifeline, and the launcher with it. The kill is for a launcher that a
        // debugger or an administrator stopped: its end closes the pipe that PID 1 watches, too.
        var code: Int32 = 0
        var signal: Int32 = 0
        let deadline = Deadline(seconds: 5)
        while !deadline.hasPassed {
            let isOpen = drain(status, into: &text)
            let ended = lw_reap(process, false, &code, &signal)
            if ended != 0 { return }
            let descriptor = lw_pidfd_open(process)
            var watched = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen ? status : -1, events: Int16(POLLIN), revents: 0),
            ]
            poll(&watched, nfds_t(watched.count), deadline.millisecondsLeft)
            if descriptor >= 0 { close(descriptor) }
        }
        kill(process, SIGKILL)
        _ = lw_reap(process, true, &code, &signal)
    }

    private static func own(_ result: Int32, _ call: String) throws(SandboxError) -> OwnedDescriptor {
        guard result >= 0 else { throw .host(call: call, Errno(rawValue: -result)) }
        return OwnedDescriptor(FileDescriptor(rawValue: result))
    }

    private static func spawn(_ path: String, _ descriptors: [Int32], _ process: inout pid_t) -> Int32 {
        let arguments = ["lw-sandbox", "--supervised"].map { (word: String) in strdup(word) }
        defer { for argument in arguments { free(argument) } }
        var vector = arguments + [nil]
        // Nothing of the caller's environment: the launcher reads none, and the payload's is in the plan.
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        return lw_spawn(path, &vector, &environment, descriptors, Int32(descriptors.count), &process)
    }
}

/// An error while pumping: ours, or the consumer's.
package enum PumpError<Failure: Error>: Error {
    case sandbox(SandboxError)
    case consumer(Failure)
}

/// Both ends of a pipe, close-on-exec.
private struct Pipe: ~Copyable {
    var read: OwnedDescriptor
    var write: OwnedDescriptor

    init() throws(SandboxError) {
        var ends: [Int32] = [-1, -1]
        let code = lw_pipe(&ends)
        guard code >= 0 else { throw .host(call: "pipe2", Errno(rawValue: -code)) }
        read = OwnedDescriptor(FileDescriptor(rawValue: ends[0]))
        write = OwnedDescriptor(FileDescriptor(rawValue: ends[1]))
    }

    consuming func takeRead() -> OwnedDescriptor { read }
    consuming func takeWrite() -> FileDescriptor { write.release() }
}

extension OwnedDescriptor {
    /// Gives the descriptor away; the caller closes it.
    consuming func release() -> FileDescriptor {
        let raw = raw
        discard self
        return raw
    }
}
