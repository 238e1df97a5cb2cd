/// Why an index was not built, or a search not done.
public struct SearchError: Error, Hashable, CustomStringConvertible, Sendable {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable {
        let name: String

        /// A candidate cannot stand in an index.
        public static let invalidCandidate = Code(name: "invalidCandidate")
        /// The query cannot be answered as it is.
        public static let invalidQuery = Code(name: "invalidQuery")
        /// An option has a value that no search can be done with.
        public static let invalidOption = Code(name: "invalidOption")
        /// A computation found no answer.
        public static let numerics = Code(name: "numerics")
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

/// Calls a computation and names its failure as one of a search.
func computed<Result, Failure: CustomStringConvertible>(
    _ body: () throws(Failure) -> Result
) throws(SearchError) -> Result {
    do throws(Failure) {
        return try body()
    } catch {
        throw SearchError(.numerics, error.description)
    }
}
