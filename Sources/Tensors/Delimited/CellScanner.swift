/// Finds the cells of a text table (RFC 4180).
///
/// Besides the RFC, a row may end in LF or in CR alone, and spaces around a cell do not count.
struct CellScanner {
    let delimiter: Delimiter
    let limits: DelimitedLimits

    /// One cell: where it lies, and what follows it.
    struct Cell {
        /// The content, without quotes and surrounding space.
        var content: Range<Int>
        var isQuoted = false
        /// True when the content has quotes that are written twice.
        var hasDoubledQuotes = false
        /// Line breaks inside the quotes.
        var lineBreaks = 0
        var endsRow = false
        /// The offset of the next cell.
        var next = 0
    }

    /// Why a cell cannot be read.
    enum Fault: Error, Equatable {
        case tooLong
        case unclosedQuote
        case textAfterQuote
    }

    /// The cell that begins at an offset.
    ///
    /// - Parameters:
    ///   - bytes: a part of the text.
    ///   - start: where the cell begins.
    ///   - isLast: true when the text ends with these bytes.
    /// - Returns: nil when the cell may go on behind these bytes.
    /// - Throws: ``Fault`` when the cell is too long, or its quotes are not of the RFC's form.
    func cell(_ bytes: Span<UInt8>, from start: Int, isLast: Bool) throws(Fault) -> Cell? {
        var index = start
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            return try quotedCell(bytes, from: index, isLast: isLast)
        }
        while index < bytes.count, !isEnd(bytes[index]) { index += 1 }
        guard index - start <= limits.cell else { throw .tooLong }
        return finished(Cell(content: trimmed(bytes, start..<index)), bytes, at: index, isLast: isLast)
    }

    private func quotedCell(_ bytes: Span<UInt8>, from quote: Int, isLast: Bool) throws(Fault) -> Cell? {
        var cell = Cell(content: quote + 1..<quote + 1, isQuoted: true)
        var index = quote + 1
        while true {
            guard index - quote <= limits.cell else { throw .unclosedQuote }
            guard index < bytes.count else {
                if isLast { throw .unclosedQuote }
                return nil
            }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                if index + 1 == bytes.count, !isLast { return nil }
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\"") {
                    cell.hasDoubledQuotes = true
                    index += 2
                    continue
                }
                cell.content = quote + 1..<index
                index += 1
                while index < bytes.count, isSpace(bytes[index]) { index += 1 }
                guard index == bytes.count || isEnd(bytes[index]) else { throw .textAfterQuote }
                guard index - quote <= limits.cell else { throw .tooLong }
                return finished(cell, bytes, at: index, isLast: isLast)
            case UInt8(ascii: "\n"): cell.lineBreaks += 1
            case UInt8(ascii: "\r"):
                if index + 1 < bytes.count, bytes[index + 1] != UInt8(ascii: "\n") { cell.lineBreaks += 1 }
            default: break
            }
            index += 1
        }
    }

    /// The cell, once it is known what follows it.
    private func finished(_ cell: Cell, _ bytes: Span<UInt8>, at end: Int, isLast: Bool) -> Cell? {
        var cell = cell
        guard end < bytes.count else {
            cell.endsRow = true
            cell.next = end
            return isLast ? cell : nil
        }
        cell.next = end + 1
        cell.endsRow = bytes[end] != delimiter.rawValue
        if bytes[end] == UInt8(ascii: "\r") {
            if end + 1 == bytes.count { return isLast ? cell : nil }
            if bytes[end + 1] == UInt8(ascii: "\n") { cell.next += 1 }
        }
        return cell
    }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == delimiter.rawValue || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") && delimiter != .tab
    }

    private func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isSpace(bytes[lower]) { lower += 1 }
        while upper > lower, isSpace(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// The cell's content as text, or nil when it is not UTF-8.
    func text(of cell: Cell, _ bytes: Span<UInt8>) -> String? {
        var content: [UInt8] = []
        var index = cell.content.lowerBound
        while index < cell.content.upperBound {
            content.append(bytes[index])
            index += cell.hasDoubledQuotes && bytes[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return String(validating: content, as: UTF8.self)
    }
}
