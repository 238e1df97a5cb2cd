internal import SystemPackage

/// One text for each row, out of a table of one column.
final class TextSource: RowSource {
    let columnNames: [String]?
    let columnCount: Int? = nil
    private let table: any RowSource
    private let path: FilePath

    init(_ table: any RowSource, path: FilePath) {
        self.table = table
        self.path = path
        columnNames = table.columnNames
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        guard var chunk = try table.next(maximumRows: maximumRows) else { return nil }
        guard case .columns(let columns) = chunk.values, let first = columns.first else { return nil }
        if let row = first.firstMissing {
            throw DataError(
                .invalid,
                path,
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
