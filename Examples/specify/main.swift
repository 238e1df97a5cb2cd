// Fits specifications and compares them, and says how long each call took:
//
//     echo fit 1000 10 3 best numbers.bin stat.json | specify
//     echo search 1000 100 10 5 numbers.bin | specify
//
// Each line of input asks for one thing: `fit ROWS COLUMNS CALLS best|compatible FILE OUTPUT [POINTS]`, `search COUNT
// POINTS COLUMNS CALLS FILE`, whose first specification is compared with all, or what Images.swift has. A file holds rows
// of 64-bit floating-point numbers. `Benchmarks/specifications` compares what it prints.
import Foundation
import Numerics
import Specifications
import SystemPackage

let clock = ContinuousClock()

/// The rows of a file of raw numbers.
func rows(_ path: String, _ count: Int, _ columns: Int) throws -> Matrix<Double> {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    let elements = data.withUnsafeBytes { bytes in
        (0..<min(count * columns, bytes.count / 8)).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
    return try Matrix(rows: count, columns: columns, elements: elements)
}

/// Does some work as often as wished, and gives the milliseconds of each time.
func timed<Result>(_ calls: Int, _ work: () throws -> Result) rethrows -> (last: Result, times: [Double]) {
    var times: [Double] = []
    var begin = clock.now
    var last = try work()
    times.append((clock.now - begin) / .milliseconds(1))
    for _ in 1..<max(1, calls) {
        begin = clock.now
        last = try work()
        times.append((clock.now - begin) / .milliseconds(1))
    }
    return (last, times)
}

func fit(_ words: [String]) throws {
    let numbers = words.compactMap { Int($0) }
    let data = try rows(words[5], numbers[0], numbers[1])
    var options = RKMETableOptions()
    options.method = words[4] == "compatible" ? .compatible : .best
    if numbers.count > 3 { options.pointCount = numbers[3] }
    let (specification, times) = try timed(numbers[2]) { try RKMETableSpecification(fitting: data, options: options) }
    try specification.write(to: FilePath(words[6]))
    print("{\"milliseconds\": \(times)}")
}

func search(_ words: [String]) throws {
    let numbers = words.compactMap { Int($0) }
    let (count, points, columns) = (numbers[0], numbers[1], numbers[2])
    let data = try rows(words[5], count * points, columns)
    var options = RKMETableOptions()
    options.reduces = false
    let specifications = try (0..<count).map {
        try RKMETableSpecification(fitting: data.rows($0 * points..<($0 + 1) * points), options: options)
    }
    let (collection, preparing) = try timed(1) { try RKMETableCollection(specifications) }
    let (distances, times) = try timed(numbers[3]) { try collection.squaredDistances(from: specifications[0]) }
    print("{\"milliseconds\": \(times), \"preparing\": \(preparing), \"sum\": \(distances.reduce(0, +))}")
}

while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("fit", 7...8): try fit(words)
    case ("search", 6): try search(words)
    case ("images", 9): try fitImages(words)
    case ("pairs", 6): try comparePairs(words)
    default:
        print("{\"error\": \"fit, search, images or pairs, each with its words; see the program's first lines\"}")
    }
    fflush(nil)
}
