/// What a search found.
public struct SearchAnswer: Sendable, Equatable {
    /// Single learnwares, the best first; of equals the one whose identifier comes first.
    public var singles: [Hit] = []
    /// Learnwares that together are nearer to the user's data than any alone; nil when there are none.
    public var mixture: Mixture?
    /// Who was not compared, and why.
    public var leftOut: [LeftOut] = []

    /// An answer that holds nothing.
    public init() {}

    /// A learnware that was found.
    public struct Hit: Sendable, Equatable {
        /// The learnware.
        public var id: String
        /// The squared MMD to the user's data; nil for a search by words.
        public var squaredDistance: Double?
        /// The share of the user's embedding that the learnware's explains; nil for a search by words.
        ///
        /// max(0, 1 − d² / ⟨u, u⟩): 1 for the same data, 0 for no better than nothing, and the same in every query.
        public var score: Double?
        /// The Python package's score, which depends on what else was found; nil unless asked for.
        public var relativeScore: Double?
        /// How well its name and description answer the words, from 0 to 1; nil when no words were asked for.
        public var relevance: Double?
        /// The share of the user's data that it covers: where its embedding is at least half the user's own.
        public var coverage: Double?
    }

    /// Learnwares with weights.
    public struct Mixture: Sendable, Equatable {
        /// In the order in which they were chosen.
        public var members: [Member]
        /// The squared MMD of the weighted sum to the user's data.
        public var squaredDistance: Double
        /// See ``Hit/score``.
        public var score: Double
        /// See ``Hit/relativeScore``.
        public var relativeScore: Double?
        /// See ``Hit/coverage``.
        public var coverage: Double?
    }

    /// One learnware of a mixture.
    public struct Member: Sendable, Equatable {
        /// The learnware.
        public var id: String
        /// Its part of the mixture; all sum to 1.
        public var weight: Double
        /// The share of the user's data around which it contributes more than every other member.
        ///
        /// Nil in compatible searches, which explain nothing, as ``loss`` is.
        public var share: Double?
        /// What the squared distance grows by without it, when the others' weights are set again.
        public var loss: Double?
        /// The distance of it alone.
        public var squaredDistance: Double
    }

    /// Learnwares that were not compared.
    public struct LeftOut: Sendable, Equatable, CustomStringConvertible {
        /// How many.
        public var count: Int
        /// Why, as the end of a sentence that begins with their number.
        public var reason: String

        /// One sentence.
        public var description: String {
            "\(count) \(count == 1 ? "learnware was" : "learnwares were") left out: \(reason)"
        }
    }
}
