import Documents

/// Gathers the problems of one document; a fault in one place does not hide those in others.
struct ProblemList {
    let reader: DocumentReader
    private(set) var problems: [Problem] = []

    init(file: String, rule: PackageError.Rule) {
        reader = DocumentReader(file: file, rule: rule)
    }

    mutating func error(_ message: String, at node: Node? = nil, hint: String? = nil) {
        error(message, at: node?.position, hint: hint)
    }

    mutating func error(_ message: String, at position: SourcePosition?, hint: String? = nil) {
        problems.append(.error(reader.rule, message, file: reader.file, at: position, hint: hint))
    }

    mutating func warning(_ message: String, at node: Node? = nil, hint: String? = nil) {
        warning(message, at: node?.position, hint: hint)
    }

    mutating func warning(_ message: String, at position: SourcePosition?, hint: String? = nil) {
        problems.append(.warning(reader.rule, message, file: reader.file, at: position, hint: hint))
    }

    mutating func append(_ problem: Problem) {
        problems.append(problem)
    }

    /// Runs one of the throwing readers, which opening a package uses too, and notes what it throws.
    mutating func attempt<Value>(_ read: (DocumentReader) throws(PackageError) -> Value) -> Value? {
        do {
            return try read(reader)
        } catch {
            problems.append(Problem(error))
            return nil
        }
    }

    /// Looks for keys that nobody reads.
    ///
    /// A slip of a known key is an error. Any other is ours to refuse or the Python package's to ignore.
    mutating func keys(of node: Node?, in map: String, known: [String], isOurs: Bool = false) {
        for member in node?.members ?? [] where !known.contains(member.key) {
            let key = Printable(member.key)
            let what = map.isEmpty ? "there is no key '\(key)'" : "\(map) has no key '\(key)'"
            let hint = "known keys: " + known.joined(separator: ", ")
            if let meant = slip(of: member.key, among: known) {
                error(what + "; did you mean '\(meant)'?", at: member.position, hint: hint)
            } else if isOurs {
                error(what, at: member.position, hint: hint)
            } else {
                warning(what + "; it is kept and not used", at: member.position, hint: hint)
            }
        }
    }
}
