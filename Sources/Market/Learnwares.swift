/// Where a version stands.
public enum VersionState: String, Hashable, Sendable, CaseIterable {
    /// It has not been checked yet.
    case waiting
    /// A worker checks it.
    case checking
    /// It does what it says, and can be found.
    case usable
    /// A check failed; the report says why.
    case unusable
}

/// A learnware of a market as a list shows it.
public struct LearnwareEntry: Hashable, Sendable {
    /// Never given to another, also when this one is gone.
    public let id: String
    /// True when nobody is to find it any more.
    public let isWithdrawn: Bool
    /// What its newest version is.
    public let newest: Version
}

/// One version of a learnware.
public struct Version: Hashable, Sendable {
    /// From 1 on.
    public let number: Int
    /// Seconds since 1970.
    public let added: Int
    /// The content digest of its package.
    public let digest: String
    /// Bytes of its zip.
    public let size: Int
    /// Its name, as its semantic specification has it: foreign text.
    public let name: String
    /// Where it stands.
    public let state: VersionState
    /// The class of its statistical specification; nil when it has none.
    public let specificationType: String?
    /// Who checked it: the checker's version and what it checked with; nil when nobody did.
    public let checker: String?
}

/// A version with all that the database has of it.
public struct VersionDetails: Sendable {
    /// What a list shows.
    public let version: Version
    /// The semantic specification, JSON.
    public let semantic: String
    /// The statistical specification, JSON.
    public let specification: String?
    /// The report of its check, JSON; nil when there was none.
    public let report: String?
}

/// A version of a learnware, by name.
public struct VersionKey: Hashable, Sendable, CustomStringConvertible {
    /// The learnware.
    public let id: String
    /// The version's number.
    public let number: Int

    /// - Parameters:
    ///   - id: the learnware.
    ///   - number: the version's number.
    public init(id: String, number: Int) {
        self.id = id
        self.number = number
    }

    /// Such as `00000012 version 3`.
    public var description: String { "\(id) version \(number)" }
}
