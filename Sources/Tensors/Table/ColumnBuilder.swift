internal import Documents

/// Lays out the cells of one column as a tensor.
struct ColumnBuilder {
    let name: String
    let type: ColumnType
    private var bytes: [UInt8] = []
    private var validity: [UInt8] = []
    private var count = 0
    private let categories: Set<String>?

    init(name: String, type: ColumnType) {
        self.name = name
        self.type = type
        if case .category(let list) = type { categories = list.map { Set($0) } } else { categories = nil }
    }

    /// Why a cell does not fit, in two clauses.
    struct Refusal: Error {
        var reason: String
        var remedy: String
    }

    mutating func append(_ cell: Cell) throws(Refusal) {
        count += 1
        if cell == .missing { return appendMissing() }
        validity.append(1)
        switch type {
        case .number(let datatype): try append(number: cell, datatype)
        case .integer(let datatype): try append(integer: cell, datatype)
        case .boolean:
            guard let flag = cell.flag ?? cell.whole.flatMap({ [0: false, 1: true][$0] }) else { throw refusal(cell) }
            bytes.append(flag ? 1 : 0)
        case .text: try append(text: cell)
        case .datetime:
            guard let text = cell.string, ISO8601.isValid(text) else { throw refusal(cell) }
            try append(text: cell)
        case .category:
            if let categories, let text = cell.string, !categories.contains(text) {
                let near = NearestName.among(categories.sorted(), to: text)
                let remedy = near.map { "did you mean '\(Printable($0, limit: 40))'?" } ?? "write one that it knows"
                throw Refusal(reason: "\(cell.shown) is none of the categories that the model knows", remedy: remedy)
            }
            try append(text: cell)
        }
    }

    private mutating func appendMissing() {
        switch type {
        case .number(.fp16): append(Float16.nan.bitPattern)
        case .number(.fp32): append(Float.nan.bitPattern)
        case .number: append(Double.nan.bitPattern)
        case .integer(let datatype): bytes.append(contentsOf: repeatElement(0, count: datatype.size ?? 0))
        case .boolean: bytes.append(0)
        case .text, .datetime, .category: Tensor.append(0, to: &bytes)
        }
        // In floating point NaN says it.
        if case .number = type { validity.append(1) } else { validity.append(0) }
    }

    private mutating func append(number cell: Cell, _ datatype: Datatype) throws(Refusal) {
        guard let value = cell.double else { throw refusal(cell) }
        switch datatype {
        case .fp16: append(Float16(value).bitPattern)
        case .fp32: append(Float(value).bitPattern)
        default: append(value.bitPattern)
        }
    }

    private mutating func append(integer cell: Cell, _ datatype: Datatype) throws(Refusal) {
        let fits =
            switch datatype {
            case .uint8: append(cell, as: UInt8.self)
            case .uint16: append(cell, as: UInt16.self)
            case .uint32: append(cell, as: UInt32.self)
            case .uint64: append(cell, as: UInt64.self)
            case .int8: append(cell, as: Int8.self)
            case .int16: append(cell, as: Int16.self)
            case .int32: append(cell, as: Int32.self)
            default: append(cell, as: Int64.self)
            }
        guard fits else { throw refusal(cell) }
    }

    private mutating func append<Raw: FixedWidthInteger>(_ cell: Cell, as _: Raw.Type) -> Bool {
        if let whole = cell.whole, let raw = Raw(exactly: whole) {
            append(raw)
        } else if case .open(let text) = cell, let raw = Raw(text) {
            append(raw)
        } else if let value = cell.double, value.magnitude <= 0x1p53, let raw = Raw(exactly: value) {
            append(raw)  // 3.0, as a spreadsheet may write a whole number
        } else {
            return false
        }
        return true
    }

    private mutating func append(text cell: Cell) throws(Refusal) {
        // A number of a typed format is no text: which of its spellings would it be?
        guard let text = cell.string, let length = UInt32(exactly: text.utf8.count) else { throw refusal(cell) }
        Tensor.append(length, to: &bytes)
        bytes += text.utf8
    }

    private mutating func append(_ raw: some FixedWidthInteger) {
        withUnsafeBytes(of: raw.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private func refusal(_ cell: Cell) -> Refusal {
        var remedy = "write \(type.noun), or leave it out for a missing value"
        if case .text = type { remedy = "put it in quotes" }
        return Refusal(reason: "\(cell.shown) is not \(type.noun)", remedy: remedy)
    }

    /// The column of what was appended.
    func column() throws(TensorError) -> Column {
        var tensor = Tensor(
            unchecked: name,
            datatype: type.datatype,
            shape: [count],
            elementCount: count,
            bytes: bytes
        )
        tensor.content = type.content
        return try Column(tensor, validity: validity)
    }
}
