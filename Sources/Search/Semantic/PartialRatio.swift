/// How well a short text is found inside a longer one: rapidfuzz's `partial_ratio`.
///
/// 100 · 2 L / (m + w), where m is the length of the shorter text, w that of a stretch of the longer one, and L that of
/// their longest common subsequence; the largest over all stretches of m characters, and over shorter ones at either end.
/// Characters are Unicode scalars, as in Python. L is found by bit-parallel steps (Hyyrö, *Bit-parallel LCS-length
/// computation revisited*, 2004).
package struct PartialRatio: Sendable {
    private let needle: [Unicode.Scalar]

    /// - Parameter text: what is looked for, or looked into; the longer of the two is looked into.
    package init(_ text: String) {
        needle = Array(text.unicodeScalars)
    }

    /// - Parameters:
    ///   - text: the other text.
    ///   - cutoff: ratios below this need not be told apart; 0 stands for them.
    /// - Returns: from 0 to 100; 100 for two empty texts and 0 for one.
    /// - Complexity: O(m n ⌈m / 64⌉) at worst, less where characters alone show that a stretch is no better.
    package func ratio(to text: String, cutoff: Double = 0) -> Double {
        let other = Array(text.unicodeScalars)
        guard !needle.isEmpty, !other.isEmpty else { return needle.isEmpty && other.isEmpty ? 100 : 0 }
        var best = Best(cutoff: cutoff)
        let isShorter = needle.count <= other.count
        Self.search(isShorter ? needle : other, in: isShorter ? other : needle, &best)
        // Of two equally long texts either may be the one that is cut at its ends.
        if needle.count == other.count { Self.search(other, in: needle, &best) }
        return best.ratio
    }

    /// The largest ratio so far, from the cutoff on.
    private struct Best {
        private(set) var ratio = 0.0
        private let cutoff: Double

        init(cutoff: Double) { self.cutoff = cutoff }

        static func ratio(_ common: Int, _ total: Int) -> Double {
            100 * (1 - Double(total - 2 * common) / Double(total))
        }

        /// Whether so many common characters would be more than what is known.
        func isBeaten(by common: Int, of total: Int) -> Bool {
            let ratio = Self.ratio(common, total)
            return ratio > self.ratio && ratio >= cutoff
        }

        mutating func take(_ common: Int, of total: Int) {
            if isBeaten(by: common, of: total) { ratio = Self.ratio(common, total) }
        }
    }

    private static func search(_ needle: [Unicode.Scalar], in text: [Unicode.Scalar], _ best: inout Best) {
        let pattern = Pattern(needle)
        let places = text.map { pattern.place(of: $0) }
        searchEnd(pattern, places.prefix(needle.count - 1), &best)
        let turned = Pattern(needle.reversed())
        searchEnd(turned, text.suffix(needle.count - 1).reversed().map { turned.place(of: $0) }[...], &best)
        searchMiddle(pattern, places, &best)
    }

    /// Stretches from the first character on: one pass tells the common length of each.
    private static func searchEnd(_ pattern: Pattern, _ places: ArraySlice<Int>, _ best: inout Best) {
        var row = pattern.emptyRow
        for (index, place) in places.enumerated() {
            pattern.advance(&row, place)
            // A stretch that ends in a character that the needle has not is no better than the one before.
            if place != 0 { best.take(pattern.common(row), of: pattern.length + index + 1) }
        }
    }

    private static func searchMiddle(_ pattern: Pattern, _ places: [Int], _ best: inout Best) {
        let length = pattern.length
        // How many of the stretch's characters the needle has, each as often as both have it: L is no more.
        var counts = [Int](repeating: 0, count: pattern.counts.count)
        var shared = 0
        for (end, place) in places.enumerated() {
            if place != 0 {
                counts[place] += 1
                if counts[place] <= pattern.counts[place] { shared += 1 }
            }
            if end >= length, places[end - length] != 0 {
                let left = places[end - length]
                if counts[left] <= pattern.counts[left] { shared -= 1 }
                counts[left] -= 1
            }
            guard end >= length - 1, place != 0, best.isBeaten(by: shared, of: 2 * length) else { continue }
            var row = pattern.emptyRow
            for index in end - length + 1...end { pattern.advance(&row, places[index]) }
            best.take(pattern.common(row), of: 2 * length)
        }
    }
}

/// A text's characters as rows of bits.
private struct Pattern {
    let length: Int
    /// How often each character comes; the first is for all others.
    private(set) var counts = [0]
    private var indices: [Unicode.Scalar: Int] = [:]
    private let words: Int
    /// `words` for each character: where it stands.
    private var masks: [UInt64]

    init(_ text: [Unicode.Scalar]) {
        length = text.count
        words = (text.count + 63) / 64
        masks = [UInt64](repeating: 0, count: words)
        for (place, scalar) in text.enumerated() {
            let index: Int
            if let known = indices[scalar] {
                index = known
            } else {
                index = counts.count
                indices[scalar] = index
                counts.append(0)
                masks += [UInt64](repeating: 0, count: words)
            }
            counts[index] += 1
            masks[index * words + place / 64] |= 1 << UInt64(place % 64)
        }
    }

    /// A character's number; 0 when it does not come.
    func place(of scalar: Unicode.Scalar) -> Int { indices[scalar] ?? 0 }

    var emptyRow: [UInt64] { [UInt64](repeating: .max, count: words) }

    func advance(_ row: inout [UInt64], _ place: Int) {
        guard place != 0 else { return }
        var carry: UInt64 = 0
        for word in 0..<words {
            let matches = row[word] & masks[place * words + word]
            let (first, firstOverflow) = row[word].addingReportingOverflow(matches)
            let (sum, secondOverflow) = first.addingReportingOverflow(carry)
            carry = firstOverflow || secondOverflow ? 1 : 0
            row[word] = sum | (row[word] & ~matches)
        }
    }

    /// The length of the longest common subsequence: zeros among the pattern's bits.
    func common(_ row: [UInt64]) -> Int {
        var count = 0
        for (word, bits) in row.enumerated() {
            let used = min(64, length - 64 * word)
            let mask = used == 64 ? UInt64.max : (1 << UInt64(used)) - 1
            count += (~bits & mask).nonzeroBitCount
        }
        return count
    }
}
