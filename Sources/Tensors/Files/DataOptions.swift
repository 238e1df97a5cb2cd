/// How a data file is to be read, and what columns it must have.
package struct DataOptions: Sendable {
    /// Whether the first row of a `.csv` or `.tsv` file names the columns.
    package enum Header: String, CaseIterable, Sendable {
        /// It does, unless every one of its cells parses as a number.
        case auto
        case yes
        case no
    }

    package var header: Header
    /// The names of the columns that are wanted, in the wanted order.
    ///
    /// A file that names its columns must have exactly these, in any order; another must have as many.
    package var expectedColumns: [String]?
    /// The number of columns that is wanted, when they have no names.
    package var expectedCount: Int?

    /// How many bytes of a text file are read at a time.
    package var blockSize = 1 << 20

    package init(header: Header = .auto, expectedColumns: [String]? = nil, expectedCount: Int? = nil) {
        self.header = header
        self.expectedColumns = expectedColumns
        self.expectedCount = expectedCount
    }
}
