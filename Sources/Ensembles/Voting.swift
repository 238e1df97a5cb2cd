/// Majorities and means over members.
enum Voting {
    /// The element that comes most often; the smallest of those that come equally often.
    ///
    /// - Complexity: O(m log m).
    static func majority<Label: Comparable>(_ votes: [Label]) -> Label? {
        let sorted = votes.sorted()
        var best: (label: Label, count: Int)?
        var place = 0
        while place < sorted.count {
            var end = place + 1
            while end < sorted.count, sorted[end] == sorted[place] { end += 1 }
            // Ascending, so that a tie stays with the smaller.
            if end - place > best?.count ?? 0 { best = (sorted[place], end - place) }
            place = end
        }
        return best?.label
    }

    /// The place of the greatest number, the first in a tie; NaN is never the greatest.
    static func greatest(_ values: ArraySlice<Double>) -> Int {
        var best = values.startIndex
        for place in values.indices where values[place] > values[best] || values[best].isNaN { best = place }
        return best - values.startIndex
    }

    /// The sum of `count` numbers, by halves: its error grows with log m, and it is numpy's to the last bit.
    static func pairwiseSum(_ count: Int, _ value: (Int) -> Double) -> Double {
        pairwiseSum(0..<count, value)
    }

    private static func pairwiseSum(_ range: Range<Int>, _ value: (Int) -> Double) -> Double {
        guard range.count >= 8 else { return range.reduce(0) { $0 + value($1) } }
        guard range.count <= 128 else {
            let half = range.count / 2
            let middle = range.lowerBound + half - half % 8
            return pairwiseSum(range.lowerBound..<middle, value) + pairwiseSum(middle..<range.upperBound, value)
        }
        var sums = (0..<8).map { value(range.lowerBound + $0) }
        let whole = range.lowerBound + range.count / 8 * 8
        for start in stride(from: range.lowerBound + 8, to: whole, by: 8) {
            for place in 0..<8 { sums[place] += value(start + place) }
        }
        let sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
        return (whole..<range.upperBound).reduce(sum) { $0 + value($1) }
    }
}

/// A label that is a text, ordered by its bytes: comparing strings would normalise what a stranger wrote.
struct TextLabel: Comparable {
    let text: String

    static func == (left: TextLabel, right: TextLabel) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    static func < (left: TextLabel, right: TextLabel) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
