package import Documents

/// One thing that is wrong or odd about a package, and where.
public struct Problem: Hashable, Sendable {
    /// Whether the package can be packed with it.
    public enum Severity: String, Sendable {
        /// It cannot.
        case error
        /// It can, but somebody should look.
        case warning
    }

    /// Whether the package can be packed with it.
    public let severity: Severity
    /// The rule that is broken.
    public let rule: PackageError.Rule
    /// The file inside the package, as the package spells it; nil for the package as a whole.
    public let file: String?
    /// The line in the file, counted from 1.
    public let line: Int?
    /// The column in bytes, counted from 1.
    public let column: Int?
    /// One sentence without the place; foreign words in it are printable.
    public let message: String
    /// What to do about it.
    public let hint: String?
}

extension Problem {
    package static func error(
        _ rule: PackageError.Rule,
        _ message: String,
        file: String? = nil,
        at position: SourcePosition? = nil,
        line: Int? = nil,
        hint: String? = nil
    ) -> Problem {
        Problem(.error, rule, message, file: file, at: position, line: line, hint: hint)
    }

    package static func warning(
        _ rule: PackageError.Rule,
        _ message: String,
        file: String? = nil,
        at position: SourcePosition? = nil,
        line: Int? = nil,
        hint: String? = nil
    ) -> Problem {
        Problem(.warning, rule, message, file: file, at: position, line: line, hint: hint)
    }

    init(
        _ severity: Severity,
        _ rule: PackageError.Rule,
        _ message: String,
        file: String?,
        at position: SourcePosition?,
        line: Int? = nil,
        hint: String?
    ) {
        self.severity = severity
        self.rule = rule
        self.file = file
        self.line = position?.line ?? line
        self.column = position?.column
        self.message = message
        self.hint = hint
    }

    /// A refusal as one of many; its message loses the place, which is shown in another way here.
    init(_ refusal: PackageError) {
        var message = refusal.message
        if let file = refusal.entry {
            let place = DocumentReader.place(file, refusal.position)
            if message.hasPrefix(place) { message.removeFirst(place.count) }
        }
        self.init(.error, refusal.rule, message, file: refusal.entry, at: refusal.position, hint: refusal.hint)
    }

    /// Where it is, such as `learnware.yaml:7:3`; nil for the package as a whole.
    public var place: String? {
        guard let file else { return nil }
        return ([Printable(file).description] + [line, column].compactMap { $0.map(String.init) }).joined(
            separator: ":"
        )
    }

    /// Place and message, where it is plain which severity is meant.
    public var sentence: String { (place.map { $0 + ": " } ?? "") + message }

    /// The problem as a refusal, for callers that take one.
    var refusal: PackageError {
        let position = line.map { SourcePosition(line: $0, column: column ?? 1) }
        return PackageError(rule, sentence, entry: file, hint: hint, at: position)
    }
}

extension Problem: CustomStringConvertible {
    /// One line as compilers write it: `learnware.yaml:7:3: error: model has no key 'clas_name'`.
    public var description: String {
        (place.map { $0 + ": " } ?? "") + "\(severity.rawValue): \(message)"
    }
}

/// Everything that was found wrong or odd, in one go.
public struct Validation: Hashable, Sendable {
    /// By file, line and column, in the order in which the files are read.
    public let problems: [Problem]

    /// What keeps the package from being packed.
    public var errors: [Problem] { problems.filter { $0.severity == .error } }
    /// What does not.
    public var warnings: [Problem] { problems.filter { $0.severity == .warning } }

    init(_ problems: [Problem]) {
        // Files in the order in which they were looked at; inside a file, by line and column.
        var ranks: [String?: Int] = [:]
        for problem in problems where ranks[problem.file] == nil { ranks[problem.file] = ranks.count }
        let ordered = problems.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            let keys = [
                (ranks[one.file] ?? 0, ranks[other.file] ?? 0), (one.line ?? 0, other.line ?? 0),
                (one.column ?? 0, other.column ?? 0), (left.offset, right.offset),
            ]
            return keys.first { $0.0 != $0.1 }.map { $0.0 < $0.1 } ?? false
        }
        self.problems = ordered.map(\.element)
    }
}
