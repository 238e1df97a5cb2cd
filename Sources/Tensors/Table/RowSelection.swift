extension Tensor {
    /// The tensor of some rows in the order of their places, which keeps name, datatype and the shape of a row.
    ///
    /// - Parameter places: rows, counted from 0; they must exist, and may come more than once.
    /// - Returns: a tensor of as many rows.
    /// - Complexity: O(n) in the number of bytes that are copied; for `BYTES` in all bytes.
    package func rows(at places: [Int]) -> Tensor {
        precondition(places.allSatisfy { $0 >= 0 && $0 < rowCount ?? 0 }, "rows of the shape \(shape)")
        let width = rowElementCount
        var selected: [UInt8] = []
        elements.withUnsafeBytes { source in
            if let size = datatype.size {
                selected.reserveCapacity(places.count * width * size)
                for place in places { selected += source[place * width * size..<(place + 1) * width * size] }
            } else if width > 0, let all = try? byteElements(count: elementCount) {
                for place in places {
                    let (first, last) = (all[place * width], all[(place + 1) * width - 1])
                    selected += source[first.lowerBound - 4..<last.upperBound]
                }
            }
        }
        var part = Tensor(
            unchecked: name,
            datatype: datatype,
            shape: [places.count] + shape.dropFirst(),
            elementCount: places.count * width,
            bytes: selected
        )
        part.content = content
        part.validFor = validFor
        return part
    }
}

extension Column {
    /// The column of some rows in the order of their places.
    package func rows(at places: [Int]) -> Column {
        let width = values.rowElementCount
        let part = values.rows(at: places)
        guard let validity else { return Column(part) }
        let flags = places.flatMap { validity[$0 * width..<($0 + 1) * width] }
        return (try? Column(part, validity: flags)) ?? Column(part)
    }
}

extension Chunk {
    /// Some of the rows in the order of their places, as a chunk of their own.
    ///
    /// - Parameter places: rows of this chunk, counted from 0; they must exist.
    /// - Returns: as many rows.
    package func rows(at places: [Int]) -> Chunk {
        let part: Values =
            switch values {
            case .matrix(let tensor): .matrix(tensor.rows(at: places))
            case .columns(let columns): .columns(columns.map { $0.rows(at: places) })
            case .texts(let tensor): .texts(tensor.rows(at: places))
            }
        return Chunk(firstRow: 0, rowCount: places.count, values: part)
    }

    /// The rows of a range, which keep their places in the file.
    ///
    /// - Parameter range: rows of this chunk, counted from 0; they must exist.
    /// - Returns: as many rows.
    package func rows(_ range: Range<Int>) -> Chunk {
        let part: Values =
            switch values {
            case .matrix(let tensor): .matrix(tensor.rows(range))
            case .columns(let columns): .columns(columns.map { $0.rows(range) })
            case .texts(let tensor): .texts(tensor.rows(range))
            }
        return Chunk(firstRow: firstRow + range.lowerBound, rowCount: range.count, values: part)
    }
}
