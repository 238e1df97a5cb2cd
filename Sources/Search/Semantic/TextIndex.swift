import Numerics

/// Which words stand in which names and descriptions, for ranking them by words.
///
/// Each word of a query counts by its rarity, ln(1 + (N − n + ½) / (n + ½)), times how much of a learnware it is,
/// t / (t + 1.2), where t is how often it stands there, a name's word three times a description's, each divided by
/// ¼ + ¾ of the field's length against the mean one: Okapi BM25 over fields (Robertson, Zaragoza and Taylor, *Simple
/// BM25 extension to multiple weighted fields*, 2004). A word also counts where it begins a longer one. Divided by the sum
/// of the rarities, that is a relevance from 0 to 1.
struct TextIndex: Sendable {
    private static let saturation = 1.2
    private static let lengthShare = 0.75
    private static let nameWeight = 3.0

    private struct Posting: Sendable {
        var place: Int32
        /// Already weighted and divided by lengths.
        var frequency: Float
    }

    private let count: Int
    /// In the order of their bytes.
    private let vocabulary: [[UInt8]]
    private let postings: [[Posting]]

    init(_ entries: [SemanticEntry]) {
        count = entries.count
        let fields = entries.map { (Self.words($0.lowerName), Self.words($0.lowerDescription)) }
        let total = fields.reduce(into: (names: 0, descriptions: 0)) { sum, field in
            sum.names += field.0.count
            sum.descriptions += field.1.count
        }
        var numbers: [[UInt8]: Int] = [:]
        var lists: [[Posting]] = []
        for (place, (name, description)) in fields.enumerated() {
            for (words, weight, all) in [
                (name, Self.nameWeight, total.names), (description, 1, total.descriptions),
            ] where !words.isEmpty {
                let mean = Double(all) / Double(fields.count)
                let share = 1 - Self.lengthShare + Self.lengthShare * Double(words.count) / mean
                let frequency = Float(weight / share)
                for word in words {
                    let number = numbers[word] ?? lists.count
                    if number == lists.count {
                        numbers[word] = number
                        lists.append([])
                    }
                    let last = lists[number].count - 1
                    if last >= 0, lists[number][last].place == Int32(place) {
                        lists[number][last].frequency += frequency
                    } else {
                        lists[number].append(Posting(place: Int32(place), frequency: frequency))
                    }
                }
            }
        }
        let sorted = numbers.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        vocabulary = sorted.map(\.key)
        postings = sorted.map { lists[$0.value] }
    }

    /// How well each learnware answers a text's words, from 0 to 1.
    func relevances(_ text: String) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        var ideal = 0.0
        var seen = Set<[UInt8]>()
        for word in Self.words(Array(text.lowercased().utf8)) where seen.insert(word).inserted {
            var frequencies: [Int32: Double] = [:]
            for place in places(beginningWith: word) {
                for posting in postings[place] { frequencies[posting.place, default: 0] += Double(posting.frequency) }
            }
            let (all, own) = (Double(count), Double(frequencies.count))
            let rarity = Logarithm.of(1 + (all - own + 0.5) / (own + 0.5))
            ideal += rarity
            for (place, frequency) in frequencies {
                sums[Int(place)] += rarity * frequency / (frequency + Self.saturation)
            }
        }
        return ideal > 0 ? sums.map { $0 / ideal } : sums
    }

    private func places(beginningWith word: [UInt8]) -> Range<Int> {
        let start = vocabulary.partition { !$0.lexicographicallyPrecedes(word) }
        let end = vocabulary[start...].partition { !$0.starts(with: word) }
        return start..<end
    }

    /// Runs of letters and digits of a text in lower case; each character of a script without spaces by itself.
    static func words(_ text: [UInt8]) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty { words.append(word) }
            word = []
        }
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let properties = scalar.properties
            guard properties.isAlphabetic || properties.numericType != nil else {
                end()
                continue
            }
            let isAlone = properties.isIdeographic
            if isAlone { end() }
            word += Array(String(scalar).utf8)
            if isAlone { end() }
        }
        end()
        return words
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first place where a condition holds that holds for all after it; the end where there is none.
    fileprivate func partition(_ holds: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
