/// What a user asks of a learnware's words: its tags, and texts in its name and description.
public struct SemanticQuery: Sendable, Equatable {
    /// What each key must hold.
    public var filters: [Filter]
    /// A text to be found in name or description, in lower case, and if nothing holds it, nearly so.
    public var name: String
    /// A text to be found in name or description; only ``Matching/exact`` looks at it, as in the Python package.
    public var description: String
    /// Words of which at least one must be in name or description; those with more and rarer ones come first.
    public var words: String
    /// A part of the identifier; all of it for ``Matching/exact``.
    public var id: String
    /// How texts are compared.
    public var matching: Matching
    /// What becomes of a learnware that lacks a key of the filters.
    public var missingKeys: MissingKeys

    /// Values of one key, any of which will do.
    public struct Filter: Sendable, Hashable {
        /// The key, such as `Task`.
        public var key: String
        /// What kind of values it has.
        public var kind: Kind
        /// Any of these.
        public var values: [String]

        /// - Parameters:
        ///   - key: the key, such as `Task`.
        ///   - kind: what kind of values it has.
        ///   - values: any of these will do; none asks for nothing.
        public init(_ key: String, _ kind: Kind = .tag, anyOf values: [String]) {
            self.key = key
            self.kind = kind
            self.values = values
        }
    }

    /// The kinds of values that keys have.
    public enum Kind: String, Sendable, Hashable {
        /// One value.
        case single = "Class"
        /// One value, or none (version 0.4); ``Matching/exact`` looks at no such key.
        case optional = "Optional"
        /// Some values.
        case tag = "Tag"
    }

    /// How texts are compared.
    public enum Matching: Sendable, Hashable {
        /// As a part of the text, and if nobody's text has it, by ``SearchOptions/fuzziness``.
        case fuzzy
        /// As a part of the text; missing keys never matter.
        case exact
    }

    /// What becomes of a learnware that lacks a key of the filters.
    public enum MissingKeys: Sendable, Hashable {
        /// It is left out, unless the values include `Others`: the Python package from 0.4 on.
        case fail
        /// The key is not asked for: the Python package up to 0.3.
        case ignore
    }

    /// Asks for nothing.
    public init() {
        filters = []
        (name, description, words, id) = ("", "", "", "")
        matching = .fuzzy
        missingKeys = .fail
    }

    /// Longer texts are not looked for.
    public static let longestText = 1024

    func validate() throws(SearchError) {
        for (label, text) in [("name", name), ("description", description), ("words", words), ("id", id)]
        where text.unicodeScalars.count > Self.longestText {
            throw SearchError(
                .invalidQuery,
                "the query's \(label) has \(text.unicodeScalars.count) characters; at most \(Self.longestText) are "
                    + "looked for"
            )
        }
    }
}
