internal import Documents
internal import SystemPackage

extension DelimitedParser {
    private func fault(column: Int? = nil, _ reason: String, _ remedy: String) -> DataError {
        DataError(.invalid, path, line: line, column: column.map { place(of: $0) }, reason: reason, remedy: remedy)
    }

    private func place(of column: Int) -> DataError.Column {
        guard let names, names.indices.contains(column), !names[column].isEmpty else { return .index(column + 1) }
        return .name(names[column])
    }

    func notUTF8(column: Int) -> DataError {
        fault(column: column, "the text is not valid UTF-8", "save the file as UTF-8")
    }

    func notANumber(_ cell: CellScanner.Cell, _ bytes: Span<UInt8>, column: Int) -> DataError {
        guard let text = scanner.text(of: cell, bytes) else { return notUTF8(column: column) }
        let reason = "'\(Printable(text, limit: 40))' is not a number"
        if targets.count == 1, text.contains(where: { ";\t,|".contains($0) }) {
            return fault(column: column, reason, "put \(scanner.delimiter.name) between two cells")
        }
        return fault(column: column, reason, "write a number, or leave the cell empty for a missing value")
    }

    func ragged(cells: Int) -> DataError {
        fault(
            "the row has \(cells) cell\(cells == 1 ? "" : "s"), but line \(referenceLine) has \(targets.count)",
            "give every row as many cells"
        )
    }

    func tooManyColumns() -> DataError {
        fault("the row has more than \(scanner.limits.columns) cells", "use .npy for rows of that length")
    }

    func rowTooLong() -> DataError {
        fault("the row is longer than \(scanner.limits.row) bytes", "use .npy for rows of that length")
    }

    func refused(_ refusal: CellScanner.Fault, column: Int) -> DataError {
        switch refusal {
        case .tooLong:
            fault(column: column, "the cell is longer than \(scanner.limits.cell) bytes", "shorten it")
        case .unclosedQuote:
            fault(
                column: column,
                "the quote that opens here is not closed within \(scanner.limits.cell) bytes",
                "close it, or write a quote inside a text twice"
            )
        case .textAfterQuote:
            fault(column: column, "there is text behind the closing quote", "write a quote inside a text twice")
        }
    }
}
