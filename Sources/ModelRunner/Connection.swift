import Documents
import Foundation
import LaunchPlan
import PredictProtocol
import Sandbox
import SandboxPolicy
import SystemPackage
import Tensors

/// The pump between one sandboxed process and the protocol's state machine, used from one thread at a time.
final class Connection {
    /// Seconds for each phase.
    struct Times {
        var spawn: Double
        var load: Double
        var call: Double
    }

    /// Bytes of the memory files for tensors, each.
    private static let largestShared = 256 << 20

    private var process: SandboxProcess?
    private var conversation: Conversation
    private var limits = ProtocolLimits()
    /// For large tensors; nil where the kernel gives no such memory, and they go through the pipe.
    let sharedMemory: SharedMemory?
    private let plan: LaunchPlan
    /// Seconds for what is still to come.
    var times: Times
    private let interrupt: Interrupt
    private var phases: [RunReport.Phase] = []
    private var calls = 0
    private var callMilliseconds = 0.0
    private var ending: (status: RunStatus, outcome: RunOutcome, tail: String)?

    /// Starts the process; nothing has been said yet.
    init(
        plan: LaunchPlan,
        profile: CompiledProfile,
        times: Times,
        launcher: FilePath,
        interrupt: Interrupt
    ) throws(RunError) {
        self.plan = plan
        self.times = times
        self.interrupt = interrupt
        limits.line = profile.profile.limits.line
        limits.blob = profile.profile.limits.blob
        let memory = plan.control.memory.map { Int(clamping: $0) } ?? .max
        sharedMemory = try? SharedMemory(size: min(Self.largestShared, memory / 8) & ~4095)
        limits.shared = sharedMemory?.size ?? 0
        conversation = Conversation(limits: limits)
        do throws(SandboxError) {
            process = try SandboxProcess(
                plan: plan,
                filter: profile.filter,
                fallbackFilter: profile.fallbackFilter,
                launcher: launcher,
                sharedMemory: sharedMemory,
                errorTailLimit: profile.profile.limits.standardError
            )
        } catch {
            throw RunError(error, phase: .spawn)
        }
    }

    /// The process that stands for the run on the host; 0 when it is over.
    var launcher: Int32 { process?.launcherProcess ?? 0 }

    var isOver: Bool { process == nil }

    /// True when the run is over or has closed its output, so that it can answer nothing.
    var isLost: Bool { process?.hasClosedOutput ?? true }

    /// Waits for the runner to be up.
    func waitForStart(seconds: Double) throws(RunError) {
        let spawned = ContinuousClock.now
        guard case .started = try exchange([], phase: .spawn, seconds: seconds) else {
            throw broken(.outOfTurn("its first message was not 'started'"), phase: .spawn)
        }
        record("spawn", since: spawned)
    }

    /// Lets the runner load the model.
    func load(model: Node) throws(RunError) -> Metadata {
        let greeted = ContinuousClock.now
        let request = try orBreak(.load) { session throws(ProtocolError) in try session.hello(model: model) }
        guard case .metadata(let metadata) = try exchange(request, phase: .load, seconds: times.load) else {
            throw broken(.outOfTurn("its answer to 'hello' was another"), phase: .load)
        }
        record("load", since: greeted)
        return metadata
    }

    /// Predicts; with `asNumbers` doubles that the runner shares are read as numbers, without a copy as bytes.
    func predict(
        _ inputs: [Tensor],
        isTable: Bool,
        allowsNaN: Bool,
        asNumbers: Bool = false
    ) throws(RunError) -> [Tensor] {
        guard let rows = inputs.first?.rowCount, inputs.allSatisfy({ $0.rowCount == rows }) else {
            throw RunError(.predict, .inputRefused, "the input tensors must have the same number of rows")
        }
        return try predict(rows: rows, allowsNaN: allowsNaN, asNumbers: asNumbers) { () throws(RunError) in
            let request = try orBreak(.predict) { session throws(ProtocolError) in
                try session.request(.predict, inputs: inputs, isTable: isTable)
            }
            for placement in conversation.session.placements {
                try inputs[placement.input].bytes.withUnsafeBufferPointer { bytes throws(RunError) in
                    try share(UnsafeRawBufferPointer(bytes), at: placement.offset)
                }
            }
            return request
        }
    }

    /// Predicts for a matrix, which goes into the memory file without another copy when it is large.
    func predict(_ values: [Double], columns: Int) throws(RunError) -> [Tensor] {
        // The protocol's numbers are little-endian.
        let asNumbers = 1.littleEndian == 1
        if asNumbers, let outputs = try predictShared(values, columns) { return outputs }
        let input = try Tensor(values: values, columns: columns)
        return try predict([input], isTable: false, allowsNaN: false, asNumbers: asNumbers)
    }

