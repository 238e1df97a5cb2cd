extension Tensor {
    /// Lays out numbers as `FP64`.
    ///
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - doubles: the elements, row by row.
    ///   - shape: the extents, the slowest axis first.
    /// - Throws: ``TensorError`` when there are not as many elements as the shape asks for.
    package init(name: String, doubles: [Double], shape: [Int]) throws(TensorError) {
        try Self.validateCount(doubles.count, shape: shape, name: name)
        let bytes = Self.layOut(doubles) { $0.bitPattern }
        self.init(unchecked: name, datatype: .fp64, shape: shape, elementCount: doubles.count, bytes: bytes)
    }

    /// Lays out numbers as `INT64`.
    ///
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - integers: the elements, row by row.
    ///   - shape: the extents, the slowest axis first.
    /// - Throws: ``TensorError`` when there are not as many elements as the shape asks for.
    package init(name: String, integers: [Int64], shape: [Int]) throws(TensorError) {
        try Self.validateCount(integers.count, shape: shape, name: name)
        let bytes = Self.layOut(integers) { $0 }
        self.init(unchecked: name, datatype: .int64, shape: shape, elementCount: integers.count, bytes: bytes)
    }

    /// Lays out texts as `BYTES` in UTF-8.
    ///
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - strings: the elements, row by row.
    ///   - shape: the extents, the slowest axis first.
    /// - Throws: ``TensorError`` when there are not as many elements as the shape asks for.
    package init(name: String, strings: [String], shape: [Int]) throws(TensorError) {
        try Self.validateCount(strings.count, shape: shape, name: name)
        var bytes: [UInt8] = []
        for (index, string) in strings.enumerated() {
            guard let length = UInt32(exactly: string.utf8.count) else {
                let found = "a text of \(string.utf8.count) bytes"
                throw TensorError(.invalidValue(index: index, found: found, datatype: .bytes), name: name)
            }
            Self.append(length, to: &bytes)
            bytes += string.utf8
        }
        self.init(unchecked: name, datatype: .bytes, shape: shape, elementCount: strings.count, bytes: bytes)
    }

    static func validateCount(_ count: Int, shape: [Int], name: String) throws(TensorError) {
        guard let expected = elementCount(of: shape) else { throw TensorError(.invalidShape(shape), name: name) }
        guard count == expected else {
            throw TensorError(.wrongElementCount(expected: expected, found: count), name: name)
        }
    }

    /// The elements as `Double`, from any type but `BYTES`; a `BOOL` becomes 0 or 1.
    ///
    /// 64-bit integers beyond 2⁵³ are rounded to the nearest `Double`.
    ///
    /// - Returns: the elements, row by row.
    /// - Throws: ``TensorError`` for `BYTES`.
    package func doubles() throws(TensorError) -> [Double] {
        switch datatype {
        case .bool, .uint8: values(UInt8.self) { Double($0) }
        case .uint16: values(UInt16.self) { Double($0) }
        case .uint32: values(UInt32.self) { Double($0) }
        case .uint64: values(UInt64.self) { Double($0) }
        case .int8: values(Int8.self) { Double($0) }
        case .int16: values(Int16.self) { Double($0) }
        case .int32: values(Int32.self) { Double($0) }
        case .int64: values(Int64.self) { Double($0) }
        case .fp16: values(UInt16.self) { Double(Float16(bitPattern: $0)) }
        case .fp32: values(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .fp64: copiedDoubles()
        case .bytes: throw TensorError(.wrongDatatype(found: .bytes, wanted: "numbers"), name: name)
        }
    }

    /// The elements as `Int64`, from an integer type or `BOOL`.
    ///
    /// - Returns: the elements, row by row.
    /// - Throws: ``TensorError`` for floating-point numbers, `BYTES`, and a `UINT64` beyond `Int64`.
    package func integers() throws(TensorError) -> [Int64] {
        switch datatype {
        case .bool, .uint8: return values(UInt8.self) { Int64($0) }
        case .uint16: return values(UInt16.self) { Int64($0) }
        case .uint32: return values(UInt32.self) { Int64($0) }
        case .int8: return values(Int8.self) { Int64($0) }
        case .int16: return values(Int16.self) { Int64($0) }
        case .int32: return values(Int32.self) { Int64($0) }
        case .int64: return values(Int64.self) { $0 }
        case .uint64:
            let unsigned = values(UInt64.self) { $0 }
            if let index = unsigned.firstIndex(where: { $0 > UInt64(Int64.max) }) {
                throw TensorError(
                    .invalidValue(index: index, found: String(unsigned[index]), datatype: .int64),
                    name: name
                )
            }
            return unsigned.map { Int64($0) }
        case .fp16, .fp32, .fp64, .bytes:
            throw TensorError(.wrongDatatype(found: datatype, wanted: "integers"), name: name)
        }
    }

    /// The elements as texts, from `BYTES`.
    ///
    /// - Returns: the elements, row by row.
    /// - Throws: ``TensorError`` for another type, and for bytes that are not UTF-8.
    package func strings() throws(TensorError) -> [String] {
        guard datatype == .bytes else {
            throw TensorError(.wrongDatatype(found: datatype, wanted: "texts"), name: name)
        }
        var strings: [String] = []
        strings.reserveCapacity(elementCount)
        for element in try byteElements(count: elementCount) {
            guard let string = String(validating: bytes[element], as: UTF8.self) else {
                throw TensorError(.invalidText(index: strings.count), name: name)
            }
            strings.append(string)
        }
        return strings
    }

    /// Where the first NaN or infinity stands, counted from 0; nil when every number is finite.
    ///
    /// - Returns: the row, and the place within the row's elements; always nil for types other than floating point.
    package func firstNonFinite() -> (row: Int, column: Int)? {
        let index: Int? =
            switch datatype {
            // The exponent of NaN and infinity is all ones.
            case .fp16: firstIndex(withAllBitsOf: 0x7C00 as UInt16)
            case .fp32: firstIndex(withAllBitsOf: 0x7F80_0000 as UInt32)
            case .fp64: firstIndex(withAllBitsOf: 0x7FF0_0000_0000_0000 as UInt64)
            default: nil
            }
        return index.map { ($0 / rowElementCount, $0 % rowElementCount) }
    }
}
