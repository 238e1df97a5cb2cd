/// Finds the name that a person may have meant.
enum NearestName {
    /// Longer names are cut, and more candidates not looked at: names come from strangers.
    private static let maximumLength = 64
    private static let maximumCandidates = 1000

    /// - Returns: the candidate nearest to `name`, or nil when none is near.
    /// - Complexity: O(c · l²) for c candidates of l characters, both bounded.
    static func among(_ candidates: [String], to name: String) -> String? {
        let wanted = key(name)
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(maximumCandidates) {
            let other = key(candidate)
            let distance = distance(wanted, other)
            guard distance <= max(wanted.count, other.count) / 3 else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Letters and digits in lower case, so that `Sepal Length` is as good as `sepal_length`.
    private static func key(_ name: String) -> [Character] {
        Array(name.lowercased().prefix(maximumLength).filter { $0.isLetter || $0.isNumber })
    }

    /// Levenshtein's distance.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (place, character) in one.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in other.indices {
                let substituted = diagonal + (character == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
