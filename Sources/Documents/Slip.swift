/// The candidate with the fewest changed letters, when it is near enough to be a slip.
package func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let wanted = Array(word.lowercased().unicodeScalars)
    let ranked = candidates.map { ($0, SlipDistance(wanted, Array($0.lowercased().unicodeScalars))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1.changes <= max(2, best.0.count / 3) else { return nil }
    return best.0
}

/// The candidate that a word is most likely a slip of: another case or separator, or few letters wrong.
///
/// Stricter than ``nearest(to:among:)``, because a word that is no slip may be somebody's own.
///
/// - Complexity: O(c · l²) for c candidates and words of at most 64 letters.
package func slip(of word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let wanted = folded(word)
    var best: (name: String, distance: SlipDistance)?
    for candidate in candidates {
        let letters = folded(candidate)
        let distance = SlipDistance(wanted, letters)
        guard distance.changes <= max(1, letters.count / 4), letters.count > 2 || distance.changes == 0 else {
            continue
        }
        if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.name
}

private func folded(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
}

/// How far a word is from another: first by the letters changed, then by whether they have the same letters.
///
/// So `FP46` is nearer to `FP64`, with two letters swapped, than to `FP16`, with one replaced.
struct SlipDistance: Comparable {
    let changes: Int
    private let hasOtherLetters: Bool

    init(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) {
        changes = distance(left, right)
        hasOtherLetters = left.sorted() != right.sorted()
    }

    static func < (left: SlipDistance, right: SlipDistance) -> Bool {
        left.changes != right.changes ? left.changes < right.changes : !left.hasOtherLetters && right.hasOtherLetters
    }
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
private func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var before: [Int] = []
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
        var next = [i + 1]
        for (j, other) in right.enumerated() {
            var cost = min(row[j + 1] + 1, next[j] + 1, row[j] + (letter == other ? 0 : 1))
            if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other { cost = min(cost, before[j - 1] + 1) }
            next.append(cost)
        }
        before = row
        row = next
    }
    return row[right.count]
}
