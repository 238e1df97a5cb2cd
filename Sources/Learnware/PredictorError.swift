/// Why a model did not answer: in which phase, and what to do.
///
/// The phase comes from records of whoever runs the model, never from what the model says; its own words stand apart, in
/// ``quotation``.
package struct PredictorError: Error, Equatable, Sendable {
    /// Where it failed.
    package enum Phase: String, Sendable {
        /// What the package wants installed cannot be had.
        case environment
        /// The model could not be made.
        case load
        /// The model took the input to be none of its.
        case input
        /// The model raised, or ended in the middle of a call.
        case predict
        /// The answer is not one prediction for each row.
        case output
        /// It took more time, memory or processes than it may.
        case limits
        /// It did what the rules that it runs under forbid.
        case violation
        /// The host lacks something; the package may be as good as any.
        case host
        /// The caller wanted out.
        case cancelled
    }

    package var phase: Phase
    /// One sentence for a person.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// The model's or the package's own words, printable line by line.
    package var quotation: String?
    /// What it was refused before that, where that is known by now.
    package var denials: [PredictorReport.Denial]
    /// True when every further call throws too.
    package var endsRun: Bool

    package init(
        _ phase: Phase,
        _ message: String,
        hint: String? = nil,
        quotation: String? = nil,
        denials: [PredictorReport.Denial] = [],
        endsRun: Bool = true
    ) {
        self.phase = phase
        self.message = message
        self.hint = hint
        self.quotation = quotation
        self.denials = denials
        self.endsRun = endsRun
    }
}
