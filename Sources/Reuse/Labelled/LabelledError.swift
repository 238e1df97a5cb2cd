/// Why nothing was learnt from labelled rows.
package struct LabelledError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of fault it is.
    package struct Code: Hashable, Sendable {
        let name: String

        /// Rows, labels and outputs do not fit together.
        package static let wrongShape = Code(name: "wrongShape")
        /// A number or an option is none that a fit can start from.
        package static let invalidArgument = Code(name: "invalidArgument")
        /// There are not enough labelled rows.
        package static let tooFewRows = Code(name: "tooFewRows")
        /// The data is larger than this package takes.
        package static let tooLarge = Code(name: "tooLarge")
        /// The numbers are of such sizes that no answer was found.
        package static let noConvergence = Code(name: "noConvergence")
    }

    /// What kind of fault it is.
    package let code: Code
    /// What is wrong, in one sentence.
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func mismatch(rows: Int, labels: Int) -> LabelledError {
        LabelledError(.wrongShape, "\(labels) labels are not one for each of \(rows) rows")
    }
}
