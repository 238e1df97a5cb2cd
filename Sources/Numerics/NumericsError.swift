/// Why a computation was refused.
public struct NumericsError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable {
        let name: String

        /// The shapes of the arguments do not fit together.
        public static let wrongShape = Code(name: "wrongShape")
        /// An argument is not a number that the computation can start from.
        public static let invalidArgument = Code(name: "invalidArgument")
        /// LAPACK found no answer.
        public static let noConvergence = Code(name: "noConvergence")
    }

    /// What kind of fault it is.
    public let code: Code
    /// What is wrong, in one sentence.
    public let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
