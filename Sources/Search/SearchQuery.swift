public import Specifications

/// What is looked for: words, data, or both.
public struct SearchQuery: Sendable {
    /// What a learnware must be for.
    public var semantic: SemanticQuery
    /// The user's data, specified; nil for a search by words alone.
    package var statistical: AnySpecification?

    /// - Parameters:
    ///   - semantic: what a learnware must be for; asks for nothing by default.
    ///   - statistical: the user's data, specified: of a table, of images or of texts.
    /// - Throws: ``SearchError`` when the statistical specification is of a type that is not known here.
    public init(
        semantic: SemanticQuery = SemanticQuery(),
        statistical: (any StatisticalSpecification)?
    ) throws(SearchError) {
        self.semantic = semantic
        self.statistical = try statistical.map(AnySpecification.init(known:))
    }

    /// - Parameters:
    ///   - semantic: what a learnware must be for.
    ///   - specification: the user's data, specified.
    package init(semantic: SemanticQuery = SemanticQuery(), specification: AnySpecification? = nil) {
        self.semantic = semantic
        statistical = specification
    }
}

/// How a search is done.
public struct SearchOptions: Sendable {
    /// The most single learnwares in an answer.
    public var limit = 10
    /// How mixtures are looked for; nil for none.
    public var mixture: MixtureMethod? = .greedy
    /// The most learnwares in a mixture.
    public var mixtureSize = 5
    /// Whether results and scores are those of the Python package.
    public var isCompatible = false
    /// Whether all distances are computed in full, however many there are.
    public var isExact = false
    /// How many threads share the work; nil for one a core.
    public var threads: Int?

    /// How mixtures are looked for.
    public enum MixtureMethod: String, Sendable, Hashable, CaseIterable {
        /// One learnware after another, each the one that helps most.
        case greedy
        /// From the best weights of all learnwares together, and never worse than `greedy`.
        case auto
    }

    /// A partial ratio from here on is a find; 75, as in the Python package.
    public static let fuzziness = 75.0
    /// The most learnwares that a mixture may have.
    public static let largestMixture = 32
    /// More single learnwares than this are not answered.
    public static let largestLimit = 100_000

    /// The defaults.
    public init() {}

    func validate() throws(SearchError) {
        guard (1...Self.largestLimit).contains(limit) else {
            throw SearchError(.invalidOption, "the limit is \(limit); it must be from 1 to \(Self.largestLimit)")
        }
        guard (1...Self.largestMixture).contains(mixtureSize) else {
            throw SearchError(
                .invalidOption,
                "a mixture of at most \(mixtureSize); it must be from 1 to \(Self.largestMixture)"
            )
        }
    }
}
