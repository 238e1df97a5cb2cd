import Ensembles
import Learnware
import Tensors

/// Runs members side by side, each in a sandbox of its own, within a budget.
package struct MemberRunner: Sendable {
    /// What the person who reuses decides about running.
    package struct Options: Sendable {
        /// Members that run at a time.
        package var width: Int
        /// Bytes that the members which run at a time may take together.
        package var memory: Int
        /// Rows for one call of a model.
        package var batch: Int
        /// True to end the run when a member fails; else it is left out.
        package var isStrict: Bool
        /// True to let NaN and infinities pass in the members' answers.
        package var allowsNaN: Bool
        /// Is told what is being done, one line at a time.
        package var progress: @Sendable (String) -> Void

        package init(
            width: Int = 2,
            memory: Int = 8 << 30,
            batch: Int = 8192,
            isStrict: Bool = false,
            allowsNaN: Bool = false,
            progress: @escaping @Sendable (String) -> Void = { _ in }
        ) {
            self.width = width
            self.memory = memory
            self.batch = batch
            self.isStrict = isStrict
            self.allowsNaN = allowsNaN
            self.progress = progress
        }
    }

    package let options: Options

    package init(_ options: Options = Options()) {
        self.options = options
    }

    /// How the run of one member ended.
    struct Outcome: Sendable {
        var member: Int
        /// For each set of its rows, in the rows' order.
        var answers: Result<[Answers], PredictorError>
        var report: PredictorReport?
    }

    /// Something for a member to do.
    struct Job: Sendable {
        /// Counted from 0.
        var index: Int
        var member: ReuseMember
        /// Sets of rows, each with at least one.
        var rows: [Chunk]

        var rowCount: Int { rows.reduce(0) { $0 + $1.rowCount } }
    }

    /// Runs the jobs, as many at a time as width and budget allow; those that come first begin first.
    ///
    /// What a member answers does not depend on who runs beside it, and neither does what is returned.
    ///
    /// - Parameter jobs: at most one for a member, with at least one set of rows.
    /// - Returns: an outcome for each job, in their order.
    /// - Throws: ``ReuseError`` when the task is cancelled, and for the first failure of a strict run.
    func run(_ jobs: [Job]) async throws(ReuseError) -> [Outcome] {
        guard options.width > 0, options.batch > 0, options.memory > 0 else {
            throw ReuseError(.invalidRequest, "width, batch and memory must be above 0")
        }
        let result = await withTaskGroup(of: Outcome.self) { group in
            await schedule(jobs, in: &group)
        }
        return try result.get().sorted { $0.member < $1.member }
    }

    private func schedule(
        _ jobs: [Job],
        in group: inout TaskGroup<Outcome>
    ) async -> Result<[Outcome], ReuseError> {
        var (waiting, running) = (jobs, [Int: Int]())
        var outcomes: [Outcome] = []
        for job in waiting where job.member.memory > options.memory {
            outcomes.append(Outcome(member: job.index, answers: .failure(overBudget(job.member))))
        }
        waiting.removeAll { $0.member.memory > options.memory }
        var ended = outcomes
        repeat {
            for outcome in ended {
                guard case .failure(let error) = outcome.answers else { continue }
                guard error.phase != .cancelled, !options.isStrict else {
                    group.cancelAll()
                    if error.phase == .cancelled { return .failure(.cancelled) }
                    let identity = jobs.first { $0.index == outcome.member }?.member.identity
                    return .failure(Self.failed(identity, error))
                }
            }
            // The first that fits, not the first: a large one must not keep small ones waiting for nothing.
            while running.count < options.width,
                let place = waiting.firstIndex(where: { fits($0.member, beside: running) })
            {
                let job = waiting.remove(at: place)
                running[job.index] = job.member.memory
                group.addTask { await outcome(of: job) }
            }
            ended = []
            if let next = await group.next() {
                running[next.member] = nil
                outcomes.append(next)
                ended = [next]
            }
        } while !ended.isEmpty
        // A model may have answered in spite of it; nobody waits for that.
        guard !Task.isCancelled else { return .failure(.cancelled) }
        return .success(outcomes)
    }

    private func fits(_ member: ReuseMember, beside running: [Int: Int]) -> Bool {
        running.values.reduce(0, +) <= options.memory - member.memory
    }

    private func overBudget(_ member: ReuseMember) -> PredictorError {
        PredictorError(
            .limits,
            "it may take \(member.memory >> 20) MiB of memory, more than the \(options.memory >> 20) MiB for all",
            hint: "allow more memory, or let the model take less"
        )
    }

    static func failed(_ identity: Ensemble.Member?, _ error: PredictorError) -> ReuseError {
        ReuseError(
            .memberFailed,
            "\(identity?.label ?? "a member") failed: \(error.message)",
            hint: error.hint,
            cause: error
        )
    }
}
