/// The element types of a `.npy` file that are read: numpy's `descr`.
struct NpyType: Equatable {
    /// What an element holds.
    enum Kind: Equatable {
        case number(Datatype)
        /// `S`: bytes of UTF-8, filled up with zeros.
        case utf8
        /// `U`: UTF-32 units, filled up with zeros.
        case utf32
    }

    var kind: Kind
    /// The bytes of one element.
    var size: Int
    var isBigEndian: Bool

    /// The most bytes of a text element.
    static let maximumSize = 1 << 24

    /// Why a type is not read, in words that follow 'it holds'.
    struct Refusal: Error, Equatable {
        var content: String
    }

    /// - Throws: ``Refusal`` for types that are not read; nil is returned for what is no type.
    static func parse(_ descr: String) throws(Refusal) -> NpyType? {
        let bytes = Array(descr.utf8)
        guard bytes.count >= 2, "<>|".utf8.contains(bytes[0]) else { return nil }
        let digits = bytes[2...]
        let length = DecimalDigits.value(digits)
        switch bytes[1] {
        case UInt8(ascii: "O"): throw Refusal(content: "Python objects; only numbers and texts are read")
        case UInt8(ascii: "M"), UInt8(ascii: "m"):
            throw Refusal(content: "dates or durations; only numbers and texts are read")
        case UInt8(ascii: "V"): throw Refusal(content: "raw records; only numbers and texts are read")
        case UInt8(ascii: "c"): throw Refusal(content: "complex numbers; only real ones are read")
        case UInt8(ascii: "S"), UInt8(ascii: "a"): return try text(.utf8, length, unit: 1, bytes[0])
        case UInt8(ascii: "U"): return try text(.utf32, length, unit: 4, bytes[0])
        default: break
        }
        guard let length, let size = Int(exactly: length) else { return nil }
        if bytes[1] == UInt8(ascii: "f"), size > 8 {
            throw Refusal(content: "numbers of \(size) bytes; at most 8 are read")
        }
        guard let datatype = datatype(bytes[1], size), size == 1 || bytes[0] != UInt8(ascii: "|") else { return nil }
        return NpyType(kind: .number(datatype), size: size, isBigEndian: bytes[0] == UInt8(ascii: ">"))
    }

    private static func text(_ kind: Kind, _ length: Int?, unit: Int, _ order: UInt8) throws(Refusal) -> NpyType? {
        guard let length else { return nil }
        guard length > 0 else { throw Refusal(content: "texts without room for a character") }
        guard length <= maximumSize / unit else {
            throw Refusal(content: "texts of \(length) characters; that is too long")
        }
        return NpyType(kind: kind, size: length * unit, isBigEndian: order == UInt8(ascii: ">"))
    }

    private static func datatype(_ letter: UInt8, _ size: Int) -> Datatype? {
        switch (Character(Unicode.Scalar(letter)), size) {
        case ("b", 1): .bool
        case ("i", 1): .int8
        case ("i", 2): .int16
        case ("i", 4): .int32
        case ("i", 8): .int64
        case ("u", 1): .uint8
        case ("u", 2): .uint16
        case ("u", 4): .uint32
        case ("u", 8): .uint64
        case ("f", 2): .fp16
        case ("f", 4): .fp32
        case ("f", 8): .fp64
        default: nil
        }
    }
}

extension Datatype {
    /// Numpy's name of the type, little-endian; nil for `BYTES`.
    var npyDescr: String? {
        switch self {
        case .bool: "|b1"
        case .uint8: "|u1"
        case .uint16: "<u2"
        case .uint32: "<u4"
        case .uint64: "<u8"
        case .int8: "|i1"
        case .int16: "<i2"
        case .int32: "<i4"
        case .int64: "<i8"
        case .fp16: "<f2"
        case .fp32: "<f4"
        case .fp64: "<f8"
        case .bytes: nil
        }
    }
}

/// Non-negative integers written in nothing but digits.
enum DecimalDigits {
    static func value(_ bytes: some Collection<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18, bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
