import SystemPackage
import Tensors
import TestSupport
import Testing

/// What comes of columns that a program in a sandbox reads, and of answers that are not what was asked for.
@Suite struct ColumnSourceTests {
    private final class Reader: ColumnReader {
        let columns: [StoredColumn]
        private let found: [ColumnType]
        private var answers: [[Column]?]
        private(set) var asked: [[Int]] = []

        init(_ columns: [StoredColumn], found: [ColumnType]? = nil, answers: [[Column]?]) {
            self.columns = columns
            self.found = found ?? columns.compactMap(\.type)
            self.answers = answers
        }

        func types(of places: [Int]) throws(DataError) -> [ColumnType] { found }

        func next(_ places: [Int], maximumRows: Int) throws(DataError) -> [Column]? {
            asked.append(places)
            return answers.isEmpty ? nil : answers.removeFirst()
        }
    }

    private static let a = StoredColumn(name: "a", type: .integer(.int64), kind: "INT64")
    private static let b = StoredColumn(name: "b", type: .text, kind: "BYTES")
    private static let path = FilePath("x.parquet")

    private func integers(_ values: [Int64]) throws -> Column {
        Column(try Tensor(name: "0", integers: values, shape: [values.count]))
    }

    private func table(_ reader: Reader, _ edit: (inout DataOptions) -> Void = { _ in }) throws -> any RowSource {
        var options = DataOptions()
        options.form = .table
        edit(&options)
        return try DataFile.open(reader, named: Self.path, options: options)
    }

    @Test func columnsAreAskedForInTheModelsOrderAndJoined() throws {
        let answers = [[try integers([3, 4]), try integers([1, 2])], [try integers([6]), try integers([5])]]
        let reader = Reader([Self.a, StoredColumn(name: "c", type: .integer(.int64), kind: "INT64")], answers: answers)
        var options = DataOptions(expectedColumns: ["c", "a"])
        options.form = .matrix
        let source = try DataFile.open(reader, named: Self.path, options: options)
        #expect(source.columnNames == ["c", "a"])
        let chunk = try #require(try source.next(maximumRows: 100))
        #expect(try chunk.joined().doubles() == [3, 1, 4, 2, 6, 5])
        #expect(reader.asked == [[1, 0], [1, 0], [1, 0]])
        #expect(try source.next(maximumRows: 1) == nil)
        #expect(reader.asked.count == 3)
    }

    @Test func declaredTypesAreMadeOfWhatIsThere() throws {
        let reader = Reader([Self.a], answers: [[try integers([0, 1])]])
        let source = try table(reader) { $0.columnTypes = [.boolean] }
        let chunk = try #require(try source.next(maximumRows: 2))
        guard case .columns(let columns) = chunk.values else { return #expect(Bool(false)) }
        #expect(columns[0].values.datatype == .bool && columns[0].values.bytes == [0, 1])
        let narrow = try table(Reader([Self.a], answers: [[try integers([1, 300])]])) {
            $0.columnTypes = [.integer(.uint8)]
        }
        let error = #expect(throws: DataError.self) { try narrow.next(maximumRows: 2) }
        #expect(
            error?.description.hasPrefix("x.parquet, row 2, column 'a': 300 is not a whole number of UINT8") == true
        )
    }

    @Test func columnsWithoutATypeMatterOnlyWhenTheyAreChosen() throws {
        let nested = StoredColumn(name: "n", type: nil, kind: "list<element: \u{1B}[2J>")
        let error = #expect(throws: DataError.self) { try table(Reader([Self.a, nested], answers: [])) }
        #expect(error?.description.hasPrefix("x.parquet, column 'n': it holds list<element: ") == true)
        #expect(error?.description.contains("\u{1B}") == false)
        let chosen = try table(Reader([nested, Self.a], found: [.integer(.int64)], answers: [[try integers([1])]])) {
            $0.selection = ["a"]
        }
        #expect(try chosen.next(maximumRows: 1)?.rowCount == 1)
    }

    @Test("An answer that is not what was asked for is refused", arguments: Answer.allCases)
    func answersOfANobody(answer: Answer) throws {
        let text = Column(try Tensor(name: "1", strings: ["x"], shape: [1]))
        let row: [Column]
        switch answer {
        case .tooFewColumns: row = [try integers([1])]
        case .tooManyRows:
            row = [try integers([1, 2, 3]), Column(try Tensor(name: "1", strings: ["x", "y", "z"], shape: [3]))]
        case .noRows: row = [try integers([]), Column(try Tensor(name: "1", strings: [], shape: [0]))]
        case .uneven: row = [try integers([1, 2]), text]
        case .otherType: row = [text, text]
        case .otherShape: row = [Column(try Tensor(name: "0", integers: [1], shape: [1, 1])), text]
        case .brokenText:
            row = [
                try integers([1]),
                Column(try Tensor(name: "1", datatype: .bytes, shape: [1], bytes: [1, 0, 0, 0, 0xFF])),
            ]
        }
        let source = try table(Reader([Self.a, Self.b], answers: [row]))
        let error = #expect(throws: DataError.self) { try source.next(maximumRows: 2) }
        #expect(error?.reason == "its reader, in its sandbox, did not answer what it was asked")
    }

    enum Answer: CaseIterable {
        case tooFewColumns, tooManyRows, noRows, uneven, otherType, otherShape, brokenText
    }

    @Test func timesAreTimesAndTypesAsManyAsAsked() throws {
        let when = StoredColumn(name: "t", type: .datetime, kind: "BYTES")
        let times = Column(try Tensor(name: "0", strings: ["2024-01-02 03:04:05", "noon"], shape: [2]))
        let source = try table(Reader([when], answers: [[times]]))
        let error = #expect(throws: DataError.self) { try source.next(maximumRows: 2) }
        #expect(error?.description.hasPrefix("x.parquet, row 2, column 't': 'noon' is not a time") == true)
        #expect(throws: DataError.self) { try table(Reader([Self.a, Self.b], found: [.text], answers: [])) }
        let none = try table(Reader([Self.a], answers: []))
        #expect(throws: DataError.self) { try none.next(maximumRows: 1) }
    }
}
