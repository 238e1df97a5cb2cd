/// One Python package that a learnware wants installed.
///
/// The parts come from a strict parser of PEP 508 and PEP 440, so ``canonicalText`` holds nothing but what they
/// allow, and is safe to hand to an installer as a line of a requirements file.
public struct Requirement: Hashable, Sendable {
    /// The name as the package spells it.
    public let name: String
    /// The extras, normalised and sorted.
    public let extras: [String]
    /// The version clauses, such as `>=1.2,<2`; empty for any version.
    public let specifier: String
    /// The environment marker, rebuilt from its parts.
    public let marker: String?
    /// Accepted file hashes, such as `sha256:…`.
    public let hashes: [String]
    /// The line in its file, counted from 1.
    public let line: Int
    /// The line as the package spells it; foreign text.
    public let text: String

    /// The name in the one form that all spellings share (PEP 503).
    public var normalizedName: String { Self.normalized(name) }

    /// The requirement rebuilt from its parts: `name[extras]specifier ; marker`.
    public var canonicalText: String {
        let extras = extras.isEmpty ? "" : "[" + extras.joined(separator: ",") + "]"
        return normalizedName + extras + specifier + (marker.map { " ; " + $0 } ?? "")
    }

    /// The same, with the hashes of another source.
    func with(hashes: [String]) -> Requirement {
        Requirement(
            name: name,
            extras: extras,
            specifier: specifier,
            marker: marker,
            hashes: hashes,
            line: line,
            text: text
        )
    }

    package static func normalized(_ name: String) -> String {
        name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    }
}
