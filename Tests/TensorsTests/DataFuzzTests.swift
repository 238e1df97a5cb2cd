import SystemPackage
import Tensors
import TestSupport
import Testing

/// Files that somebody has damaged on purpose: every reader gives rows that fit together, or one sentence.
@Suite("Damaged data files")
struct DataFuzzTests {
    private static let seeds: [(name: String, text: String)] = [
        ("x.csv", "a,b,c\n1,2.5,x\n-3,,\"y, \"\"z\"\"\"\n007,1e3,NA\n"),
        ("x.tsv", "a\tb\n1\ttrue\n2\tfalse\n"),
        ("x.json", #"[{"a": 1, "b": "x"}, {"a": null, "b": "y"}]"#),
        ("x.json", "[[1, 2], [3.5, -4e2]]"),
        ("x.jsonl", "{\"a\": 1, \"b\": true}\n{\"a\": 2, \"b\": null}\n"),
        ("x.jsonl", "[1, 2]\n[3, 4]\n"),
        ("x.txt", "one\ntwo\r\nthree"),
    ]
    private static let arrays = [
        "fortran.npy", "unicode.npy", "big_f4.npy", "version_3.npy", "objects.npy", "bytes.npy",
    ]
    private static let splinters = [
        "1e999", "NaN", "-", "\u{FEFF}", "\r\n", "\r", "\0", "[[[[", "{\"a\":", "\"", "\\ud800", ",,,,", "null",
        "99999999999999999999999999", "(9223372036854775807,)", "'|O'", "2024-13-01", "\u{1b}[2J", "a,a",
    ]

    @Test("Random damage gives rows that fit together, or a refusal")
    func damaged() throws {
        var generator = SeededGenerator(seed: UInt64.random(in: 0...UInt64.max))
        let folder = try TemporaryFolder()
        let end = ContinuousClock.now + .seconds(Checkout.isSoak ? 300 : 6)
        var seeds = Self.seeds.map { ($0.name, Array($0.text.utf8)) }
        for name in Self.arrays { seeds.append(("x.npy", try Tests.bytes(Tests.fixture(name)))) }
        var (read, refused) = (0, 0)
        while ContinuousClock.now < end {
            let (name, whole) = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            let bytes = Self.mutated(whole, &generator)
            let path = try folder.file(name, bytes)
            do throws(DataError) {
                try Self.readAll(path, Self.options(&generator), rows: Int.random(in: 1...3, using: &generator))
                read += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty && !error.description.contains("\u{1B}"))
            }
        }
        // Both must happen often, or the damage is of the wrong size.
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused")
    }

    private static func options(_ generator: inout SeededGenerator) -> DataOptions {
        var options = DataOptions()
        options.blockSize = Int.random(in: 1...64, using: &generator)
        options.form = [.matrix, .table, .texts][Int.random(in: 0..<3, using: &generator)]
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: options.expectedColumns = ["b", "a"]
        case 1: options.selection = ["b"]
        case 2: options.columnTypes = [.integer(.int8), .category(["x"]), .datetime]
        case 3: options.target = "b"
        case 4: options.header = .no
        default: break
        }
        return options
    }

    private static func mutated(_ whole: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.insert(contentsOf: splinters.randomElement(using: &generator)?.utf8 ?? "".utf8, at: place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
            }
        }
        return bytes
    }

    private static func readAll(_ path: FilePath, _ options: DataOptions, rows: Int) throws(DataError) {
        let source = try DataFile.open(path, options: options)
        var width: Int?
        var next = 0
        while let chunk = try source.next(maximumRows: rows) {
            #expect(chunk.firstRow == next && (1...rows).contains(chunk.rowCount))
            next += chunk.rowCount
            switch chunk.values {
            case .matrix(let tensor), .texts(let tensor):
                #expect(tensor.rowCount == chunk.rowCount)
                #expect(width ?? tensor.rowElementCount == tensor.rowElementCount)
                width = tensor.rowElementCount
                _ = try? tensor.strings()
            case .columns(let columns):
                #expect(width ?? columns.count == columns.count && !columns.isEmpty)
                width = columns.count
                for column in columns { #expect(column.values.shape == [chunk.rowCount]) }
            }
        }
    }
}
