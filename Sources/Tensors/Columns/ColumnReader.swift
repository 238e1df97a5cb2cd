/// A file of typed columns, which is read by a program that this one does not trust.
package protocol ColumnReader: AnyObject {
    /// The file's columns, in its order.
    var columns: [StoredColumn] { get }

    /// What columns hold when all of their values are looked at.
    ///
    /// - Parameter places: places in ``columns``, of columns that have a type.
    /// - Returns: a type for each of them.
    /// - Throws: ``DataError`` when the file is damaged.
    func types(of places: [Int]) throws(DataError) -> [ColumnType]

    /// The next rows.
    ///
    /// - Parameters:
    ///   - places: places in ``columns``; the same ones in every call.
    ///   - maximumRows: the most rows to read, at least 1.
    /// - Returns: a column for each place; nil after the last row.
    /// - Throws: ``DataError`` when the file is damaged; the reader must not be used afterwards.
    func next(_ places: [Int], maximumRows: Int) throws(DataError) -> [Column]?
}

/// A column of such a file.
package struct StoredColumn: Equatable, Sendable {
    package var name: String
    /// What it holds; nil when a table has no place for it.
    package var type: ColumnType?
    /// What the format calls that.
    package var kind: String

    package init(name: String, type: ColumnType?, kind: String) {
        self.name = name
        self.type = type
        self.kind = kind
    }
}
