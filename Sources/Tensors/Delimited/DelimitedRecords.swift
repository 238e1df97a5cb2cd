internal import SystemPackage

/// A `.csv` or `.tsv` file as records.
final class DelimitedRecords: RecordReader {
    let names: [String]?
    let width: Int
    private(set) var place: RecordPlace
    private var reader: DelimitedReader

    init(
        _ input: InputFile,
        delimiter: Delimiter,
        options: DataOptions,
        limits: DelimitedLimits = DelimitedLimits()
    ) throws(DataError) {
        let scanner = CellScanner(delimiter: delimiter, limits: limits)
        reader = DelimitedReader(input: input, blockSize: options.blockSize, path: input.path, scanner: scanner)
        try reader.skipByteOrderMark()
        guard let first = try reader.peek() else { throw .noRows(input.path, "the file is empty") }
        let isHeader = DelimitedSource.isHeader(first, options: options)
        names = isHeader ? first.texts : nil
        width = first.texts.count
        place = RecordPlace(line: first.line)
        reader.parser.names = names
        reader.parser.targets = first.texts.indices.map { $0 }
        reader.parser.referenceLine = first.line
        if isHeader {
            reader.pass(first)
            guard try reader.peek() != nil else { throw .noRows(input.path, "there is a header, but no row below it") }
        }
    }

    func next(into cells: inout [Cell]) throws(DataError) -> Bool {
        guard let row = try reader.peek() else { return false }
        guard row.texts.count == width else { throw reader.parser.ragged(cells: row.texts.count) }
        place.line = row.line
        cells = zip(row.texts, row.quoted).map { Cell(delimited: $0, isQuoted: $1) }
        reader.pass(row)
        return true
    }
}
