// Builds an index of specifications and searches it, and says how long that took:
//
//     echo 1000 100 10 4 5 greedy 4 numbers.bin | find
//
// Each line of input is `COUNT POINTS COLUMNS QUERIES CALLS none|greedy|auto RECALL FILE`. The file holds rows of 64-bit
// floating-point numbers: POINTS for each of COUNT specifications, and then as many for each query, every row of a
// specification with the same weight. Each query is asked CALLS times, and of the first RECALL of them (0 for none) the
// ten nearest are compared with those of an exact search, and the distance of the mixture too, as a ratio.
// `Benchmarks/search` compares what it prints.
import Foundation
import Numerics
import Search
import Specifications

let clock = ContinuousClock()

/// Some work, and the milliseconds that it took.
func timed<Result>(_ work: () throws -> Result) rethrows -> (Result, Double) {
    let begin = clock.now
    let result = try work()
    return (result, (clock.now - begin) / .milliseconds(1))
}

/// Every specification of a file of raw numbers, each made and handed on before the next.
struct Specifications: Sequence, IteratorProtocol {
    let data: Data
    let points: Int
    let columns: Int
    var place: Int
    let end: Int

    mutating func next() -> RKMETableSpecification? {
        guard place < end else { return nil }
        let start = 8 * place * points * columns
        place += 1
        let elements = data.withUnsafeBytes { bytes in
            (0..<points * columns).map { bytes.loadUnaligned(fromByteOffset: start + 8 * $0, as: Double.self) }
        }
        var options = RKMETableOptions()
        options.reduces = false
        return (try? Matrix(rows: points, columns: columns, elements: elements)).flatMap {
            try? RKMETableSpecification(fitting: $0, options: options)
        }
    }
}

func search(_ words: [String]) throws {
    let numbers = words.map { Int($0) ?? 0 }
    let (count, points, columns, queries) = (numbers[0], numbers[1], numbers[2], numbers[3])
    let data = try Data(contentsOf: URL(fileURLWithPath: words[7]), options: .mappedIfSafe)
    guard data.count >= 8 * (count + queries) * points * columns else { throw CocoaError(.fileReadCorruptFile) }
    func specifications(_ range: Range<Int>) -> Specifications {
        Specifications(data: data, points: points, columns: columns, place: range.lowerBound, end: range.upperBound)
    }
    let candidates = try specifications(0..<count).enumerated().map { place, specification in
        try SearchCandidate(id: "\(100_000_000 + place)", semantic: nil, statistical: specification)
    }
    let (index, building) = try timed { try SearchIndex(candidates) }
    var options = SearchOptions()
    options.mixture = SearchOptions.MixtureMethod(rawValue: words[5])
    var (times, exactTimes, hits, asked) = ([Double](), [Double](), 0, 0)
    var (nearest, mixtures, excess) = ([Double](), [String](), [Double]())
    for (place, specification) in specifications(count..<count + queries).enumerated() {
        let query = try SearchQuery(statistical: specification)
        var answer = SearchAnswer()
        for _ in 0..<numbers[4] {
            let (found, milliseconds) = try timed { try index.search(query, options: options) }
            times.append(milliseconds)
            answer = found
        }
        nearest.append(answer.singles.first?.squaredDistance ?? -1)
        let members = (answer.mixture?.members ?? []).map { "[\($0.id), \($0.weight)]" }.joined(separator: ", ")
        mixtures.append("{\"distance\": \(answer.mixture?.squaredDistance ?? -1), \"members\": [\(members)]}")
        guard place < numbers[6] else { continue }
        var exact = options
        exact.isExact = true
        let (reference, milliseconds) = try timed { try index.search(query, options: exact) }
        exactTimes.append(milliseconds)
        if let distance = reference.mixture?.squaredDistance, distance > 0 {
            excess.append((answer.mixture?.squaredDistance ?? nearest[place]) / distance)
        }
        hits += Set(reference.singles.map(\.id)).intersection(answer.singles.map(\.id)).count
        asked += reference.singles.count
    }
    let recall = asked > 0 ? Double(hits) / Double(asked) : -1
    print(
        """
        {"milliseconds": \(times), "exact": \(exactTimes), "building": \(building), "recall": \(recall), "excess": \(excess), \
        "nearest": \(nearest), "mixtures": [\(mixtures.joined(separator: ", "))]}
        """
    )
}

while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    if words.count == 8 {
        try search(words)
    } else {
        print("{\"error\": \"COUNT POINTS COLUMNS QUERIES CALLS none|greedy|auto RECALL FILE\"}")
    }
    fflush(nil)
}
