/// One text for each row, out of a table of one column.
final class TextSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int? = nil
    private let table: TableSource

    init(_ table: TableSource) {
        self.table = table
        columnNames = table.columnNames
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        guard var chunk = try table.next(maximumRows: maximumRows) else { return nil }
        guard case .columns(let columns) = chunk.values, let first = columns.first else { return nil }
        if let row = first.firstMissing {
            throw DataError(
                .invalid,
                table.path,
                row: chunk.firstRow + row + 1,
                reason: "there is no text",
                remedy: "write a text, or \"\" for an empty one"
            )
        }
        var texts = first.values
        texts.name = "X"
        chunk.values = .texts(texts)
        return chunk
    }
}
