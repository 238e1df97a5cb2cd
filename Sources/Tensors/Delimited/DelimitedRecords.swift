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
        var (reader, first, isHeader) = try DelimitedReader.open(
            input,
            delimiter: delimiter,
            options: options,
            limits: limits
        )
        names = isHeader ? first.texts : nil
        width = first.texts.count
        place = RecordPlace(line: first.line)
        try reader.begin(first, isHeader: isHeader, targets: first.texts.indices.map { $0 }, width: width)
        self.reader = reader
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
