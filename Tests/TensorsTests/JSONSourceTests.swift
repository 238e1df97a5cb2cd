import SystemPackage
import Tensors
import Testing

@Suite("Tables in .json")
struct JSONSourceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("Rows of numbers are read, and null is a missing one")
    func rows() throws {
        let path = try folder.file("x.json", "[[1, 2.5], [null, -3e2],\n[5, 6]]")
        let source = try DataFile.open(path)
        #expect(source.columnNames == nil)
        #expect(source.columnCount == 2)
        for maximumRows in [1, 2, 10] {
            let tensor = try Tests.read(path, maximumRows: maximumRows)
            #expect(tensor.shape == [3, 2])
            #expect(try Tests.bits(tensor.doubles()) == Tests.bits([1, 2.5, .nan, -300, 5, 6]))
        }
    }

    @Test("Texts are read, one for each row")
    func texts() throws {
        let path = try folder.file("x.json", #"["a", "gr\u00fcn", ""]"#)
        let source = try DataFile.open(path, options: DataOptions(expectedCount: 4))
        #expect(source.columnCount == nil)
        let chunk = try #require(try source.next(maximumRows: 2))
        #expect(
            chunk
                == Chunk(
                    firstRow: 0,
                    rowCount: 2,
                    values: .texts(try Tensor(name: "X", strings: ["a", "grün"], shape: [2]))
                )
        )
        #expect(try source.next(maximumRows: 2)?.firstRow == 2)
        #expect(try source.next(maximumRows: 2) == nil)
    }

    @Test("Objects are columns by name, whatever the order of their keys")
    func objects() throws {
        let path = try folder.file("x.json", #"[{"a": 1, "b": 2}, {"b": 4, "a": 3}]"#)
        let source = try DataFile.open(path)
        #expect(source.columnNames == ["a", "b"])
        let chunk = try #require(try source.next(maximumRows: 5))
        let matrix = try Tensor(name: "X", doubles: [1, 2, 3, 4], shape: [2, 2])
        #expect(chunk == Chunk(firstRow: 0, rowCount: 2, values: .matrix(matrix)))
        let reordered = try Tests.read(path, options: DataOptions(expectedColumns: ["b", "a"]))
        #expect(try reordered.doubles() == [2, 1, 4, 3])
    }

    @Test(
        "A document that is no table is refused with its place and a remedy",
        arguments: [
            ("  \n", "x.json, line 2: the file is empty; write a list of rows, such as [[1, 2], [3, 4]]"),
            (
                "[[1], [2]",
                "x.json, line 1: the text ends inside a list or map (character 10 of the line); write a list of rows, such as [[1, 2], [3, 4]]"
            ),
            (
                "[[1]]\n x",
                "x.json, line 2: there is text after the value (character 2 of the line); write a list of rows, such as [[1, 2], [3, 4]]"
            ),
            (
                "[[1],\n]",
                "x.json, line 2: a value must be here, not ']' (character 1 of the line); write a list of rows, such as [[1, 2], [3, 4]]"
            ),
            (
                "[[1], [\"]\\\"\", 2]]",
                "x.json, row 2: the row has 2 values, but row 1 has 1; give every row as many values"
            ),
            ("", "x.json, line 1: the file is empty; write a list of rows, such as [[1, 2], [3, 4]]"),
            ("[]", "x.json: the list is empty; give it at least one row of data"),
            ("[[]]", "x.json: its first row has no values; give it at least one row of data"),
            ("[{}]", "x.json: its first row has no values; give it at least one row of data"),
            (
                "{\"a\": 1}",
                "x.json: it holds a map, not a list of rows; write [[1, 2], [3, 4]] for rows of numbers, or [\"a\", \"b\"] for texts"
            ),
            (
                "[1, 2]",
                "x.json: it is a list whose first element is a number, so it has no rows; "
                    + "write [[1, 2], [3, 4]] for rows of numbers, or [\"a\", \"b\"] for texts"
            ),
            ("[[1, 2], [3]]", "x.json, row 2: the row has 1 values, but row 1 has 2; give every row as many values"),
            ("[[1], 2]", "x.json, row 2: there is a number, but row 1 is a list; give every row the same form"),
            ("[\"a\", null]", "x.json, row 2: there is null, but row 1 is a text; give every row the same form"),
            (
                "[[1, \"x\\u001b\"]]",
                "x.json, row 1, column 2: 'x\\u{1b}' is a text, not a number; write a number without quotes, or null for a missing value"
            ),
            (
                "[[true]]",
                "x.json, row 1, column 1: there is a boolean, not a number; write a number, or null for a missing value"
            ),
            (
                "[[[1]]]",
                "x.json, row 1, column 1: there is a list, not a number; use .npy for arrays of more than two dimensions"
            ),
            (
                "[{\"a\": 1}, {\"b\": 2}]",
                "x.json, row 2, column 'b': row 1 has no such column; give every row the same columns"
            ),
            (
                "[{\"a\": 1, \"b\": 2}, {\"a\": 1}]",
                "x.json, row 2, column 'b': the row lacks it; write null for a missing value"
            ),
            (
                "[[1,\n2,,3]]",
                "x.json, line 2: a value must be here, not ',' (character 3 of the line); write a list of rows, such as [[1, 2], [3, 4]]"
            ),
            (
                "[{\"a\": 1, \"a\": 2}]",
                "x.json, line 1: the key 'a' appears twice (character 11 of the line); write a list of rows, such as [[1, 2], [3, 4]]"
            ),
        ]
    )
    func refused(text: String, sentence: String) throws {
        let path = try folder.file("x.json", text)
        #expect(try Tests.refusal(path) == (sentence, .invalid))
    }

    @Test("A list of any length is read in pieces of any size", arguments: [1, 2, 3, 7, 64])
    func pieces(blockSize: Int) throws {
        let rows = (0..<40).map { "[\($0),\n \"a]\\\"[\($0)\"]" }
        let path = try folder.file("x.json", "\u{FEFF} [ " + rows.joined(separator: " ,") + " ] \n")
        var options = DataOptions()
        options.blockSize = blockSize
        options.form = .table
        let source = try DataFile.open(path, options: options)
        var texts: [String] = []
        while let chunk = try source.next(maximumRows: 7) {
            guard case .columns(let columns) = chunk.values else { break }
            texts += try columns[1].values.strings()
        }
        #expect(texts == (0..<40).map { "a]\"[\($0)" })
    }

    @Test("Columns are matched to the model's")
    func columns() throws {
        let path = try folder.file("x.json", "[[1, 2, 3]]")
        #expect(
            try Tests.refusal(path, options: DataOptions(expectedCount: 4)).0
                == "x.json: it has 3 columns, but the model takes 4; give each row 4 values"
        )
        let named = try folder.file("y.json", #"[{"age": 1, "wieght": 2}]"#)
        let sentence =
            "y.json: it lacks the column 'weight', and the model does not know 'wieght' (did you mean 'weight'?); "
            + "name the columns as the model does"
        #expect(try Tests.refusal(named, options: DataOptions(expectedColumns: ["age", "weight"])).0 == sentence)
    }
}
