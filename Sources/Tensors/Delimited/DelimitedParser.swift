internal import Documents
internal import SystemPackage

/// Turns the bytes of a text table into rows; knows lines and columns, but no file.
struct DelimitedParser {
    let path: FilePath
    let scanner: CellScanner
    /// The line on which the next row begins, counted from 1.
    var line = 1
    /// The names of the file's own columns, in its order.
    var names: [String]?
    /// For each column of the file, its place in a delivered row.
    var targets: [Int] = []
    /// The line of the row that says how many columns there are.
    var referenceLine = 1
    /// The first of the blank lines before the next row.
    private var blankLine: Int?

    init(path: FilePath, scanner: CellScanner) {
        self.path = path
        self.scanner = scanner
    }

    /// A row whose cells are not yet taken for numbers.
    struct Row {
        var line: Int
        var texts: [String]
        var isNumeric: Bool
        var next: Int
    }

    /// What was found at an offset.
    enum Progress<Value> {
        case found(Value)
        /// The bytes end before it is complete.
        case needsMore
        /// There is nothing but blank lines.
        case end
    }

    /// Reads one row as texts, past blank lines; `line` stays at the row.
    mutating func texts(_ bytes: Span<UInt8>, from start: Int, isLast: Bool) throws(DataError) -> Progress<Row> {
        var position = start
        var row = Row(line: line, texts: [], isNumeric: true, next: start)
        let before = (line, blankLine)
        while position < bytes.count || !row.texts.isEmpty {
            guard let cell = try cell(bytes, from: position, isLast: isLast, column: row.texts.count) else {
                (line, blankLine) = before
                return .needsMore
            }
            position = cell.next
            if isBlank(cell, column: row.texts.count) {
                passBlankLine()
                continue
            }
            guard let text = scanner.text(of: cell, bytes) else { throw notUTF8(column: row.texts.count) }
            row.texts.append(text)
            row.isNumeric = row.isNumeric && NumberCell.value(bytes, cell.content) != nil
            if cell.endsRow {
                try refuseBlankLine()
                row.line = line
                row.next = position
                return .found(row)
            }
        }
        (line, blankLine) = before
        return isLast ? .end : .needsMore
    }

    /// The line breaks within the cells of a row, so that ``line`` can be set past it.
    mutating func pass(_ row: Row) {
        line = row.line + 1 + row.texts.reduce(0) { $0 + Self.lineBreaks($1) }
    }

    private static func lineBreaks(_ text: String) -> Int {
        // CR LF is one character in Swift, as it is one line break here.
        text.count { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    }

    /// Reads complete rows of numbers.
    ///
    /// - Parameters:
    ///   - bytes: a part of the text.
    ///   - start: where the first row begins.
    ///   - isLast: true when the text ends with these bytes.
    ///   - maximumRows: the most rows to read.
    ///   - values: takes the numbers, in the delivered order.
    /// - Returns: the offset behind the last row that was complete, and how many there were.
    /// - Throws: ``DataError`` with line and column.
    mutating func numbers(
        _ bytes: Span<UInt8>,
        from start: Int,
        isLast: Bool,
        maximumRows: Int,
        into values: inout [Double]
    ) throws(DataError) -> (next: Int, rows: Int) {
        var position = start
        var rows = 0
        while rows < maximumRows, position < bytes.count {
            let base = values.count
            values.append(contentsOf: repeatElement(.nan, count: targets.count))
            let row = try row(bytes, from: position, isLast: isLast, base: base, into: &values)
            guard let row else {
                values.removeLast(targets.count)
                break
            }
            position = row.next
            if row.isBlank {
                values.removeLast(targets.count)
            } else {
                rows += 1
            }
        }
        return (position, rows)
    }

    private mutating func row(
        _ bytes: Span<UInt8>,
        from start: Int,
        isLast: Bool,
        base: Int,
        into values: inout [Double]
    ) throws(DataError) -> (next: Int, isBlank: Bool)? {
        var position = start
        var column = 0
        var lineBreaks = 0
        while true {
            // The plain case first: a bare number and what ends it, read in one pass.
            if let number = DecimalNumber.scan(bytes, from: position, to: bytes.count), number.end < bytes.count,
                column < targets.count, let value = number.value
            {
                let end = bytes[number.end]
                if end == scanner.delimiter.rawValue {
                    values[base + targets[column]] = value
                    column += 1
                    position = number.end + 1
                    continue
                }
                if end == UInt8(ascii: "\n"), column + 1 == targets.count {
                    values[base + targets[column]] = value
                    try finishRow(cells: column + 1, lineBreaks: lineBreaks)
                    return (number.end + 1, false)
                }
            }
            guard let cell = try cell(bytes, from: position, isLast: isLast, column: column) else { return nil }
            if isBlank(cell, column: column) {
                passBlankLine()
                return (cell.next, true)
            }
            if column < targets.count {
                guard let value = NumberCell.value(bytes, cell.content) else {
                    throw notANumber(cell, bytes, column: column)
                }
                values[base + targets[column]] = value
            }
            column += 1
            lineBreaks += cell.lineBreaks
            position = cell.next
            if cell.endsRow {
                try finishRow(cells: column, lineBreaks: lineBreaks)
                return (position, false)
            }
        }
    }

    private mutating func finishRow(cells: Int, lineBreaks: Int) throws(DataError) {
        if blankLine != nil { try refuseBlankLine() }
        guard cells == targets.count else { throw ragged(cells: cells) }
        line += 1 + lineBreaks
    }

    private func cell(
        _ bytes: Span<UInt8>,
        from start: Int,
        isLast: Bool,
        column: Int
    ) throws(DataError) -> CellScanner.Cell? {
        guard column < scanner.limits.columns else { throw tooManyColumns() }
        do {
            return try scanner.cell(bytes, from: start, isLast: isLast)
        } catch {
            throw refused(error, column: column)
        }
    }

    private func isBlank(_ cell: CellScanner.Cell, column: Int) -> Bool {
        column == 0 && cell.endsRow && !cell.isQuoted && cell.content.isEmpty
    }

    private mutating func passBlankLine() {
        blankLine = blankLine ?? line
        line += 1
    }

    /// Blank lines at the end are nothing; before a row they may stand for a missing value, or for nothing.
    private func refuseBlankLine() throws(DataError) {
        guard let blankLine else { return }
        throw DataError(
            .invalid,
            path,
            line: blankLine,
            reason: "the line is blank, but rows follow it",
            remedy: "remove it, or write NaN for a missing value"
        )
    }
}
