/// A line that is never handed to an installer.
public struct RefusedLine: Hashable, Sendable {
    /// The line in its file, counted from 1.
    public let line: Int
    /// The line as the package spells it; foreign text.
    public let text: String
    /// Why it is refused, one clause.
    public let reason: String
}

/// The lines of a requirements file, sorted by what may be done with them.
public struct RequirementList: Hashable, Sendable {
    /// What is to be installed.
    public internal(set) var lines: [Requirement] = []
    /// What is never installed.
    public internal(set) var refused: [RefusedLine] = []
    /// True when `learnware` itself was asked for; the runner provides it, so it is not among the lines.
    public internal(set) var skipsLearnware = false

    mutating func append(_ requirement: Requirement) {
        if requirement.normalizedName == "learnware" {
            skipsLearnware = true
        } else {
            lines.append(requirement)
        }
    }
}
