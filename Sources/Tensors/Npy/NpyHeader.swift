internal import Documents
internal import SystemPackage

/// What a `.npy` file says of its array (versions 1, 2 and 3 of the format).
struct NpyHeader: Equatable {
    var type: NpyType
    var isFortran: Bool
    var shape: [Int]
    /// Where the array begins in the file.
    var dataOffset: Int

    /// The most bytes of the header's text; numpy's own writer needs some hundred.
    static let maximumLength = 1 << 16
    static let magic: [UInt8] = [0x93] + "NUMPY".utf8

    /// Reads and checks the header.
    ///
    /// - Throws: ``DataError`` when it is not one, or tells of a type that is not read.
    static func read(from input: InputFile, size: Int) throws(DataError) -> NpyHeader {
        let foreign = malformed(input.path, "it is no .npy file")
        guard size >= 10 else { throw foreign }
        let start = try input.bytes(at: 0, count: 10)
        guard start.starts(with: magic) else { throw foreign }
        var offset = 10
        var length = Int(start[8]) | Int(start[9]) << 8
        switch (start[6], start[7]) {
        case (1, 0): break
        case (2, 0), (3, 0):
            guard size >= 12 else { throw foreign }
            let rest = try input.bytes(at: 10, count: 2)
            length |= Int(rest[0]) << 16 | Int(rest[1]) << 24
            offset = 12
        default: throw malformed(input.path, "it has the unknown .npy version \(start[6]).\(start[7])")
        }
        guard length <= maximumLength else { throw malformed(input.path, "its header has \(length) bytes") }
        guard length <= size - offset else { throw malformed(input.path, "it ends within its header") }
        return try parse(try input.bytes(at: offset, count: length), dataOffset: offset + length, input.path)
    }

    static func malformed(_ path: FilePath, _ reason: String) -> DataError {
        DataError(.invalid, path, reason: reason, remedy: "write it with numpy.save")
    }

    private static func parse(_ bytes: [UInt8], dataOffset: Int, _ path: FilePath) throws(DataError) -> NpyHeader {
        var parser = NpyHeaderParser(bytes: bytes)
        guard let fields = parser.fields() else { throw malformed(path, "its header is not of numpy's form") }
        let type: NpyType?
        do {
            type = try NpyType.parse(fields.descr)
        } catch {
            throw DataError(
                .unsupported,
                path,
                reason: "it holds \(error.content)",
                remedy: "convert the array with astype and save it again"
            )
        }
        guard let type else {
            throw malformed(path, "its header names the unknown type '\(Printable(fields.descr, limit: 40))'")
        }
        return NpyHeader(type: type, isFortran: fields.isFortran, shape: fields.shape, dataOffset: dataOffset)
    }
}

/// Reads the one form of Python dictionary that numpy writes, and nothing else of Python.
struct NpyHeaderParser {
    private let bytes: [UInt8]
    private var index = 0

    struct Fields: Equatable {
        var descr = ""
        var isFortran = false
        var shape: [Int] = []
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The three fields, each once and no other; nil when the text has any other form.
    mutating func fields() -> Fields? {
        var fields = Fields()
        var seen = Set<String>()
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = string(), take(":"), seen.insert(key).inserted else { return nil }
            switch key {
            case "descr":
                guard let descr = descr() else { return nil }
                fields.descr = descr
            case "fortran_order":
                if word("True") { fields.isFortran = true } else if !word("False") { return nil }
            case "shape":
                guard let shape = tuple() else { return nil }
                fields.shape = shape
            default: return nil
            }
            if !take(",") {
                guard take("}") else { return nil }
                break
            }
        }
        skipSpace()
        return index == bytes.count && seen.count == 3 ? fields : nil
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\n") {
            index += 1
        }
    }

    private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: symbol) else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: String) -> Bool {
        skipSpace()
        guard bytes[index...].starts(with: word.utf8) else { return false }
        index += word.utf8.count
        return true
    }

    private mutating func string() -> String? {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "'") || bytes[index] == UInt8(ascii: "\"") else {
            return nil
        }
        let quote = bytes[index]
        guard let end = bytes[(index + 1)...].firstIndex(of: quote) else { return nil }
        let content = bytes[(index + 1)..<end]
        index = end + 1
        guard !content.contains(UInt8(ascii: "\\")) else { return nil }
        return String(validating: content, as: UTF8.self)
    }

    /// The type's name; a list of fields, whose end need not be found, is numpy's `V`.
    private mutating func descr() -> String? {
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "[") else { return string() }
        var depth = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "[") { depth += 1 }
            if bytes[index] == UInt8(ascii: "]") { depth -= 1 }
            index += 1
            if depth == 0 { return "|V" }
        }
        return nil
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var extents: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = bytes[index...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard let extent = DecimalDigits.value(digits), extents.count < Tensor.maximumRank else { return nil }
            index += digits.count
            extents.append(extent)
            if !take(",") {
                // Python writes a tuple of one with a comma.
                guard extents.count > 1, take(")") else { return nil }
                break
            }
        }
        return extents
    }
}
