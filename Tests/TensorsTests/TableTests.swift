import Documents
import SystemPackage
import Tensors
import Testing

@Suite("Tables of columns of several types")
struct TableTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func options(_ change: (inout DataOptions) -> Void = { _ in }) -> DataOptions {
        var options = DataOptions()
        options.form = .table
        change(&options)
        return options
    }

    /// All columns, read in chunks of the given size, as values that are nil where one is missing.
    private func table(_ path: FilePath, _ options: DataOptions, rows: Int = 2) throws -> [(Column, [Node])] {
        let source = try DataFile.open(path, options: options)
        var all: [(Column, [Node])] = []
        while let chunk = try source.next(maximumRows: rows) {
            guard case .columns(let columns) = chunk.values else { throw TestFailure() }
            if all.isEmpty { all = columns.map { ($0, []) } }
            for (place, column) in columns.enumerated() {
                #expect(column.values.datatype == all[place].0.values.datatype, "a type changed between two chunks")
                all[place].1 += try Self.nodes(column)
            }
        }
        return all
    }

    private static func nodes(_ column: Column) throws -> [Node] {
        let nodes: [Node]
        switch column.values.datatype {
        case .bytes: nodes = try column.values.strings().map { Node($0) }
        case .bool: nodes = try column.values.integers().map { Node($0 == 1) }
        case .fp64: nodes = try column.values.doubles().map { $0.isNaN ? nil : $0.isInfinite ? "inf" : Node($0) }
        default: nodes = try column.values.integers().map { Node(Int($0)) }
        }
        guard let validity = column.validity else { return nodes }
        return zip(nodes, validity).map { $1 == 1 ? $0 : nil }
    }

    private struct TestFailure: Error {}

    private func refusal(_ path: FilePath, _ options: DataOptions) throws -> String {
        let error = try #require(throws: DataError.self) {
            let source = try DataFile.open(path, options: options)
            while try source.next(maximumRows: 2) != nil {}
        }
        return error.description.replacing(folder.path.string + "/", with: "")
    }

    @Test("A column has the type and the values that pandas.read_csv gives it")
    func likePandas() throws {
        let cases = try #require(try JSON.parse(Tests.bytes(Tests.fixture("read_csv.json"))).array)
        #expect(cases.count == 11)
        for (index, expected) in cases.enumerated() {
            let text = try #require(expected["text"]?.string)
            for rows in [1, 100] {
                let found = try table(folder.file("\(index).csv", text), Self.options(), rows: rows)
                let columns = try #require(expected["columns"]?.array)
                #expect(found.map(\.0.name) == columns.map { $0["name"]?.string ?? "" }, "\(text)")
                #expect(
                    found.map(\.0.values.datatype.rawValue) == columns.map { $0["datatype"]?.string ?? "" },
                    "\(text)"
                )
                for (column, values) in zip(columns, found.map(\.1)) {
                    let wanted = try #require(column["values"]?.array)
                    #expect(wanted.map { $0.json() } == values.map { $0.json() }, "\(text)")
                }
            }
        }
    }

    @Test("Whole numbers and booleans that are missing are marked, and large ones stay exact")
    func marked() throws {
        let path = try folder.file("x.csv", "i,b,t\n9007199254740993,true,x\n,,\n5,false,\"\"\n")
        let found = try table(path, Self.options())
        #expect(found.map(\.0.values.datatype) == [.int64, .bool, .bytes])
        #expect(found[0].1 == [9_007_199_254_740_993, nil, 5])
        #expect(found[1].1 == [true, nil, false])
        #expect(found[2].1 == ["x", nil, ""])
    }

    @Test("What stands in quotes is a text, even when it says NA")
    func quotedWords() throws {
        let found = try table(try folder.file("x.csv", "a,b\n\"NA\",1\nNA,2\n"), Self.options())
        #expect(found[0].1 == ["NA", nil])
    }

    @Test("JSON says the types itself", arguments: ["json", "jsonl"])
    func typed(format: String) throws {
        let rows = [#"{"i": 1, "f": 0.5, "b": true, "t": "7"}"#, #"{"t": "x", "i": 2, "f": null, "b": false}"#]
        let text = format == "json" ? "[" + rows.joined(separator: ",") + "]" : rows.joined(separator: "\r\n")
        let found = try table(try folder.file("x.\(format)", text), Self.options())
        #expect(found.map(\.0.name) == ["i", "f", "b", "t"])
        #expect(found.map(\.0.values.datatype) == [.int64, .fp64, .bool, .bytes])
        #expect(found.map { Node($0.1).json() } == ["[1,2]", "[0.5,null]", "[true,false]", "[\"7\",\"x\"]"])
        let mixed = try folder.file("y.\(format)", text.replacing("\"x\"", with: "8"))
        #expect(try refusal(mixed, Self.options()).contains("column 't': 8 is of another kind"))
    }

    @Test("Declared types are kept, and a value that does not fit them is told with its place")
    func declared() throws {
        let path = try folder.file("x.csv", "id,size,when,n\n1,L,2024-01-02,3\n2,XL,2024-01-02T03:04:05Z,4.0\n")
        let options = Self.options {
            $0.columnTypes = [.text, .category(["L", "XL"]), .datetime, .integer(.uint8)]
        }
        let found = try table(path, options)
        #expect(found[0].1 == ["1", "2"])
        #expect(found.map(\.0.values.content) == [.text, .category(["L", "XL"]), .datetime, nil])
        #expect(found[3].0.values.datatype == .uint8)
        let cases = [
            ("1,M,2024-01-02,3", "line 2, column 'size': 'M' is none of the categories that the model knows"),
            ("1,L,02.01.2024,3", "line 2, column 'when': '02.01.2024' is not a time in ISO 8601"),
            ("1,L,2024-01-02,300", "line 2, column 'n': '300' is not a whole number of UINT8"),
            ("1,L,2024-01-02,x", "line 2, column 'n': 'x' is not a whole number of UINT8"),
            ("1,L,2024-01-02", "line 2: the row has 3 cells, but line 1 has 4"),
        ]
        for (row, words) in cases {
            let bad = try folder.file("bad.csv", "id,size,when,n\n\(row)\n")
            let sentence = try refusal(bad, options)
            #expect(sentence.hasPrefix("bad.csv, " + words), "\(sentence)")
        }
    }

    @Test("Columns are chosen and ordered by name, in tables and in rows of numbers")
    func selection() throws {
        let path = try folder.file("x.csv", "a,skip,b,c\n1,x,2,3\n4,y,5,6\n")
        let found = try table(path, Self.options { $0.selection = ["c", "a"] })
        #expect(found.map(\.0.name) == ["c", "a"])
        #expect(found.map(\.1) == [[3, 6], [1, 4]])
        var options = DataOptions()
        options.selection = ["c", "a"]
        #expect(try Tests.read(path, options: options).doubles() == [3, 1, 6, 4])
        let lines = try folder.file("x.jsonl", #"{"a": 1, "skip": 0, "c": 3}"# + "\n" + #"{"c": 6, "skip": 0, "a": 4}"#)
        #expect(try Tests.read(lines, options: options).doubles() == [3, 1, 6, 4])
        options.selection = ["a", "skipp"]
        #expect(
            try Tests.refusal(path, options: options).0
                == "x.csv, line 1: it has no column 'skipp' (did you mean 'skip'?); "
                + "its columns are 'a', 'skip', 'b' and 'c'"
        )
    }

    @Test("Chosen columns whose names the model does not use are meant in the model's order")
    func renamed() throws {
        let path = try folder.file("x.csv", "u,v,w\n1,2,3\n")
        let expected = { (selection: [String]) in
            Self.options {
                $0.selection = selection
                $0.expectedColumns = ["left", "right"]
            }
        }
        let found = try table(path, expected(["w", "u"]))
        #expect(found.map(\.0.name) == ["left", "right"])
        #expect(found.map(\.1) == [[3], [1]])
        // A name in common shows that names are meant, so that none is taken for another.
        let mixed = try folder.file("y.csv", "left,v\n1,2\n")
        #expect(try refusal(mixed, expected(["left", "v"])).contains("it lacks the column 'right'"))
    }

    @Test("The column to learn comes last, whatever its place and type")
    func target() throws {
        let path = try folder.file("x.csv", "a,label,b\n1,yes,2\n3,no,4\n")
        let options = Self.options {
            $0.target = "label"
            $0.defaultType = .number(.fp64)
        }
        let found = try table(path, options)
        #expect(found.map(\.0.name) == ["a", "b", "label"])
        #expect(found.map(\.0.values.datatype) == [.fp64, .fp64, .bytes])
        #expect(found[2].1 == ["yes", "no"])
    }

    @Test("A stream is read as a file is")
    func stream() throws {
        let ends = try FileDescriptor.pipe()
        defer { try? ends.readEnd.close() }
        try ends.writeEnd.writeAll("a,b\n1,x\n2,\n".utf8)
        try ends.writeEnd.close()
        let source = try DataFile.open(ends.readEnd, named: "standard input", format: .csv, options: Self.options())
        let chunk = try #require(try source.next(maximumRows: 10))
        guard case .columns(let columns) = chunk.values else { throw TestFailure() }
        #expect(try columns.map { try Node(Self.nodes($0)).json() } == ["[1,2]", "[\"x\",null]"])
    }

    @Test("A table is written and read again as it was", arguments: ["csv", "tsv", "json", "jsonl"])
    func roundTrip(format: String) throws {
        let text = "i,f,t,b\n1,0.5,\"NA\",true\n2,NaN,,false\n3,-1e300,\"a, \"\"b\"\"\",true\n"
        let source = try DataFile.open(folder.file("in.csv", text), options: Self.options())
        let path = folder.path.appending("out.\(format)")
        let sink = try DataFile.create(path, options: OutputOptions(header: true))
        while let chunk = try source.next(maximumRows: 2) {
            guard case .columns(let columns) = chunk.values else { throw TestFailure() }
            try sink.write(table: columns)
        }
        try sink.finish()
        let found = try table(path, Self.options())
        #expect(found.map(\.0.name) == ["i", "f", "t", "b"])
        let wanted = ["[1,2,3]", "[0.5,null,-1e+300]", "[\"NA\",null,\"a, \\\"b\\\"\"]", "[true,false,true]"]
        #expect(found.map { Node($0.1).json() } == wanted)
    }

    @Test("A missing value is refused by a format that has no word for it")
    func missingInArrays() throws {
        let column = try Column(Tensor(name: "y", integers: [1, 2], shape: [2]), validity: [1, 0])
        for name in ["y.npy", "y.npz"] {
            let sink = try DataFile.create(folder.path.appending(name))
            let error = try #require(throws: DataError.self) { try sink.write(column) }
            #expect(error.reason == "the value is missing, which an array cannot say")
            #expect(error.row == 2)
        }
    }
}
