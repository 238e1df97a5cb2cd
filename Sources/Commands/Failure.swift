/// The exit codes of all tools.
package enum ExitStatus: Int32, Sendable {
    case done = 0
    /// `diff --exit-code` found a difference.
    case differs = 1
    case usage = 2
    case file = 3
    case input = 4
    case packageRefused = 5
    case environment = 6
    case load = 7
    case modelRaised = 8
    case outputInvalid = 9
    /// `check` found a learnware that is of no use here.
    case unusable = 10
    /// `check` found something that is no learnware by the rules.
    case invalid = 11
    /// `check` could not tell: the host lacks something.
    case unchecked = 12
    case timeout = 20
    case limit = 21
    case violation = 22
    case runnerDied = 23
    case isolationUnavailable = 24
    case internalFault = 70
    case interrupted = 130
}

/// A failure as the person at the terminal sees it.
package struct Failure: Error {
    package var status: ExitStatus
    /// One sentence: what is wrong, where, and what to do.
    package var message: String
    /// What to try next, on a line of its own.
    package var hint: String?
    /// Foreign text that belongs to the failure, already made printable and prefixed.
    package var quotation: String?
    /// True when nobody reads the output any more, as after `| head`; then there is nobody to tell either.
    package var readerWentAway = false

    package init(_ status: ExitStatus, _ message: String, hint: String? = nil, quotation: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
        self.quotation = quotation
    }
}
