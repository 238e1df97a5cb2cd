import Documents
import Search
import TestSupport
import Testing

@Suite("How well a text is found in another")
struct PartialRatioTests {
    @Test("Ratios are those of rapidfuzz")
    func recorded() throws {
        let cases = try Golden.json("partial_ratio_cases.json").array ?? []
        #expect(cases.count == 610)
        for one in cases {
            let (a, b) = (one["a"]?.string ?? "", one["b"]?.string ?? "")
            let expected = one["partial_ratio"]?.number ?? .nan
            #expect(abs(PartialRatio(a).ratio(to: b) - expected) < 1e-9, "\(a) in \(b)")
            #expect(abs(PartialRatio(b).ratio(to: a) - expected) < 1e-9, "\(b) in \(a)")
        }
    }

    @Test(
        "Odd texts",
        arguments: [
            ("", "", 100), ("", "a", 0), ("a", "", 0), ("a", "b", 0), ("a", "a", 100), ("ab", "ba", 200.0 / 3),
            ("laernwaer", "learnware_0", 82.35294117647058), ("aab", "baa", 80), ("数据", "手写数据集", 100),
            // Scalars, as in Python: two of an e with an accent that is a scalar of its own.
            ("e\u{301}", "é", 0), ("e\u{301}", "e", 100),
        ] as [(String, String, Double)]
    )
    func odd(a: String, b: String, expected: Double) {
        #expect(abs(PartialRatio(a).ratio(to: b) - expected) < 1e-9)
    }

    /// The longest common subsequence by its definition, over all stretches.
    private func naive(_ a: [Character], _ b: [Character]) -> Double {
        func common(_ a: ArraySlice<Character>, _ b: ArraySlice<Character>) -> Int {
            var row = [Int](repeating: 0, count: b.count + 1)
            for x in a {
                var diagonal = 0
                for (place, y) in b.enumerated() {
                    let above = row[place + 1]
                    row[place + 1] = x == y ? diagonal + 1 : max(above, row[place])
                    diagonal = above
                }
            }
            return row[b.count]
        }
        if a.isEmpty || b.isEmpty { return a.isEmpty && b.isEmpty ? 100 : 0 }
        if a.count > b.count { return naive(b, a) }
        var best = 0.0
        func take(_ needle: [Character], _ text: [Character]) {
            for start in 0..<text.count {
                for end in start + 1...text.count where end - start <= needle.count {
                    guard end - start == needle.count || start == 0 || end == text.count else { continue }
                    let ratio =
                        200 * Double(common(needle[...], text[start..<end])) / Double(needle.count + end - start)
                    best = max(best, ratio)
                }
            }
        }
        take(a, b)
        if a.count == b.count { take(b, a) }
        return best
    }

    @Test("Ratios are those of the definition, whatever the lengths, and cutoffs hide nothing above them")
    func random() {
        var random = SeededGenerator(seed: 11)
        for round in 0..<(Checkout.isSoak ? 4000 : 400) {
            let letters = Array("abcde ").prefix(2 + round % 5)
            func text(_ most: Int) -> [Character] {
                (0..<Int.random(in: 0...most, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
            }
            let (a, b) = (text(round % 10 == 0 ? 90 : 12), text(round % 10 == 0 ? 140 : 30))
            let expected = naive(a, b)
            let ratio = PartialRatio(String(a))
            #expect(abs(ratio.ratio(to: String(b)) - expected) < 1e-9, "\(String(a)) in \(String(b))")
            let cut = ratio.ratio(to: String(b), cutoff: 75)
            #expect(expected < 74.999 ? cut == 0 : abs(cut - expected) < 1e-9 || expected < 75.001)
        }
    }
}
