/// A data file that is read from its first row to its last.
package protocol RowSource: AnyObject {
    /// The columns' names in the order in which they are delivered, or nil when the file does not name them.
    var columnNames: [String]? { get }

    /// The number of columns that a row is delivered with, or nil for texts.
    ///
    /// A row of a `.npy` file with more than two axes counts all elements behind the first axis.
    var columnCount: Int? { get }

    /// The next rows.
    ///
    /// - Parameter maximumRows: the most rows to read, at least 1.
    /// - Returns: at least one row, or nil after the last one.
    /// - Throws: ``DataError`` that names the place of what is wrong; the source must not be used afterwards.
    func next(maximumRows: Int) throws(DataError) -> Chunk?
}
