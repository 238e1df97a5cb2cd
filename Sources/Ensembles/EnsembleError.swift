/// Why an ensemble was not read or made, or why its members' answers do not become one.
package struct EnsembleError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of fault it is.
    package enum Code: Equatable, Sendable {
        /// The document is no ensemble, or one that does not hold together.
        case invalidFile
        /// The parts that an ensemble was to be made of do not fit together.
        case invalidEnsemble
        /// The rows are not those that the ensemble was made for.
        case invalidRows
        /// The answers of this member, counted from 0, cannot be combined with the others'.
        case invalidAnswer(member: Int)
        /// There are rows that no member answered.
        case noAnswer
    }

    package let code: Code
    /// What is wrong and where, in one sentence, printable.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
