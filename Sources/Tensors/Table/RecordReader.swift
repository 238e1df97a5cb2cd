/// A data file as records of cells, from the first to the last.
protocol RecordReader: AnyObject {
    /// The file's own names of its columns, or nil.
    var names: [String]? { get }
    /// The number of cells of each record.
    var width: Int { get }
    /// Where the record that was read last stands.
    var place: RecordPlace { get }

    /// Reads the next record, with `width` cells in the file's order.
    ///
    /// - Returns: false after the last one.
    func next(into cells: inout [Cell]) throws(DataError) -> Bool
}

/// A line of a text file, or a row of data, each counted from 1.
struct RecordPlace {
    var line: Int?
    var row: Int?
}
