package import Documents

extension Tensor {
    /// Reads the `data` member of a tensor in JSON.
    ///
    /// - Parameters:
    ///   - json: the elements, as one flat list or as lists nested like the shape.
    ///   - name: the tensor's name.
    ///   - datatype: the declared type; each element must be a value of it.
    ///   - shape: the declared shape.
    ///   - allowsNull: true when `null` stands for a missing number, which becomes NaN in floating-point types.
    /// - Throws: ``TensorError`` that names the first element that does not fit.
    package init(
        json: Node,
        name: String,
        datatype: Datatype,
        shape: [Int],
        allowsNull: Bool = false
    ) throws(TensorError) {
        let reader = try JSONElements(json, name: name, datatype: datatype, shape: shape, allowsNull: allowsNull)
        let count = reader.count
        self.init(unchecked: name, datatype: datatype, shape: shape, elementCount: count, bytes: reader.bytes)
    }

    /// The elements as the `data` member of a tensor in JSON, in one flat list.
    ///
    /// - Returns: a list of booleans, numbers or texts; NaN becomes `null`.
    /// - Throws: ``TensorError`` for what JSON cannot say: infinities, bytes that are not UTF-8, and integers beyond
    ///   `Int64`. The binary form carries them.
    package func jsonData() throws(TensorError) -> Node {
        switch datatype {
        case .bool: return Node(values(UInt8.self) { Node($0 == 1) })
        case .bytes: return Node(try strings().map { Node($0) })
        case .fp16, .fp32, .fp64:
            let numbers = try doubles()
            if let index = numbers.firstIndex(where: { $0.isInfinite }) {
                throw TensorError(.invalidValue(index: index, found: "an infinity", datatype: datatype), name: name)
            }
            // The shortest text of the element's own type, not of the wider Double, reads back the same.
            if datatype == .fp32 {
                return Node(values(UInt32.self) { Self.number(Double(Float(bitPattern: $0).description)) })
            }
            return Node(numbers.map { Self.number($0) })
        default: return Node(try integers().map { Node(Int($0)) })
        }
    }

    private static func number(_ value: Double?) -> Node {
        guard let value, !value.isNaN else { return Node(.null) }
        return Node(value)
    }
}

extension Column {
    /// Reads the `data` member of a tensor in JSON, in which `null` is a missing value.
    ///
    /// - Parameters:
    ///   - json: the elements, as one flat list or as lists nested like the shape.
    ///   - name: the tensor's name.
    ///   - datatype: the declared type; each element but `null` must be a value of it.
    ///   - shape: the declared shape.
    /// - Throws: ``TensorError`` that names the first element that does not fit.
    package init(json: Node, name: String, datatype: Datatype, shape: [Int]) throws(TensorError) {
        let reader = try JSONElements(
            json,
            name: name,
            datatype: datatype,
            shape: shape,
            allowsNull: true,
            marksMissing: true
        )
        let count = reader.count
        let values = Tensor(unchecked: name, datatype: datatype, shape: shape, elementCount: count, bytes: reader.bytes)
        try self.init(values, validity: reader.validity)
    }
}

/// Lays out the elements of a JSON list.
private struct JSONElements {
    let name: String
    let datatype: Datatype
    /// True when `null` stands for a missing number, which is NaN.
    let allowsNull: Bool
    /// True when `null` may stand in types that have no NaN, too.
    let marksMissing: Bool
    var bytes: [UInt8] = []
    /// 0 for each `null` among elements that are no floating-point numbers.
    var validity: [UInt8] = []
    var count = 0

    init(
        _ json: Node,
        name: String,
        datatype: Datatype,
        shape: [Int],
        allowsNull: Bool,
        marksMissing: Bool = false
    ) throws(TensorError) {
        self.name = name
        self.datatype = datatype
        self.allowsNull = allowsNull
        self.marksMissing = marksMissing
        guard let count = Tensor.elementCount(of: shape) else { throw TensorError(.invalidShape(shape), name: name) }
        if let list = json.array, !list.contains(where: { $0.array != nil }) {
            guard list.count == count else {
                throw TensorError(.wrongElementCount(expected: count, found: list.count), name: name)
            }
            for node in list { try append(node) }
        } else {
            try append(json, shape: shape[...])
        }
    }

    /// - Complexity: O(n) in the number of nodes; as deep as the shape has axes.
    mutating func append(_ node: Node, shape: ArraySlice<Int>) throws(TensorError) {
        guard let extent = shape.first else { return try append(node) }
        guard let list = node.array, list.count == extent else {
            throw TensorError(.wrongNesting(shape: Array(shape)), name: name)
        }
        for element in list { try append(element, shape: shape.dropFirst()) }
    }

    mutating func append(_ node: Node) throws(TensorError) {
        if marksMissing, node.isNull, !datatype.isFloatingPoint {
            bytes.append(contentsOf: repeatElement(0, count: datatype.size ?? 4))
            validity.append(0)
            count += 1
            return
        }
        validity.append(1)
        switch datatype {
        case .bool:
            guard let value = node.bool else { throw fault(node) }
            bytes.append(value ? 1 : 0)
        case .uint8: try appendInteger(node, UInt8.self)
        case .uint16: try appendInteger(node, UInt16.self)
        case .uint32: try appendInteger(node, UInt32.self)
        case .uint64: try appendInteger(node, UInt64.self)
        case .int8: try appendInteger(node, Int8.self)
        case .int16: try appendInteger(node, Int16.self)
        case .int32: try appendInteger(node, Int32.self)
        case .int64: try appendInteger(node, Int64.self)
        case .fp16:
            let value = try number(node)
            guard value.isNaN || Float16(value).isFinite else { throw fault(node) }
            append(Float16(value).bitPattern)
        case .fp32:
            let value = try number(node)
            guard value.isNaN || Float(value).isFinite else { throw fault(node) }
            append(Float(value).bitPattern)
        case .fp64: append(try number(node).bitPattern)
        case .bytes:
            guard let text = node.string, let length = UInt32(exactly: text.utf8.count) else { throw fault(node) }
            append(length)
            bytes += text.utf8
        }
        count += 1
    }

    private func number(_ node: Node) throws(TensorError) -> Double {
        if allowsNull, node.isNull { return .nan }
        guard let number = node.number else { throw fault(node) }
        return number
    }

    private mutating func appendInteger<Raw: FixedWidthInteger>(_ node: Node, _: Raw.Type) throws(TensorError) {
        let value: Raw? =
            switch node.value {
            case .integer(let integer): Raw(exactly: integer)
            // Past 2⁵³ the reader has rounded, so the number is no longer the one that was written.
            case .number(let number) where number.magnitude <= 0x1p53: Raw(exactly: number)
            default: nil
            }
        guard let value else { throw fault(node) }
        append(value)
    }

    private mutating func append(_ raw: some FixedWidthInteger) {
        withUnsafeBytes(of: raw.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private func fault(_ node: Node) -> TensorError {
        let found =
            switch node.value {
            case .integer(let value): "the number \(value)"
            case .number(let value): "the number \(value)"
            default: node.kind
            }
        return TensorError(.invalidValue(index: count, found: found, datatype: datatype), name: name)
    }
}
