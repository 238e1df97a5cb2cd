/// Makes the headers of a zip whose files are stored as they are.
struct StoredZip {
    private var offset = 0
    private var entries: [UInt8] = []
    private var count = 0

    /// 1980-01-01, the first day that a zip can say: equal outputs are equal files.
    private static let date: UInt16 = 0x0021
    private static let large = 0xFFFF_FFFF

    /// What stands before a file's contents.
    mutating func header(name: String, size: Int, checksum: UInt32) -> [UInt8] {
        let isLarge = size >= Self.large
        let isFar = offset >= Self.large
        var common: [UInt8] = []
        common.append(little: UInt16(isLarge || isFar ? 45 : 20))
        common.append(little: UInt16(name.utf8.allSatisfy { $0 < 0x80 } ? 0 : 0x0800))
        common.append(little: UInt16(0))
        common.append(little: UInt16(0))
        common.append(little: Self.date)
        common.append(little: checksum)
        common.append(little: isLarge ? .max : UInt32(size))
        common.append(little: isLarge ? .max : UInt32(size))
        common.append(little: UInt16(name.utf8.count))
        let sizes = isLarge ? [size, size] : []

        var header: [UInt8] = []
        header.append(little: UInt32(0x0403_4B50))
        header += common
        header.append(little: UInt16(isLarge ? 20 : 0))
        header += name.utf8
        header.append(extra: sizes)

        let large = sizes + (isFar ? [offset] : [])
        entries.append(little: UInt32(0x0201_4B50))
        entries.append(little: UInt16(isLarge || isFar ? 0x032D : 0x0314))
        entries += common
        entries.append(little: UInt16(large.isEmpty ? 0 : 4 + 8 * large.count))
        entries.append(little: UInt32(0))
        entries.append(little: UInt16(0))
        entries.append(little: UInt32(0o100644) << 16)
        entries.append(little: isFar ? .max : UInt32(offset))
        entries += name.utf8
        entries.append(extra: large)
        count += 1
        offset += header.count + size
        return header
    }

    /// What ends the zip.
    func directory() -> [UInt8] {
        var end = entries
        if offset >= Self.large || count >= 0xFFFF {
            end.append(little: UInt32(0x0606_4B50))
            end.append(little: UInt64(44))
            end.append(little: UInt16(0x032D))
            end.append(little: UInt16(45))
            end.append(little: UInt64(0))
            for number in [count, count, entries.count, offset] { end.append(little: UInt64(number)) }
            end.append(little: UInt32(0x0706_4B50))
            end.append(little: UInt32(0))
            end.append(little: UInt64(offset + entries.count))
            end.append(little: UInt32(1))
        }
        end.append(little: UInt32(0x0605_4B50))
        end.append(little: UInt32(0))
        end.append(little: UInt16(clamping: count))
        end.append(little: UInt16(clamping: count))
        end.append(little: UInt32(clamping: entries.count))
        end.append(little: UInt32(clamping: offset))
        end.append(little: UInt16(0))
        return end
    }
}

extension [UInt8] {
    fileprivate mutating func append(little number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// A zip64 field, unless it would be empty.
    fileprivate mutating func append(extra numbers: [Int]) {
        guard !numbers.isEmpty else { return }
        append(little: UInt16(1))
        append(little: UInt16(8 * numbers.count))
        for number in numbers { append(little: UInt64(number)) }
    }
}

/// The checksum of zip files (ISO 3309), a byte at a time.
struct CRC32 {
    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    mutating func update(_ bytes: [UInt8]) {
        Self.table.withUnsafeBufferPointer { table in
            for byte in bytes { state = table[Int((state ^ UInt32(byte)) & 0xFF)] ^ state >> 8 }
        }
    }
}
