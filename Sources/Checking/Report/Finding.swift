package import Documents

/// What became of a learnware, the best first.
package enum Verdict: String, Comparable, Sendable {
    /// All required checks passed.
    case usable
    /// The host did not let it be told.
    case unchecked
    /// A learnware by the rules, but of no use here: its environment cannot be built, the sandbox ended it, or its
    /// predictions are no numbers.
    case unusable
    /// What the Python package's checkers refuse, too.
    case invalid

    package static func < (one: Verdict, other: Verdict) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .usable: 0
        case .unchecked: 1
        case .unusable: 2
        case .invalid: 3
        }
    }
}

/// What one check found, in printable words.
package struct Finding: Sendable {
    package enum State: String, Sendable {
        case pass
        /// A fact, and no judgement.
        case note
        /// Somebody should look; it decides nothing unless all is to be strict.
        case warning
        case fail
        /// It could not be checked, or there was nothing to check.
        case skipped
    }

    package var state: State
    /// One sentence.
    package var summary: String
    /// What to do about it, one sentence; every failure and warning has it.
    package var remedy: String?
    /// The package's or the model's own words, printable line by line.
    package var quotation: String?
    /// What the finding makes of the learnware.
    package var verdict: Verdict
    /// Numbers for programs.
    package var facts: [(name: String, value: Node)]

    private init(
        _ state: State,
        _ summary: String,
        remedy: String? = nil,
        quotation: String? = nil,
        verdict: Verdict = .usable,
        facts: [(name: String, value: Node)] = []
    ) {
        self.state = state
        self.summary = summary
        self.remedy = remedy
        self.quotation = quotation
        self.verdict = verdict
        self.facts = facts
    }

    package static func pass(_ summary: String, facts: [(name: String, value: Node)] = []) -> Finding {
        Finding(.pass, summary, facts: facts)
    }

    package static func note(_ summary: String, facts: [(name: String, value: Node)] = []) -> Finding {
        Finding(.note, summary, facts: facts)
    }

    package static func warning(
        _ summary: String,
        remedy: String,
        quotation: String? = nil,
        facts: [(name: String, value: Node)] = []
    ) -> Finding {
        Finding(.warning, summary, remedy: remedy, quotation: quotation, facts: facts)
    }

    package static func fail(
        _ verdict: Verdict,
        _ summary: String,
        remedy: String,
        quotation: String? = nil,
        facts: [(name: String, value: Node)] = []
    ) -> Finding {
        Finding(.fail, summary, remedy: remedy, quotation: quotation, verdict: verdict, facts: facts)
    }

    package static func skipped(_ reason: String) -> Finding { Finding(.skipped, reason) }

    /// What the host is in the way of.
    package static func unchecked(_ reason: String, remedy: String?, quotation: String? = nil) -> Finding {
        Finding(.skipped, reason, remedy: remedy, quotation: quotation, verdict: .unchecked)
    }
}

/// A check and what it found.
package struct CheckResult: Sendable {
    package var check: CheckName
    package var finding: Finding
    /// How long it took.
    package var milliseconds: Double
}
