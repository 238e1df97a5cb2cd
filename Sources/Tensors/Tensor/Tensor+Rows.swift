extension Tensor {
    /// The tensor of some rows, which keeps name, datatype and the shape of a row.
    ///
    /// - Parameter range: the rows, counted from 0; they must exist.
    /// - Returns: a tensor of `range.count` rows.
    /// - Complexity: O(n) in the number of bytes that are copied; for `BYTES` in all bytes.
    package func rows(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= rowCount ?? 0, "rows \(range) of the shape \(shape)")
        let elements = range.lowerBound * rowElementCount..<range.upperBound * rowElementCount
        var part = Tensor(
            unchecked: name,
            datatype: datatype,
            shape: [range.count] + shape.dropFirst(),
            elementCount: elements.count,
            bytes: Array(bytes[byteRange(of: elements)])
        )
        part.content = content
        part.validFor = validFor
        return part
    }

    private func byteRange(of elements: Range<Int>) -> Range<Int> {
        if let size = datatype.size { return elements.lowerBound * size..<elements.upperBound * size }
        guard !elements.isEmpty, let all = try? byteElements(count: elementCount) else { return 0..<0 }
        return all[elements.lowerBound].lowerBound - 4..<all[elements.upperBound - 1].upperBound
    }

    /// Joins tensors along the first axis.
    ///
    /// - Parameter parts: at least one tensor; the result is named after the first.
    /// - Returns: a tensor with the rows of all parts.
    /// - Throws: ``TensorError`` when the parts differ in datatype or in the shape of a row.
    package static func concatenating(_ parts: [Tensor]) throws(TensorError) -> Tensor {
        guard let first = parts.first, first.rowCount != nil else {
            throw TensorError(.noRows, name: parts.first?.name ?? "")
        }
        if parts.count == 1 { return first }
        var rows = 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.bytes.count })
        for part in parts {
            guard part.datatype == first.datatype, part.shape.count == first.shape.count,
                part.shape.dropFirst() == first.shape.dropFirst(), let more = part.rowCount
            else { throw TensorError(.unequalParts, name: part.name) }
            let (sum, overflow) = rows.addingReportingOverflow(more)
            guard !overflow else { throw TensorError(.invalidShape(part.shape), name: part.name) }
            rows = sum
            bytes += part.bytes
        }
        let shape = [rows] + first.shape.dropFirst()
        guard let count = elementCount(of: shape) else { throw TensorError(.invalidShape(shape), name: first.name) }
        var whole = Tensor(
            unchecked: first.name,
            datatype: first.datatype,
            shape: shape,
            elementCount: count,
            bytes: bytes
        )
        whole.content = first.content
        whole.validFor = first.validFor
        return whole
    }
}
