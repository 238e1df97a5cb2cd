internal import Documents
internal import SystemPackage

/// Which column of a file goes to which place of the rows that are delivered.
struct ColumnMatching {
    /// The delivered columns' names, or nil when the file does not name them.
    let names: [String]?
    /// How many columns are delivered.
    let count: Int
    /// For each column of the file, its place in a delivered row; nil for a column that was not asked for.
    let targets: [Int?]

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
        let chosen = try Self.chosen(names, count: count, options: options, path, line: line)
        let delivered = try Self.delivered(chosen, names, options: options, path, line: line)
        var targets = [Int?](repeating: nil, count: count)
        for (place, column) in delivered.columns.enumerated() { targets[column] = place }
        var labels = delivered.names
        var width = delivered.columns.count
        if let target = options.target, let place = names?.firstIndex(of: target) {
            targets[place] = width
            labels?.append(target)
            width += 1
        }
        self.names = labels
        self.count = width
        self.targets = targets
    }

    /// A delivered column as messages name it.
    func column(_ place: Int) -> DataError.Column {
        names.map { .name($0[place]) } ?? .index(place + 1)
    }

    /// The places in the file of the columns that the person asked for; all but the target when none are named.
    private static func chosen(
        _ names: [String]?,
        count: Int,
        options: DataOptions,
        _ path: FilePath,
        line: Int?
    ) throws(DataError) -> [Int] {
        let asked = (options.selection ?? []) + (options.target.map { [$0] } ?? [])
        guard !asked.isEmpty else { return Array(0..<count) }
        guard let names else {
            throw DataError(
                .invalid,
                path,
                line: line,
                reason: "its columns have no names, so \(shown(asked[0])) cannot be found",
                remedy: "give it a first line with names, and say --header yes"
            )
        }
        var places: [Int] = []
        for name in asked {
            guard let place = names.firstIndex(of: name) else {
                let near = NearestName.among(names, to: name).map { " (did you mean \(shown($0))?)" } ?? ""
                throw DataError(
                    .invalid,
                    path,
                    line: line,
                    reason: "it has no column \(shown(name))\(near)",
                    remedy: "its columns are \(list(names))"
                )
            }
            places.append(place)
        }
        guard let target = options.target, let targetPlace = places.popLast() else { return places }
        guard options.selection != nil else { return (0..<count).filter { $0 != targetPlace } }
        guard !places.contains(targetPlace) else {
            throw DataError(
                .invalid,
                path,
                line: line,
                column: .name(target),
                reason: "it is both a column to learn from and the one to learn",
                remedy: "leave it out of --columns"
            )
        }
        return places
    }

    /// The chosen columns in the order in which the model wants them.
    private static func delivered(
        _ chosen: [Int],
        _ names: [String]?,
        options: DataOptions,
        _ path: FilePath,
        line: Int?
    ) throws(DataError) -> (columns: [Int], names: [String]?) {
        let chosenNames = names.map { all in chosen.map { all[$0] } }
        if let found = chosenNames, let expected = options.expectedColumns, Set(expected).count == expected.count {
            let places = Dictionary(zip(found, chosen)) { first, _ in first }
            let columns = expected.compactMap { places[$0] }
            if columns.count == expected.count, found.count == expected.count { return (columns, expected) }
            // Columns that the person has named one by one, all with names of their own, are meant in that order.
            guard options.selection != nil, columns.isEmpty, found.count == expected.count else {
                throw mismatch(found: found, expected: expected, path, line: line)
            }
            return (chosen, expected)
        }
        if let wanted = options.expectedColumns?.count ?? options.expectedCount, wanted != chosen.count {
            throw wrongCount(chosen.count, wanted: wanted, path, line: line)
        }
        return (chosen, chosenNames)
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
