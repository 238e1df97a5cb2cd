/// One column of a table: its values, and which of them are missing.
///
/// On the wire a column with missing values is two tensors: the values, and a `BOOL` companion that says which of them
/// are there (the protocol's extension `null_values`).
package struct Column: Equatable, Sendable {
    /// The values, of shape (n) in a table; what stands in the place of a missing one means nothing.
    package var values: Tensor
    /// One byte for each value, 1 where it is there; nil when none is missing.
    package private(set) var validity: [UInt8]?

    package var name: String { values.name }

    /// A column without missing values; NaN is a value.
    package init(_ values: Tensor) {
        self.values = values
        validity = nil
    }

    /// - Parameters:
    ///   - values: the values.
    ///   - validity: as many bytes as there are elements, each 0 or 1.
    /// - Throws: ``TensorError`` when there are not as many bytes as elements.
    package init(_ values: Tensor, validity: [UInt8]) throws(TensorError) {
        guard validity.count == values.elementCount else {
            throw TensorError(
                .wrongElementCount(expected: values.elementCount, found: validity.count),
                name: values.name
            )
        }
        self.values = values
        self.validity = validity.contains(0) ? validity : nil
    }

    /// The tensors of the column on the wire.
    package var tensors: [Tensor] {
        guard let validity else { return [values] }
        var companion = Tensor(
            unchecked: name + Self.companionSuffix,
            datatype: .bool,
            shape: values.shape,
            elementCount: values.elementCount,
            bytes: validity
        )
        companion.validFor = name
        return [values, companion]
    }

    private static let companionSuffix = ".valid"

    /// Joins tensors with their companions.
    ///
    /// - Parameter tensors: columns and companions in any order.
    /// - Returns: the columns, in their order.
    /// - Throws: ``TensorError`` for a companion that is not `BOOL`, has no column, has another's, or another shape.
    package static func columns(of tensors: [Tensor]) throws(TensorError) -> [Column] {
        var companions: [String: Tensor] = [:]
        for tensor in tensors {
            guard let target = tensor.validFor else { continue }
            guard tensor.datatype == .bool, companions.updateValue(tensor, forKey: target) == nil else {
                throw TensorError(.badCompanion, name: tensor.name)
            }
        }
        var columns: [Column] = []
        for tensor in tensors where tensor.validFor == nil {
            guard let companion = companions.removeValue(forKey: tensor.name) else {
                columns.append(Column(tensor))
                continue
            }
            guard companion.shape == tensor.shape else { throw TensorError(.badCompanion, name: companion.name) }
            columns.append(try Column(tensor, validity: companion.bytes))
        }
        if let left = companions.values.min(by: { $0.name < $1.name }) {
            throw TensorError(.badCompanion, name: left.name)
        }
        return columns
    }

    /// Where the first missing value stands, counted from 0.
    package var firstMissing: Int? { validity?.firstIndex(of: 0) }

    /// The numbers, with NaN for what is missing.
    package func doubles() throws(TensorError) -> [Double] {
        var numbers = try values.doubles()
        for (place, valid) in (validity ?? []).enumerated() where valid == 0 { numbers[place] = .nan }
        return numbers
    }

    /// The column of some rows.
    package func rows(_ range: Range<Int>) -> Column {
        var part = Column(values.rows(range))
        if let validity, validity[range].contains(0) { part.validity = Array(validity[range]) }
        return part
    }
}
