// Asks a learnware again and again while it stays loaded, and says how long each call took:
//
//     echo 1000 10 50 | predict-warm PACKAGE.zip [pool|model] [PYTHON]
//
// Each line of input is a number of rows, of columns and of calls, or the word `prepare`, which has the pool import the
// model's libraries ahead. `Benchmarks/predict` and `Benchmarks/start` compare what it prints.
import Glibc
import ModelRunner
import Packaging
import Sandbox
import SystemPackage

let clock = ContinuousClock()

/// The numbers that a model is asked about: the same on every machine.
func values(rows: Int, columns: Int) -> [Double] {
    (0..<rows * columns).map { Double($0 % 1009) / 1009 }
}

/// Asks as often as wished, and prints the microseconds of each call and the sum of the last answer.
func measure(
    _ words: [Int],
    _ predict: @Sendable ([Double], Int) async throws(RunError) -> [Double]
) async throws(RunError) {
    let input = values(rows: words[0], columns: words[1])
    var times: [String] = []
    var answer: [Double] = []
    for _ in 0..<words[2] {
        let begin = clock.now
        answer = try await predict(input, words[1])
        times.append("\((clock.now - begin) / .microseconds(1))")
    }
    print("{\"microseconds\": [\(times.joined(separator: ", "))], \"sum\": \(answer.reduce(0, +))}")
    fflush(nil)
}

func options(python: String?) -> RunOptions {
    var options = RunOptions()
    options.python = python
    return options
}

enum Line {
    case prepare
    case size([Int])
}

func nextLine() -> Line? {
    let line = readLine()
    if line == "prepare" { return .prepare }
    guard let words = line?.split(separator: " ").compactMap({ Int($0) }), words.count == 3 else { return nil }
    return .size(words)
}

do {
    let arguments = CommandLine.arguments.dropFirst()
    let package = try Package.open(FilePath(arguments.first ?? "package.zip"))
    let options = options(python: arguments.dropFirst(2).first)

    if arguments.dropFirst().first == "model" {
        // One model, for as long as the closure lasts.
        _ = try await withModel(package, options: options) { model throws(RunError) in
            while case .size(let size) = nextLine() {
                try await measure(size) { values, columns throws(RunError) in
                    try await model.predict(values, columns: columns)
                }
            }
        }
    } else {
        // Any number of models, each kept while it is asked now and then.
        let pool = ModelPool()
        while let line = nextLine() {
            switch line {
            case .prepare:
                try await pool.prepare(package, options: options)
                print("{\"spares\": \(pool.status().spares)}")
                fflush(nil)
            case .size(let size):
                try await measure(size) { values, columns throws(RunError) in
                    try await pool.predict(package, values, columns: columns, options: options)
                }
            }
        }
        let bytes = pool.status().models.map(\.bytes)
        print("{\"resident\": \(bytes)}")
        await pool.close()
    }
} catch {
    print("error: \(error)")
    exit(1)
}