    /// - Returns: nil when the matrix must go another way.
    private func predictShared(_ values: [Double], _ columns: Int) throws(RunError) -> [Tensor]? {
        guard columns > 0, values.count.isMultiple(of: columns), values.count >= columns else {
            return nil
        }
        let shape = [values.count / columns, columns]
        let line = try orBreak(.predict) { session throws(ProtocolError) in
            try session.predictShared(name: "X", datatype: .fp64, shape: shape, byteCount: values.count * 8)
        }
        guard let request = line else { return nil }
        return try predict(rows: shape[0], allowsNaN: false, asNumbers: true) { () throws(RunError) in
            try values.withUnsafeBufferPointer { numbers throws(RunError) in
                try share(UnsafeRawBufferPointer(numbers), at: 0)
            }
            return request
        }
    }

    private func predict(
        rows: Int,
        allowsNaN: Bool,
        asNumbers: Bool = false,
        _ makeRequest: () throws(RunError) -> [ArraySlice<UInt8>]
    ) throws(RunError) -> [Tensor] {
        let start = ContinuousClock.now
        let (product, overflow) = rows.multipliedReportingOverflow(by: limits.rowBytes)
        conversation.allowance = overflow ? limits.blob : product
        conversation.session.allowance = conversation.allowance
        defer { conversation.allowance = 0 }
        let request = try makeRequest()
        guard
            case .outputs(let outputs) = try exchange(
                request,
                phase: .predict,
                seconds: times.call,
                asNumbers: asNumbers
            )
        else { throw broken(.outOfTurn("its answer to 'predict' was another"), phase: .predict) }
        calls += 1
        callMilliseconds += milliseconds(since: start)
        try check(outputs, rows: rows, allowsNaN: allowsNaN)
        return outputs
    }

