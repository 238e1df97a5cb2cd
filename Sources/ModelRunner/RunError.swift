import Documents
internal import PredictProtocol
public import Sandbox

/// Why a learnware could not be run to the end: in which phase, for which cause, and what to do.
///
/// The cause comes from the host's own records (a deadline that fired, the launcher's report, a check of ours), never
/// from what the run says of itself; a runner's own words are kept apart, in ``quotation``.
public struct RunError: Error, Sendable {
    /// How far the run had come.
    public enum Phase: String, Sendable {
        /// Waiting for a model of a pool.
        case queue
        case environment
        case setup
        case spawn
        case load
        case predict
        case output
    }

    /// What ended it.
    public enum Cause: String, Sendable {
        /// The environment cannot be built, or the files cannot be had.
        case environment
        /// The profile that was asked for is none, or cannot be used.
        case profile
        /// A resource of the tools or of the host is missing.
        case resource
        /// A layer of the sandbox could not be put in force.
        case isolationUnavailable
        /// The package's model could not be made.
        case loadFailed
        /// The model raised an exception.
        case modelRaised
        /// The model refused the input, or the input does not fit it.
        case inputRefused
        /// The output is not one prediction for each row.
        case outputInvalid
        case timeout
        case limit
        /// A system call that the profile forbids.
        case violation
        /// The runner ended, or broke the protocol.
        case runnerDied
        case cancelled
    }

    /// How far the run had come.
    public var phase: Phase
    /// What ended it.
    public var cause: Cause
    /// One sentence for a person.
    public var message: String
    /// What to do about it.
    public var hint: String?
    /// The runner's or the package's own words, printable line by line.
    public var quotation: String?
    /// How the run's process ended, when it had one.
    public internal(set) var outcome: RunOutcome?
    /// What it tried and was refused before that.
    public internal(set) var denials: [Denial] = []
    /// True when the host lacks something, such as a network or an interpreter: elsewhere the package may run.
    public internal(set) var lacksOnHost: Bool

    package init(
        _ phase: Phase,
        _ cause: Cause,
        _ message: String,
        hint: String? = nil,
        quotation: String? = nil
    ) {
        self.phase = phase
        self.cause = cause
        self.message = message
        self.hint = hint
        self.quotation = quotation
        lacksOnHost = [.profile, .resource, .isolationUnavailable].contains(cause)
    }
}

extension RunError: CustomStringConvertible {
    /// The message alone.
    public var description: String { message }
}

extension RunError {
    /// The same error as one that the package has no part in.
    var ofTheHost: RunError {
        var error = self
        error.lacksOnHost = true
        return error
    }

    init(_ error: SandboxError, phase: Phase) {
        switch error {
        case .profile:
            self.init(phase, .profile, error.description, hint: error.hint)
        case .resource, .host:
            self.init(phase, .resource, error.description, hint: error.hint)
        case .setupFailed:
            self.init(.setup, .isolationUnavailable, error.description, hint: error.hint)
        case .deadline(let seconds):
            self.init(phase, .timeout, Self.timeoutSentence(phase, seconds), hint: Self.timeoutHint(phase))
        case .cancelled:
            self.init(phase, .cancelled, "the run was cancelled")
        }
    }

    /// The same error with what the run's own records add: what was refused often explains what a model raises.
    func completed(by report: RunReport) -> RunError {
        var error = self
        if error.outcome == nil { error.outcome = report.outcome }
        error.denials = report.denials
        guard cause == .modelRaised || cause == .loadFailed else { return error }
        if report.refusedProcesses > 0 { error.outcome = .processLimit }
        error.hint = hint ?? report.refusals
        return error
    }

    /// A reply of the runner that says it could not do what it was asked.
    init(_ failure: RunnerFailure, phase: Phase) {
        let words = Printable(failure.message, limit: 300).description
        let hint = failure.missingModule.map(MissingModule.hint)
        let quotation = failure.traceback.map { Printable.block($0) }
        switch failure.code {
        case .loadFailed, .notReady:
            self.init(.load, .loadFailed, "the model could not be loaded: \(words)", hint: hint, quotation: quotation)
        case .modelRaised:
            self.init(
                .predict,
                .modelRaised,
                "the model raised: \(Self.cause(words))",
                hint: hint,
                quotation: quotation
            )
        case .inputDoesNotFit, .datatypeNotSupported, .invalidParameters:
            self.init(phase, .inputRefused, "the input does not fit the model: \(words)", quotation: quotation)
        case .outputInvalid:
            self.init(.output, .outputInvalid, "the model's output is not a prediction: \(words)", quotation: quotation)
        case .invalidRequest, .methodNotFound, .internalError, .cancelled:
            self.init(phase, .runnerDied, "the runner could not do it: \(words)", quotation: quotation)
        }
    }

    /// What was raised, without the words by which our runner begins; another runner may put it in words of its own.
    private static func cause(_ words: String) -> String {
        let begin = "The model's predict raised "
        return words.hasPrefix(begin) && words.utf8.count > begin.utf8.count
            ? String(words.dropFirst(begin.count)) : words
    }

    private static func timeoutSentence(_ phase: Phase, _ seconds: Int) -> String {
        switch phase {
        case .spawn: "the runner did not start within \(seconds) s and was ended"
        case .load: "the model was not loaded within \(seconds) s and was ended"
        default: "the model did not answer within \(seconds) s and was ended"
        }
    }

    private static func timeoutHint(_ phase: Phase) -> String? {
        switch phase {
        case .load: "give it more with --load-timeout SECONDS"
        case .predict: "give it more with --timeout SECONDS, or fewer rows at once with --batch"
        default: nil
        }
    }
}
