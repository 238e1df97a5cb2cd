internal import SystemPackage

/// A `.npy` file, read by rows.
///
/// An array in Fortran order is gathered column by column for each chunk, so it needs no more memory than another.
final class NpySource: RowSource {
    let columnNames: [String]? = nil
    let columnCount: Int?
    private let input: InputFile
    private let header: NpyHeader
    private let rowElementCount: Int
    let rowCount: Int
    /// True for an array of one axis.
    var isList: Bool { header.shape.count == 1 }
    private var row = 0

    init(_ input: InputFile, options: DataOptions) throws(DataError) {
        guard let size = input.size else {
            let reason = "it is not a regular file"
            throw DataError(.unsupported, input.path, reason: reason, remedy: "write the array to a file first")
        }
        let header = try NpyHeader.read(from: input, size: size)
        guard let count = Tensor.elementCount(of: header.shape), count <= Int.max / header.type.size else {
            throw NpyHeader.malformed(input.path, "its shape \(header.shape) is too large")
        }
        guard let rowCount = header.shape.first else {
            let reason = "it holds a single value, not rows"
            throw DataError(.invalid, input.path, reason: reason, remedy: "reshape it to (rows, columns)")
        }
        guard count > 0 else { throw .noRows(input.path, "its shape \(header.shape) has no values") }
        let found = size - header.dataOffset
        guard found == count * header.type.size else {
            let reason = "its header asks for \(count * header.type.size) bytes of data, but there are \(found)"
            throw NpyHeader.malformed(input.path, reason)
        }
        self.input = input
        self.header = header
        self.rowCount = rowCount
        rowElementCount = count / rowCount
        guard case .number = header.type.kind else {
            columnCount = nil
            return
        }
        columnCount = rowElementCount
        try Self.matchColumns(input.path, shape: header.shape, count: rowElementCount, options: options)
    }

    private static func matchColumns(
        _ path: FilePath,
        shape: [Int],
        count: Int,
        options: DataOptions
    ) throws(DataError) {
        let wanted = options.expectedColumns?.count ?? options.expectedCount
        if let wanted, wanted != 1, shape.count == 1 {
            throw DataError(
                .invalid,
                path,
                reason: "it is a list of \(shape[0]) values, but the model takes \(wanted) columns",
                remedy: shape[0] == wanted
                    ? "reshape it to (1, \(wanted)) for one row" : "reshape it to (rows, \(wanted))"
            )
        }
        _ = try ColumnMatching(path, names: nil, count: count, options: options)
    }

    func next(maximumRows: Int) throws(DataError) -> Chunk? {
        precondition(maximumRows > 0, "at least one row must be asked for")
        let count = min(maximumRows, rowCount - row)
        guard count > 0 else { return nil }
        let bytes = try header.isFortran ? gathered(count) : contiguous(count)
        let values = try values(bytes, rows: count)
        defer { row += count }
        return Chunk(firstRow: row, rowCount: count, values: values)
    }

    private func contiguous(_ count: Int) throws(DataError) -> [UInt8] {
        let rowSize = rowElementCount * header.type.size
        return try input.bytes(at: header.dataOffset + row * rowSize, count: count * rowSize)
    }

    private func gathered(_ count: Int) throws(DataError) -> [UInt8] {
        let size = header.type.size
        var bytes = [UInt8](repeating: 0, count: count * rowElementCount * size)
        for element in 0..<rowElementCount {
            let place = header.dataOffset + (fortranPlace(of: element) * rowCount + row) * size
            let column = try input.bytes(at: place, count: count * size)
            for index in 0..<count {
                let target = (index * rowElementCount + element) * size
                for offset in 0..<size { bytes[target + offset] = column[index * size + offset] }
            }
        }
        return bytes
    }

    /// Where an element of a row, counted with the last axis fastest, is counted with the first axis fastest.
    private func fortranPlace(of element: Int) -> Int {
        var rest = element
        var place = 0
        for extent in header.shape.dropFirst().reversed() {
            place = place * extent + rest % extent
            rest /= extent
        }
        return place
    }

    private func values(_ bytes: [UInt8], rows: Int) throws(DataError) -> Chunk.Values {
        let shape = [rows] + header.shape.dropFirst()
        do {
            switch header.type.kind {
            case .number(let datatype):
                let bytes = header.type.isBigEndian ? Self.reversed(bytes, size: header.type.size) : bytes
                return .matrix(try Tensor(name: "X", datatype: datatype, shape: shape, bytes: bytes))
            case .utf8, .utf32:
                let tensor = try Tensor(name: "X", strings: try texts(bytes), shape: shape)
                return shape.count == 1 ? .texts(tensor) : .matrix(tensor)
            }
        } catch let error as TensorError {
            throw NpyHeader.malformed(input.path, error.description)
        } catch let error as DataError {
            throw error
        } catch {
            throw NpyHeader.malformed(input.path, "\(error)")
        }
    }

    private static func reversed(_ bytes: [UInt8], size: Int) -> [UInt8] {
        var result = bytes
        for start in stride(from: 0, to: bytes.count, by: size) { result[start..<start + size].reverse() }
        return result
    }

    private func texts(_ bytes: [UInt8]) throws(DataError) -> [String] {
        var texts: [String] = []
        for start in stride(from: 0, to: bytes.count, by: header.type.size) {
            let element = bytes[start..<start + header.type.size]
            let text = header.type.kind == .utf8 ? Self.text(utf8: element) : text(utf32: element)
            guard let text else {
                let place = row + texts.count / rowElementCount + 1
                let reason = "the text is not valid Unicode"
                throw DataError(.invalid, input.path, row: place, reason: reason, remedy: "save the texts as UTF-8")
            }
            texts.append(text)
        }
        return texts
    }

    private static func text(utf8 bytes: ArraySlice<UInt8>) -> String? {
        let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex
        return String(validating: bytes[..<end], as: UTF8.self)
    }

    private func text(utf32 bytes: ArraySlice<UInt8>) -> String? {
        var units: [UInt32] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
            let unit = bytes[start..<start + 4]
            let ordered = header.type.isBigEndian ? Array(unit) : unit.reversed()
            units.append(ordered.reduce(0) { $0 << 8 | UInt32($1) })
        }
        while units.last == 0 { units.removeLast() }
        return String(validating: units, as: UTF32.self)
    }
}
