internal import Documents
internal import SystemPackage

/// Which column of a file goes to which place of the rows that are delivered.
struct ColumnMatching {
    /// The delivered columns' names, or nil when the file does not name them.
    let names: [String]?
    /// For each column of the file, its place in a delivered row.
    let targets: [Int]

    /// Matches columns by name when both sides have names, by position otherwise.
    ///
    /// - Parameters:
    ///   - path: the file, for errors.
    ///   - line: the line of the names or of the first row, for errors.
    ///   - names: the file's own names, if it has any.
    ///   - count: the number of columns in the file.
    ///   - options: what is expected.
    /// - Throws: ``DataError`` that names each column that is missing, unknown or there twice.
    init(
        _ path: FilePath,
        line: Int? = nil,
        names: [String]?,
        count: Int,
        options: DataOptions
    ) throws(DataError) {
        if let names { try Self.validateUnique(names, path, line: line) }
        if let names, let expected = options.expectedColumns, Set(expected).count == expected.count {
            let places = Dictionary(uniqueKeysWithValues: zip(expected, expected.indices))
            let targets = names.compactMap { places[$0] }
            guard targets.count == names.count, names.count == expected.count else {
                throw Self.mismatch(found: names, expected: expected, path, line: line)
            }
            self.names = expected
            self.targets = targets
            return
        }
        if let wanted = options.expectedColumns?.count ?? options.expectedCount, wanted != count {
            throw Self.wrongCount(count, wanted: wanted, path, line: line)
        }
        self.names = names
        self.targets = Array(0..<count)
    }

    static func wrongCount(_ count: Int, wanted: Int, _ path: FilePath, line: Int? = nil) -> DataError {
        DataError(
            .invalid,
            path,
            line: line,
            reason: "it has \(count) column\(count == 1 ? "" : "s"), but the model takes \(wanted)",
            remedy: "give each row \(wanted) value\(wanted == 1 ? "" : "s")"
        )
    }

    private static func validateUnique(_ names: [String], _ path: FilePath, line: Int?) throws(DataError) {
        var seen: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            guard let earlier = seen.updateValue(place, forKey: name) else { continue }
            let columns = "columns \(earlier + 1) and \(place + 1)"
            throw DataError(
                .invalid,
                path,
                line: line,
                reason: name.isEmpty ? "\(columns) have no name" : "\(columns) are both named \(shown(name))",
                remedy: "give each column a name of its own"
            )
        }
    }

    private static func mismatch(
        found: [String],
        expected: [String],
        _ path: FilePath,
        line: Int?
    ) -> DataError {
        let missing = expected.filter(notIn: found)
        let unknown = found.filter(notIn: expected)
        var clauses: [String] = []
        if !missing.isEmpty {
            clauses.append("it lacks the column\(missing.count == 1 ? "" : "s") \(list(missing))")
        }
        if let first = unknown.first {
            let one = unknown.count == 1
            var clause = "the model does not know \(list(unknown))"
            if let nearest = NearestName.among(missing.isEmpty ? expected : missing, to: first) {
                clause +=
                    one ? " (did you mean \(shown(nearest))?)" : " (is \(shown(first)) meant to be \(shown(nearest))?)"
            }
            clauses.append(clause)
        }
        return DataError(
            .invalid,
            path,
            line: line,
            column: missing.isEmpty ? unknown.first.map { .name($0) } : nil,
            reason: clauses.joined(separator: ", and "),
            remedy: missing.isEmpty ? "remove or rename what is not known" : "name the columns as the model does"
        )
    }

    /// At most four names in quotes, and how many more there are.
    private static func list(_ names: [String]) -> String {
        let first = names.prefix(4).map { shown($0) }
        let rest = names.count - first.count
        if rest > 0 { return first.joined(separator: ", ") + " and \(rest) more" }
        guard let last = first.last, first.count > 1 else { return first.joined() }
        return first.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func shown(_ name: String) -> String {
        name.isEmpty ? "a column without a name" : "'\(Printable(name, limit: 60))'"
    }
}

extension [String] {
    fileprivate func filter(notIn others: [String]) -> [String] {
        let others = Set(others)
        return filter { !others.contains($0) }
    }
}
