import Documents
import Glibc
import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite("Writing output")
struct SinkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func written(_ name: String, _ tensors: [Tensor], options: OutputOptions = OutputOptions()) throws -> String
    {
        let sink = try DataFile.create(folder.path.appending(name), options: options)
        for tensor in tensors { try sink.write(tensor) }
        try sink.finish()
        return try folder.text(name)
    }

    @Test("A single column is written without a header, unless one is asked for")
    func singleColumn() throws {
        let tensors = [
            try Tensor(name: "y", integers: [1, -2], shape: [2]), try Tensor(name: "y", integers: [3], shape: [1]),
        ]
        #expect(try written("y.csv", tensors) == "1\n-2\n3\n")
        #expect(try written("y.csv", tensors, options: OutputOptions(header: true)) == "y\n1\n-2\n3\n")
    }

    @Test("Several columns are numbered, over all axes behind the first")
    func severalColumns() throws {
        let tensor = try Tensor(
            name: "y",
            doubles: [1, 0.1, .nan, 1e300, -.infinity, .leastNonzeroMagnitude, 2, 3],
            shape: [2, 2, 2]
        )
        let options = OutputOptions(header: true)
        #expect(
            try written("y.csv", [tensor], options: options)
                == "y_0,y_1,y_2,y_3\n1.0,0.1,NaN,1e+300\n-inf,5e-324,2.0,3.0\n"
        )
        #expect(
            try written("y.tsv", [tensor], options: options).hasPrefix("y_0\ty_1\ty_2\ty_3\n1.0\t0.1\tNaN\t1e+300\n")
        )
    }

    @Test("Each datatype has its shortest text that reads back the same")
    func datatypes() throws {
        let single = try Tensor(json: [0.1, 16_777_216], name: "y", datatype: .fp32, shape: [2])
        let half = try Tensor(json: [0.1, 65504], name: "y", datatype: .fp16, shape: [2])
        let bool = try Tensor(name: "y", datatype: .bool, shape: [2], bytes: [1, 0])
        let large = try Tensor(name: "y", datatype: .uint64, shape: [1], bytes: [UInt8](repeating: 255, count: 8))
        #expect(try written("y.csv", [single]) == "0.1\n16777216.0\n")
        #expect(try written("y.csv", [half]) == "0.1\n65504.0\n")
        #expect(try written("y.csv", [bool]) == "true\nfalse\n")
        #expect(try written("y.csv", [large]) == "18446744073709551615\n")
    }

    @Test("Doubles survive the way through .csv bit for bit")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 3)
        let numbers = (0..<3000).map { _ in Double(bitPattern: generator.next()) }
        let tensor = try Tensor(name: "y", doubles: numbers, shape: [1000, 3])
        _ = try written("y.csv", [tensor.rows(0..<500), tensor.rows(500..<1000)])
        let read = try Tests.read(folder.path.appending("y.csv"), maximumRows: 300)
        #expect(try Tests.bits(read.doubles()) == Tests.bits(numbers))
    }

    @Test("Texts are quoted where they must be, and made visible")
    func texts() throws {
        let texts = ["a", "b,c", "d \"e\"", "", " f", "g\nh\u{1B}[0m", "grün", "NA"]
        let tensor = try Tensor(name: "y", strings: texts, shape: [8])
        let lines = ["a", "\"b,c\"", "\"d \"\"e\"\"\"", "\"\"", "\" f\"", "g\\nh\\u{1b}[0m", "grün", "\"NA\""]
        #expect(try written("y.csv", [tensor]) == lines.joined(separator: "\n") + "\n")
        #expect(try written("y.tsv", [tensor]).hasPrefix("a\nb,c\n"))
    }

    @Test("Cells that a spreadsheet would calculate are counted, and defused when that is asked for")
    func formulas() throws {
        let texts = ["1", "-5", "+1e3", "=1+1", "-x", "@a", "+", "a=b", "'=1"]
        let tensor = try Tensor(name: "y", strings: texts, shape: [9])
        for (isSafe, cells) in [(false, ["=1+1", "-x", "@a", "+"]), (true, ["'=1+1", "'-x", "'@a", "'+"])] {
            let sink = try DataFile.create(
                folder.path.appending("y.csv"),
                options: OutputOptions(spreadsheetSafe: isSafe)
            )
            try sink.write(tensor.rows(0..<2))
            try sink.write(tensor.rows(2..<9))
            try sink.finish()
            #expect(sink.spreadsheetWarnings == SpreadsheetWarnings(count: 4, firstRow: 4))
            let lines = ["1", "-5", "+1e3"] + cells + ["a=b", "'=1"]
            #expect(try folder.text("y.csv") == lines.joined(separator: "\n") + "\n")
        }
    }

    @Test("A formula behind a semicolon is one too, where spreadsheets part cells by it")
    func formulasBehindSemicolons() throws {
        let tensor = try Tensor(name: "y", strings: ["a;=1+1", "a;b", "=2;-3;@c"], shape: [3])
        let options = OutputOptions(spreadsheetSafe: true)
        let sink = try DataFile.create(folder.path.appending("y.csv"), options: options)
        try sink.write(tensor.rows(0..<3))
        try sink.finish()
        #expect(sink.spreadsheetWarnings == SpreadsheetWarnings(count: 2, firstRow: 1))
        #expect(try folder.text("y.csv") == "a;'=1+1\na;b\n'=2;-3;'@c\n")
    }

    @Test("JSON keeps the rows' shape, and texts as they are")
    func json() throws {
        let list = try Tensor(name: "y", doubles: [1, .nan, 3], shape: [3])
        #expect(try written("y.json", [list.rows(0..<2), list.rows(2..<3)]) == "[1.0,\n null,\n 3.0]\n")
        let cube = try Tensor(name: "y", integers: [1, 2, 3, 4], shape: [2, 1, 2])
        #expect(try written("y.json", [cube]) == "[[[1, 2]],\n [[3, 4]]]\n")
        let texts = try Tensor(name: "y", strings: ["a\"\n", "=1"], shape: [2])
        #expect(try written("y.json", [texts]) == "[\"a\\\"\\n\",\n \"=1\"]\n")
        #expect(try Tests.read(folder.path.appending("y.json")).strings() == ["a\"\n", "=1"])
    }

    @Test("JSON refuses an infinity with its row, and leaves nothing behind")
    func infinity() throws {
        let error = try #require(throws: DataError.self) {
            _ = try written("y.json", [Tensor(name: "y", doubles: [1, .infinity], shape: [2])])
        }
        #expect(
            error.description.hasSuffix(
                "y.json, row 2: the output is infinite, which JSON cannot say; use .csv or .npy"
            )
        )
        #expect(try folder.names() == [])
    }

    @Test(
        "Arrays survive the way through .npy, in as many parts as they come",
        arguments: Datatype.allCases.filter { $0 != .bytes }
    )
    func npy(datatype: Datatype) throws {
        let size = try #require(datatype.size)
        let bytes = (0..<12 * size).map { datatype == .bool ? UInt8($0 % 2) : UInt8($0) }
        for shape in [[6, 2], [12], [3, 2, 2]] {
            let tensor = try Tensor(name: "X", datatype: datatype, shape: shape, bytes: bytes)
            _ = try written("y.npy", [tensor.rows(0..<1), tensor.rows(1..<shape[0])])
            #expect(try Tests.read(folder.path.appending("y.npy"), maximumRows: 2) == tensor)
        }
    }

    @Test("The header of .npy is aligned as numpy asks, and ends in a line break")
    func npyHeader() throws {
        _ = try written("y.npy", [Tensor(name: "y", doubles: [1, 2], shape: [2])])
        let bytes = try folder.bytes("y.npy")
        let length = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        #expect(length % 64 == 0)
        #expect(bytes[length - 1] == 10)
        #expect(bytes.count == length + 16)
        let text = String(decoding: bytes[10..<length], as: UTF8.self)
        #expect(text.hasPrefix("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } "))
    }

    @Test("Texts are not written as .npy")
    func npyTexts() throws {
        let error = try #require(throws: DataError.self) {
            _ = try written("y.npy", [Tensor(name: "y", strings: ["a"], shape: [1])])
        }
        #expect(error.kind == .unsupported)
        #expect(
            error.description.hasSuffix(
                "y.npy: the output holds texts, which are not written as .npy; use .csv, .json or .npz"
            )
        )
    }

    @Test(
        "An output that changes its form is refused with its row",
        arguments: DataFormat.allCases.filter { $0 != .txt && $0 != .parquet }
    )
    func changedForm(format: DataFormat) throws {
        let error = try #require(throws: DataError.self) {
            _ = try written(
                "y.\(format.rawValue)",
                [
                    Tensor(name: "y", doubles: [1, 2], shape: [2]), Tensor(name: "y", integers: [3], shape: [1]),
                ]
            )
        }
        #expect(error.reason == "the output changes from FP64 with rows of shape [] to INT64 with rows of shape []")
        #expect(error.row == 3)
        #expect(try folder.names() == [])
    }

    @Test("An output without rows or columns is refused", arguments: [[], [3, 0]])
    func noColumns(shape: [Int]) throws {
        let count = shape.isEmpty ? 1 : 0
        let tensor = try Tensor(name: "y", doubles: [Double](repeating: 0, count: count), shape: shape)
        let error = try #require(throws: DataError.self) { _ = try written("y.csv", [tensor]) }
        #expect(error.kind == .invalid)
    }

    @Test("Texts of a model that are not UTF-8 are refused")
    func invalidText() throws {
        let tensor = try Tensor(name: "y", datatype: .bytes, shape: [1], bytes: [1, 0, 0, 0, 0xFF])
        let error = try #require(throws: DataError.self) { _ = try written("y.csv", [tensor]) }
        #expect(error.kind == .invalid)
        #expect(error.reason == "tensor 'y' has a text that is not valid UTF-8, at element 0")
    }
}