    private func share(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(RunError) {
        do throws(SandboxError) {
            try sharedMemory?.write(bytes, at: offset)
        } catch {
            throw failed(error, phase: .predict)
        }
    }

    /// What the runner wrote, copied before anything of it is looked at.
    private func readShared(
        _ offset: Int,
        _ count: Int,
        _ datatype: Datatype,
        asNumbers: Bool
    ) throws(ProtocolError) -> TensorElements {
        guard let sharedMemory else { return .bytes([]) }
        do throws(SandboxError) {
            guard asNumbers, datatype == .fp64, count.isMultiple(of: 8) else {
                return .bytes(try sharedMemory.read(at: offset, count: count))
            }
            return .doubles(try sharedMemory.read(at: offset, count: count / 8, as: Double.self))
        } catch {
            throw .badTensor("a tensor in shared memory cannot be read: \(error)")
        }
    }

    func train(_ method: Session.Method, _ inputs: [Tensor], isTable: Bool) throws(RunError) {
        let request = try orBreak(.predict) { session throws(ProtocolError) in
            try session.request(method, inputs: inputs, isTable: isTable)
        }
        _ = try exchange(request, phase: .predict, seconds: times.call)
    }

    /// The bytes that the model makes of itself; nothing of them is looked at.
    func export() throws(RunError) -> [UInt8] {
        conversation.allowance = min(limits.blob, limits.state)
        defer { conversation.allowance = 0 }
        let request = try orBreak(.predict) { session throws(ProtocolError) in try session.request(.export) }
        guard case .outputs(let outputs) = try exchange(request, phase: .predict, seconds: times.call) else {
            throw broken(.outOfTurn("its answer to 'export' was another"), phase: .predict)
        }
        guard outputs.count == 1, let state = outputs.first, state.name == "state", state.datatype == .uint8,
            state.shape.count == 1, !state.bytes.isEmpty
        else { throw broken(.badTensor("an answer to 'export' that is not one UINT8 tensor 'state'"), phase: .output) }
        return state.bytes
    }

    /// Ends the run in good order and reports it.
    func finish() -> RunReport {
        let start = ContinuousClock.now
        if process != nil {
            if let request = try? conversation.session.request(.shutdown) {
                _ = try? exchange(request, phase: .predict, seconds: 1)
            }
            end(grace: 0.5)
            record("end", since: start)
        }
        var all = phases
        if calls > 0 {
            all.insert(RunReport.Phase(name: "calls", milliseconds: callMilliseconds), at: min(2, all.count))
        }
        let status = ending?.status ?? RunStatus()
        return RunReport(
            isolation: IsolationRecord(plan: plan, status: status),
            phases: all,
            launchSteps: status.steps.map {
                RunReport.Phase(name: $0.name, milliseconds: Double($0.microseconds) / 1000)
            },
            outcome: ending?.outcome ?? .launcherError,
            denials: status.denials.map { Denial($0) },
            refusedProcesses: status.refusedProcesses,
            peakMemory: status.peakMemory,
            calls: calls,
            standardErrorTail: ending?.tail ?? ""
        )
    }

    // MARK: - Pumping

    private func exchange(
        _ request: [ArraySlice<UInt8>],
        phase: RunError.Phase,
        seconds: Double,
        asNumbers: Bool = false
    ) throws(RunError) -> Session.Event {
        guard process != nil else { throw RunError(phase, .runnerDied, "the run is over") }
        let received: Session.Event?
        do throws(PumpError<ProtocolError>) {
            received = try conversation.exchange(
                request,
                with: &process,
                until: Deadline(seconds: seconds),
                interrupt: interrupt.readEnd
            ) { [self] offset, count, datatype throws(ProtocolError) in
                try readShared(offset, count, datatype, asNumbers: asNumbers)
            }
        } catch {
            switch error {
            case .consumer(let error): throw broken(error, phase: phase)
            case .sandbox(let error): throw failed(error, phase: phase)
            }
        }
        guard let received else { throw died(phase) }
        return try settle(received, phase)
    }

    private func settle(_ event: Session.Event, _ phase: RunError.Phase) throws(RunError) -> Session.Event {
        guard case .failed(let failure) = event else { return event }
        throw RunError(failure, phase: phase)
    }

    private func orBreak<Request>(
        _ phase: RunError.Phase,
        _ make: (inout Session) throws(ProtocolError) -> Request
    ) throws(RunError) -> Request {
        guard process != nil else { throw RunError(phase, .runnerDied, "the run is over") }
        do throws(ProtocolError) {
            return try make(&conversation.session)
        } catch {
            throw broken(error, phase: phase)
        }
    }

    // MARK: - Ends

    /// Ends the run; `reason` is why the host does, nil when it waits for the run's own end.
    private func end(grace: Double, asks: Bool = true, reason: RunOutcome? = nil) {
        guard ending == nil, let status = process?.end(grace: grace, asks: asks) else { return }
        let tail = process?.errorTail.text ?? ""
        ending = (status, RunOutcome(status, host: reason), tail)
        process = nil
    }

    private func failed(_ error: SandboxError, phase: RunError.Phase) -> RunError {
        let reason: RunOutcome =
            switch error {
            case .deadline: .timeout(phase: phase.rawValue)
            case .cancelled: .cancelled
            default: .launcherError
            }
        end(grace: 0, reason: reason)
        // A set-up that failed shows as silence until the deadline only when the launcher itself hangs.
        return explained(phase) ?? finished(RunError(error, phase: phase))
    }

    private func broken(_ error: ProtocolError, phase: RunError.Phase) -> RunError {
        let reason: RunOutcome =
            switch error {
            case .lineTooLong, .blobTooLarge: .outputLimit
            default: .protocolError(kind: error.kind)
            }
        // A run that the supervisor ended stops in the middle of a message: its own record is the cause.
        end(grace: error == .truncated ? 0.25 : 0, asks: false, reason: reason)
        return explained(phase)
            ?? finished(RunError(phase, .runnerDied, "the runner broke the protocol: \(error)"))
    }

    /// What to say when the runner's output ended: the launcher's report knows why; a runner that goes on is ended.
    private func died(_ phase: RunError.Phase) -> RunError {
        // Unasked: a signal of ours would pass for the runner's own end.
        end(grace: 0.25, asks: false, reason: nil)
        if let known = explained(phase) { return known }
        switch ending?.outcome {
        case .signalled(let number):
            return finished(RunError(phase, .runnerDied, "the runner was ended by signal \(number) \(moment(phase))"))
        case .ok:
            return finished(RunError(phase, .runnerDied, "the runner ended with exit code 0 \(moment(phase))"))
        case .exited(let code):
            return finished(RunError(phase, .runnerDied, "the runner ended with exit code \(code) \(moment(phase))"))
        default:
            return finished(RunError(phase, .runnerDied, "the runner closed its output \(moment(phase)) and was ended"))
        }
    }

    private func moment(_ phase: RunError.Phase) -> String {
        phase == .predict ? "in the middle of a call" : "before its model was loaded"
    }

    /// The error that the supervisor's records give, when they give one.
    private func explained(_ phase: RunError.Phase) -> RunError? {
        guard let ending else { return nil }
        if let failure = ending.status.failure { return setupFailure(failure) }
        switch ending.outcome {
        case .violation("denials", let count):
            return finished(
                RunError(
                    phase,
                    .violation,
                    "the run was ended \(moment(phase)) after \(count) system calls that profile '\(plan.profile)' "
                        + "denies: \(deniedCalls)",
                    hint: "'lw-run trace' shows them all"
                )
            )
        case .violation(_, let detail):
            let call: String
            if case .violation(let denied) = ending.status.ending {
                call = SyscallTable.describe(denied)
            } else {
                call = "\(detail); this kernel does not say which"
            }
            return finished(
                RunError(
                    phase,
                    .violation,
                    "the run was ended \(moment(phase)): it made a system call that profile '\(plan.profile)' "
                        + "forbids, \(call)",
                    hint: "the package tries something that no model needs to predict"
                )
            )
        case .outOfMemory(let by):
            let limit = plan.control.memory.map { " of \(ByteSize.text(Int($0)))" } ?? ""
            let how = by == "cgroup" ? "the kernel ended it" : "it was ended"
            return finished(
                RunError(
                    phase,
                    .limit,
                    "the model used more than its memory\(limit) \(moment(phase)), and \(how)",
                    hint: "a profile with a larger 'memory', or fewer rows at once with --batch"
                )
            )
        case .processLimit:
            return finished(
                RunError(
                    phase,
                    .limit,
                    "the model started more threads than its profile allows \(moment(phase)), and ended",
                    hint: "a profile with a larger 'processes'"
                )
            )
        default: return nil
        }
    }

    private var deniedCalls: String {
        let calls = (ending?.status.denials ?? []).sorted { $0.count > $1.count }.prefix(3)
        return calls.map { "\(SyscallTable.describe($0)) \($0.count)×" }.joined(separator: ", ")
    }

    private func setupFailure(_ failure: StepError) -> RunError {
        let code = Errno(rawValue: failure.code)
        if failure.step == "execute" {
            return RunError(.setup, .loadFailed, "'\(Printable(failure.subject))' cannot be executed: \(code)")
        }
        return RunError(.setupFailed(step: failure.step, code, subject: failure.subject), phase: .setup)
    }

    private func finished(_ error: RunError) -> RunError {
        var error = error
        error.outcome = ending?.outcome
        error.denials = (ending?.status.denials ?? []).map { Denial($0) }
        if error.quotation == nil, let tail = ending?.tail, !tail.isEmpty {
            error.quotation = Printable.block(tail, lines: 12)
        }
        return error
    }

    // MARK: - Checks and times

    private func check(_ outputs: [Tensor], rows: Int, allowsNaN: Bool) throws(RunError) {
        for output in outputs {
            var name: Printable { Printable(output.name, limit: 60) }
            if output.validFor != nil, !allowsNaN, let place = output.bytes.firstIndex(of: 0) {
                throw RunError(
                    .output,
                    .outputInvalid,
                    "the model returned a missing value in '\(Printable(output.validFor ?? "", limit: 60))', "
                        + "first for row \(place / output.rowElementCount + 1) of the call",
                    hint: "--allow-nan lets such predictions pass"
                )
            }
            guard outputs.count(where: { $0.validFor == nil }) == 1 || output.shape.count == 1 else {
                throw RunError(
                    .output,
                    .outputInvalid,
                    "the model returned \(outputs.count) outputs, and '\(name)' of them is not one column"
                )
            }
            guard output.elementCount / max(1, rows) <= limits.rowElements else {
                throw RunError(
                    .output,
                    .outputInvalid,
                    "the model returned more than \(limits.rowElements) values for each row in '\(name)'"
                )
            }
            guard output.rowCount == rows else {
                let count = output.rowCount.map { "\($0)" } ?? "no"
                throw RunError(
                    .output,
                    .outputInvalid,
                    "the model returned \(count) predictions in '\(name)' for \(rows) rows"
                )
            }
            if !allowsNaN, let place = output.firstNonFinite() {
                throw RunError(
                    .output,
                    .outputInvalid,
                    "the model returned NaN or an infinity in '\(name)', first for row \(place.row + 1) of the call",
                    hint: "--allow-nan lets such predictions pass"
                )
            }
        }
    }

    private func record(_ name: String, since start: ContinuousClock.Instant) {
        phases.append(RunReport.Phase(name: name, milliseconds: milliseconds(since: start)))
    }

    private func milliseconds(since start: ContinuousClock.Instant) -> Double {
        (ContinuousClock.now - start) / .milliseconds(1)
    }
}
