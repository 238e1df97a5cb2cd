import SystemPackage
import Tensors
import TestSupport
import Testing

@Suite("Tables of numbers in .csv and .tsv")
struct DelimitedSourceTests {
    /// A text that is read as the given names and rows.
    struct Readable: Sendable, CustomTestStringConvertible {
        var title: String
        var text: String
        var names: [String]?
        var rows: [[Double]]
        var file = "x.csv"
        var options = DataOptions()
        var testDescription: String { title }

        init(_ title: String, _ text: String, _ names: [String]?, _ rows: [[Double]]) {
            self.title = title
            self.text = text
            self.names = names
            self.rows = rows
        }

        func named(_ file: String) -> Readable {
            var copy = self
            copy.file = file
            return copy
        }

        func with(_ options: DataOptions) -> Readable {
            var copy = self
            copy.options = options
            return copy
        }
    }

    static let readable = [
        Readable("without a header", "1,2\n3,4\n", nil, [[1, 2], [3, 4]]),
        Readable("without a last line break", "1,2\n3,4", nil, [[1, 2], [3, 4]]),
        Readable("with a header", "a,b\n1,2\n", ["a", "b"], [[1, 2]]),
        Readable("with one name among numbers", "1,b\n1,2\n", ["1", "b"], [[1, 2]]),
        Readable("with CR LF", "a,b\r\n1,2\r\n3,4\r\n", ["a", "b"], [[1, 2], [3, 4]]),
        Readable("with CR alone", "a,b\r1,2\r3,4", ["a", "b"], [[1, 2], [3, 4]]),
        Readable("with a byte order mark", "\u{FEFF}a,b\n1,2\n", ["a", "b"], [[1, 2]]),
        Readable("with a byte order mark before a number", "\u{FEFF}1,2\n", nil, [[1, 2]]),
        Readable("with quoted numbers", "\"1\",\"2\"\n\"3\",4\n", nil, [[1, 2], [3, 4]]),
        Readable(
            "with quotes, commas and line breaks in names",
            "\"a \"\"b\"\"\",\"c,d\",\"e\r\nf\",\"g\nh\"\n1,2,3,4\n",
            ["a \"b\"", "c,d", "e\r\nf", "g\nh"],
            [[1, 2, 3, 4]]
        ),
        Readable("with names beyond ASCII", "grün,日本,🙂\n1,2,3\n", ["grün", "日本", "🙂"], [[1, 2, 3]]),
        Readable("with spaces around cells", " a , \"b\" \n 1 ,\t2 \n", ["a", "b"], [[1, 2]]),
        Readable(
            "with missing values",
            "a,b\n,NaN\nNA,n/a\nnull,None\n\"\",1\n",
            ["a", "b"],
            [[.nan, .nan], [.nan, .nan], [.nan, .nan], [.nan, 1]]
        ),
        Readable("with missing values in the first row", "1,,NA\n1,2,3\n", nil, [[1, .nan, .nan], [1, 2, 3]]),
        Readable("with infinities", "inf,-inf\n+Infinity,1\n", nil, [[.infinity, -.infinity], [.infinity, 1]]),
        Readable("with blank lines at the end", "a\n1\n\n  \n\r\n\n", ["a"], [[1]]),
        Readable("with a last cell that is empty", "1,2\n3,", nil, [[1, 2], [3, .nan]]),
        Readable("with one column and quoted empty cells", "a\n\"\"\n1\n", ["a"], [[.nan], [1]]),
        Readable("with names although a header is denied", "1,2\n3,4\n", nil, [[1, 2], [3, 4]]).with(
            DataOptions(header: .no)
        ),
        Readable("with numbers for names", "0,1\n3,4\n", ["0", "1"], [[3, 4]]).with(DataOptions(header: .yes)),
        Readable("with numbers for names that are wanted", "1,0\n3,4\n", ["0", "1"], [[4, 3]])
            .with(DataOptions(expectedColumns: ["0", "1"])),
        Readable("with columns in another order", "c,a,b\n3,1,2\n", ["a", "b", "c"], [[1, 2, 3]])
            .with(DataOptions(expectedColumns: ["a", "b", "c"])),
        Readable("without names, matched by position", "3,1,2\n", nil, [[3, 1, 2]])
            .with(DataOptions(expectedColumns: ["a", "b", "c"])),
        Readable("with names of its own, matched by position", "p,q\n1,2\n", ["p", "q"], [[1, 2]])
            .with(DataOptions(expectedCount: 2)),
        Readable("with tabs", "a\tb\n1\t2\n\t 3\n", ["a", "b"], [[1, 2], [.nan, 3]]).named("x.tsv"),
        Readable("with commas in names between tabs", "a,b\tc\n1\t2\n", ["a,b", "c"], [[1, 2]]).named("x.TSV"),
    ]

