/// How a data file is to be read, and what columns it must have.
package struct DataOptions: Sendable {
    /// Whether the first row of a `.csv` or `.tsv` file names the columns.
    package enum Header: String, CaseIterable, Sendable {
        /// It does, unless every one of its cells parses as a number.
        case auto
        case yes
        case no
    }

    /// What the rows are delivered as.
    package enum Form: Equatable, Sendable {
        /// Numbers, row by row; texts where a `.json`, `.jsonl` or `.npy` file holds nothing else.
        case matrix
        /// Columns with names and types of their own.
        case table
        /// One text for each row: of a `.txt` file a line, of another the one column that it has.
        case texts
    }

    package var header: Header
    package var form = Form.matrix
    /// The file's columns that are read, in the order in which they are delivered; nil for all.
    package var selection: [String]?
    /// The names of the columns that are wanted, in the wanted order.
    ///
    /// A file that names its columns must have exactly these, in any order; another must have as many.
    package var expectedColumns: [String]?
    /// The number of columns that is wanted, when they have no names.
    package var expectedCount: Int?
    /// What the delivered columns of a table hold, in their order; nil where the file tells.
    package var columnTypes: [ColumnType?] = []
    /// What the other columns of a table hold; nil where the file tells.
    package var defaultType: ColumnType?
    /// A column that is delivered too, behind the others: what a model is to learn.
    package var target: String?

    /// How many bytes of a text file are read at a time.
    package var blockSize = 1 << 20

    package init(header: Header = .auto, expectedColumns: [String]? = nil, expectedCount: Int? = nil) {
        self.header = header
        self.expectedColumns = expectedColumns
        self.expectedCount = expectedCount
    }
}
