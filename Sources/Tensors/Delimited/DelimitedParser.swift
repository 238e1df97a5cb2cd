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
    /// For each column of the file, its place in a delivered row, or nil.
    var targets: [Int?] = []
    /// The cells of a delivered row.
    var width = 0
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
        /// Which of them stand in quotes.
        var quoted: [Bool] = []
        var isNumeric = true
        /// Line breaks inside the cells.
        var lineBreaks = 0
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
        var row = Row(line: line, texts: [], next: start)
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
            row.quoted.append(cell.isQuoted)
            row.lineBreaks += cell.lineBreaks
            row.isNumeric = row.isNumeric && NumberCell.value(bytes, cell.content) != nil
            if cell.endsRow {
                try refuseBlankLine()
                guard position - start <= scanner.limits.row else { throw rowTooLong() }
                row.line = line
                row.next = position
                return .found(row)
            }
        }
        (line, blankLine) = before
        return isLast ? .end : .needsMore
    }

    /// Goes past a row that was read as texts.
    mutating func pass(_ row: Row) {
        line = row.line + 1 + row.lineBreaks
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
            values.append(contentsOf: repeatElement(.nan, count: width))
            let row = try row(bytes, from: position, isLast: isLast, base: base, into: &values)
            guard let row else {
                values.removeLast(width)
                break
            }
            position = row.next
            if row.isBlank {
                values.removeLast(width)
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
            if column < targets.count, let number = bareNumber(bytes, from: position) {
                if let target = targets[column] { values[base + target] = number.value }
                column += 1
                position = number.next
                if !number.endsRow { continue }
                try finishRow(cells: column, lineBreaks: lineBreaks, length: position - start)
                return (position, false)
            }
            guard let cell = try cell(bytes, from: position, isLast: isLast, column: column) else { return nil }
            if isBlank(cell, column: column) {
                passBlankLine()
                return (cell.next, true)
            }
            if column < targets.count, let target = targets[column] {
                guard let value = NumberCell.value(bytes, cell.content) else {
                    throw notANumber(cell, bytes, column: column)
                }
                values[base + target] = value
            }
            column += 1
            lineBreaks += cell.lineBreaks
            position = cell.next
            if cell.endsRow {
                try finishRow(cells: column, lineBreaks: lineBreaks, length: position - start)
                return (position, false)
            }
        }
    }

    /// The plain case, in one pass: a number without quotes and spaces, and what ends it.
    @inline(__always)
    private func bareNumber(_ bytes: Span<UInt8>, from start: Int) -> (value: Double, next: Int, endsRow: Bool)? {
        guard let number = DecimalNumber.scan(bytes, from: start, to: bytes.count), number.end < bytes.count,
            let value = number.value
        else { return nil }
        let end = bytes[number.end]
        guard end == scanner.delimiter.rawValue || end == UInt8(ascii: "\n") else { return nil }
        return (value, number.end + 1, end == UInt8(ascii: "\n"))
    }

    private mutating func finishRow(cells: Int, lineBreaks: Int, length: Int) throws(DataError) {
        if blankLine != nil { try refuseBlankLine() }
        guard length <= scanner.limits.row else { throw rowTooLong() }
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