    @Test("A table is read, wherever the blocks are cut", arguments: readable)
    func read(table: Readable) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(table.file, table.text)
        for blockSize in [1, 2, 3, 5, 7, 64, 1 << 20] {
            var options = table.options
            options.blockSize = blockSize
            let source = try DataFile.open(path, options: options)
            #expect(source.columnNames == table.names)
            #expect(source.columnCount == table.rows.first?.count)
            for maximumRows in [1, 2, 100] {
                let tensor = try Tests.read(path, options: options, maximumRows: maximumRows)
                #expect(tensor.shape == [table.rows.count, table.rows[0].count])
                #expect(try Tests.bits(tensor.doubles()) == Tests.bits(Array(table.rows.joined())))
            }
        }
    }

    @Test(
        "A table that is wrong is refused with its place and a remedy",
        arguments: [
            ("", "x.csv: the file is empty; give it at least one row of data"),
            ("\n \n", "x.csv: the file is empty; give it at least one row of data"),
            ("a,b\n\n", "x.csv: there is a header, but no row below it; give it at least one row of data"),
            (
                "a,b\n1,2\n3,x\u{1B}[31my\n",
                "x.csv, line 3, column 'b': 'x\\u{1b}[31my' is not a number; write a number, or leave the cell empty for a missing value"
            ),
            (
                "1,2\n3,1.2.3\n",
                "x.csv, line 2, column 2: '1.2.3' is not a number; write a number, or leave the cell empty for a missing value"
            ),
            (
                "\"a\nb\",c\n1,\"2\n\"\n",
                "x.csv, line 3, column 'c': '2\\n' is not a number; write a number, or leave the cell empty for a missing value"
            ),
            ("a;b\n1;2\n", "x.csv, line 2, column 'a;b': '1;2' is not a number; put a comma between two cells"),
            ("a,b\n1,2\n1,2,3\n", "x.csv, line 3: the row has 3 cells, but line 1 has 2; give every row as many cells"),
            (
                "1,2\n\"1\n\"\n",
                "x.csv, line 2, column 1: '1\\n' is not a number; write a number, or leave the cell empty for a missing value"
            ),
            ("1,2\n1\n", "x.csv, line 2: the row has 1 cell, but line 1 has 2; give every row as many cells"),
            ("a,b\n1,2\n1,2,x\n", "x.csv, line 3: the row has 3 cells, but line 1 has 2; give every row as many cells"),
            (
                "a\n1\n\n2\n",
                "x.csv, line 3: the line is blank, but rows follow it; remove it, or write NaN for a missing value"
            ),
            (
                "\na\n1\n",
                "x.csv, line 1: the line is blank, but rows follow it; remove it, or write NaN for a missing value"
            ),
            ("a,b,a\n1,2,3\n", "x.csv, line 1: columns 1 and 3 are both named 'a'; give each column a name of its own"),
            (",a,\n1,2,3\n", "x.csv, line 1: columns 1 and 3 have no name; give each column a name of its own"),
            (
                "a\n\"1\n",
                "x.csv, line 2, column 'a': the quote that opens here is not closed within 65536 bytes; "
                    + "close it, or write a quote inside a text twice"
            ),
            (
                "\"a\" b\n1\n",
                "x.csv, line 1, column 1: there is text behind the closing quote; write a quote inside a text twice"
            ),
        ]
    )
    func refused(text: String, sentence: String) throws {
        let folder = try TemporaryFolder()
        for blockSize in [1, 1 << 20] {
            var options = DataOptions()
            options.blockSize = blockSize
            let refusal = try Tests.refusal(folder.file("x.csv", text), options: options)
            #expect(refusal == (sentence, .invalid))
        }
    }

    @Test(
        "Text that is not UTF-8 is refused",
        arguments: [
            ([0x61, 0xFF, 0x0A, 0x31], "x.csv, line 1, column 1: the text is not valid UTF-8; save the file as UTF-8"),
            ([0x31, 0x0A, 0xE9, 0x0A], "x.csv, line 2, column 1: the text is not valid UTF-8; save the file as UTF-8"),
            ([0xFF, 0xFE, 0x61, 0x00], "x.csv: the text is UTF-16; save the file as UTF-8"),
        ] as [([UInt8], String)]
    )
    func encodings(bytes: [UInt8], sentence: String) throws {
        let folder = try TemporaryFolder()
        #expect(try Tests.refusal(folder.file("x.csv", bytes)).0 == sentence)
    }

    @Test(
        "Columns that do not match the model's are named, with the nearest name",
        arguments: [
            (
                "sepal_length,petal width\n1,2\n",
                "x.csv, line 1: it lacks the column 'petal_width', and the model does not know 'petal width' "
                    + "(did you mean 'petal_width'?); name the columns as the model does"
            ),
            (
                "petal_width,sepal_length,id\n1,2,3\n",
                "x.csv, line 1, column 'id': the model does not know 'id'; remove or rename what is not known"
            ),
            (
                "petal_width\n1\n",
                "x.csv, line 1: it lacks the column 'sepal_length'; name the columns as the model does"
            ),
            (
                "a,b,c,d,e,f\n1,2,3,4,5,6\n",
                "x.csv, line 1: it lacks the columns 'sepal_length' and 'petal_width', and the model does not know "
                    + "'a', 'b', 'c', 'd' and 2 more; name the columns as the model does"
            ),
            ("1,2,3\n", "x.csv, line 1: it has 3 columns, but the model takes 2; give each row 2 values"),
            ("1\n", "x.csv, line 1: it has 1 column, but the model takes 2; give each row 2 values"),
        ]
    )
    func unmatchedColumns(text: String, sentence: String) throws {
        let folder = try TemporaryFolder()
        let options = DataOptions(expectedColumns: ["sepal_length", "petal_width"])
        #expect(try Tests.refusal(folder.file("x.csv", text), options: options).0 == sentence)
    }

    @Test("A first row with a bad cell is refused with the way to say that it is data")
    func dataTakenForNames() throws {
        let folder = try TemporaryFolder()
        let options = DataOptions(expectedColumns: ["a", "b"])
        let mixed = try Tests.refusal(folder.file("x.csv", "1,x\n3,4\n"), options: options).0
        #expect(mixed.hasSuffix("; or say --header no, if this line is data"), "\(mixed)")
        let twice = try Tests.refusal(folder.file("y.csv", "1,1,x\n3,4,5\n")).0
        #expect(twice.hasSuffix("; or say --header no, if this line is data"), "\(twice)")
        let names = try Tests.refusal(folder.file("z.csv", "p,q\n3,4\n"), options: options).0
        #expect(!names.contains("--header"), "\(names)")
    }

    @Test("Cells and rows past the limits are refused before they fill the memory")
    func limits() throws {
        let folder = try TemporaryFolder()
        let cell = try folder.file("cell.csv", "a\n" + String(repeating: "1", count: 70_000) + "\n")
        #expect(
            try Tests.refusal(cell).0 == "cell.csv, line 2, column 'a': the cell is longer than 65536 bytes; shorten it"
        )
        let quote = try folder.file("quote.csv", "a\n\"" + String(repeating: "1\n", count: 70_000))
        #expect(try Tests.refusal(quote).0.hasPrefix("quote.csv, line 2, column 'a': the quote that opens here"))
        let columns = try folder.file("columns.csv", String(repeating: "1,", count: 1 << 20) + "1\n")
        #expect(try Tests.refusal(columns).0.contains("line 1: the row has more than 1048576 cells"))
        let row = try folder.file(
            "row.csv",
            String(repeating: String(repeating: " ", count: 60) + "1,", count: 700_000)
        )
        #expect(try Tests.refusal(row).0.contains("line 1: the row is longer than 33554432 bytes"))
    }

    @Test("Random tables are read as they were written, wherever the blocks are cut", arguments: 0..<20)
    func randomTables(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let columns = Int.random(in: 1...5, using: &generator)
        var text = ""
        var numbers: [Double] = []
        for _ in 0..<Int.random(in: 1...60, using: &generator) {
            var cells: [String] = []
            for _ in 0..<columns {
                let number = Double(Int.random(in: -999_999...999_999, using: &generator)) / 1000
                numbers.append(number)
                let forms = ["\(number)", " \(number) ", "\"\(number)\"", "\(number)e0"]
                cells.append(forms.randomElement(using: &generator) ?? "")
            }
            text += cells.joined(separator: ",") + (["\n", "\r\n"].randomElement(using: &generator) ?? "")
        }
        let folder = try TemporaryFolder()
        var options = DataOptions()
        options.blockSize = Int.random(in: 1...40, using: &generator)
        let tensor = try Tests.read(
            folder.file("x.csv", text),
            options: options,
            maximumRows: Int.random(in: 1...70, using: &generator)
        )
        #expect(try tensor.doubles() == numbers)
    }

    @Test("Any bytes are read or refused alike, wherever the blocks are cut", arguments: 0..<60)
    func anyBytes(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("0123456789.-e,,,\"\"\n\n\r a\t".utf8) + [0xC3, 0xBC, 0xFF, 0x00]
        let folder = try TemporaryFolder()
        for _ in 0..<20 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let path = try folder.file("x.csv", bytes)
            let outcomes = try [1, 2, 3, 11, 1 << 20].map { try Self.outcome(path, blockSize: $0) }
            #expect(outcomes.allSatisfy { $0 == outcomes[0] })
        }
    }

    private static func outcome(_ path: FilePath, blockSize: Int) throws -> String {
        var options = DataOptions()
        options.blockSize = blockSize
        do {
            let tensor = try Tests.read(path, options: options)
            return "\(tensor.shape) \(try tensor.doubles())"
        } catch let error as DataError {
            return error.description
        }
    }

    @Test("Lines are counted past rows that were delivered in earlier chunks")
    func lineNumbers() throws {
        let folder = try TemporaryFolder()
        let text = "a\n" + String(repeating: "1\n", count: 1000) + "x\n"
        for blockSize in [10, 1 << 20] {
            var options = DataOptions()
            options.blockSize = blockSize
            #expect(
                try Tests.refusal(folder.file("x.csv", text), options: options).0.hasPrefix(
                    "x.csv, line 1002, column 'a'"
                )
            )
        }
    }
}
