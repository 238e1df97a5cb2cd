import Documents
import Glibc
import SystemPackage

/// Writes a zip whose bytes depend on nothing but the names, modes and contents.
///
/// It writes the plainest form there is: fixed time, sizes in the header, no data descriptors, no extra fields below
/// 4 GiB. Other writers put local time, owners and descriptors into every entry.
struct ZipWriter: ~Copyable {
    private let file: OwnedDescriptor
    private var offset = 0
    private var directory: [UInt8] = []
    private var count = 0

    /// 1980-01-01, the first day that a zip can say.
    private static let date: UInt16 = 0x0021
    /// From this size on, sizes stand in a zip64 extra field; decided before packing, as it is part of the header.
    private static let largeSize = 0xF000_0000

    init(_ file: consuming OwnedDescriptor) {
        self.file = file
    }

    /// What an entry's two headers say.
    struct Entry {
        let name: [UInt8]
        let mode: UInt16
        let size: Int
        /// Where the entry begins in the zip.
        let offset: Int
        var isDeflated = false
        var checksum: UInt32 = 0
        var packedSize = 0

        fileprivate var isLarge: Bool { size >= ZipWriter.largeSize }
        /// Bit 11 says that the name is UTF-8.
        fileprivate var flags: UInt16 { name.allSatisfy { $0 < 0x80 } ? 0 : 0x0800 }
        fileprivate var headerSize: Int { 30 + name.count + (isLarge ? 20 : 0) }
        /// Where the next packed bytes go.
        fileprivate var position: Int { offset + headerSize + packedSize }
    }

    mutating func addFolder(_ name: String) throws(PackageError) {
        try finish(Entry(name: Array(name.utf8) + [UInt8(ascii: "/")], mode: 0o040755, size: 0, offset: offset))
    }

    /// An entry to fill with ``append(_:to:)`` and end with ``finish(_:)``; until then another may take its place.
    func begin(_ source: SourceFolder.File) -> Entry {
        Entry(name: Array(source.name.utf8), mode: 0o100000 | source.mode, size: source.size, offset: offset)
    }

    func append(_ chunk: ChunkPacker.Chunk, to entry: inout Entry) throws(PackageError) {
        try write(chunk.bytes, at: entry.position)
        entry.checksum = ChunkPacker.Chunk.combine(entry.checksum, chunk.checksum, size: chunk.size)
        entry.packedSize += chunk.bytes.count
        entry.isDeflated = chunk.isDeflated
    }

    /// Writes the header before the contents, and notes the entry for the directory.
    mutating func finish(_ entry: Entry) throws(PackageError) {
        var common: [UInt8] = []
        common.append((entry.isLarge ? 45 : 20) as UInt16)
        common.append(entry.flags)
        common.append((entry.isDeflated ? 8 : 0) as UInt16)
        common.append(0 as UInt16)
        common.append(Self.date)
        common.append(entry.checksum)
        common.append(entry.isLarge ? .max : UInt32(entry.packedSize))
        common.append(entry.isLarge ? .max : UInt32(entry.size))
        common.append(UInt16(entry.name.count))
        let sizes = entry.isLarge ? [entry.size, entry.packedSize] : []

        var header: [UInt8] = []
        header.append(0x0403_4B50 as UInt32)
        header += common
        header.append(UInt16(entry.isLarge ? 20 : 0))
        header += entry.name
        header.appendLarge(sizes)
        try write(header, at: entry.offset)

        let isFar = entry.offset >= 0xFFFF_FFFF
        let large = sizes + (isFar ? [entry.offset] : [])
        directory.append(0x0201_4B50 as UInt32)
        directory.append((entry.isLarge || isFar ? 0x032D : 0x0314) as UInt16)
        directory += common
        directory.append(UInt16(large.isEmpty ? 0 : 4 + 8 * large.count))
        directory.append(0 as UInt32)
        directory.append(0 as UInt16)
        directory.append(UInt32(entry.mode) << 16 | (entry.name.last == UInt8(ascii: "/") ? 0x10 : 0))
        directory.append(isFar ? .max : UInt32(entry.offset))
        directory += entry.name
        directory.appendLarge(large)
        count += 1
        offset = entry.position
    }

    /// Writes the directory and ends the file there.
    consuming func close() throws(PackageError) {
        let start = offset
        let isLarge = start >= 0xFFFF_FFFF || count >= 0xFFFF
        var end = directory
        if isLarge {
            end.append(0x0606_4B50 as UInt32)
            end.append(44 as UInt64)
            end.append(0x032D as UInt16)
            end.append(45 as UInt16)
            end.append(0 as UInt64)
            for number in [count, count, directory.count, start] { end.append(UInt64(number)) }
            end.append(0x0706_4B50 as UInt32)
            end.append(0 as UInt32)
            end.append(UInt64(start + directory.count))
            end.append(1 as UInt32)
        }
        end.append(0x0605_4B50 as UInt32)
        end.append(0 as UInt32)
        end.append(UInt16(clamping: count))
        end.append(UInt16(clamping: count))
        end.append(UInt32(clamping: directory.count))
        end.append(UInt32(clamping: start))
        end.append(0 as UInt16)
        try write(end, at: start)
        do throws(Errno) {
            // What a first attempt at the last entry left behind goes.
            try check(ftruncate(file.rawValue, off_t(start + end.count)))
            try check(fsync(file.rawValue))
        } catch {
            throw Self.failure(error)
        }
    }

    private func write(_ bytes: [UInt8], at position: Int) throws(PackageError) {
        do {
            try file.descriptor.writeAll(toAbsoluteOffset: Int64(position), bytes)
        } catch {
            throw Self.failure(error as? Errno ?? .ioError)
        }
    }

    private static func failure(_ code: Errno) -> PackageError {
        PackageError(.writeFailed, "the zip cannot be written: \(code)", code: code)
    }
}

extension [UInt8] {
    /// Appends a number in little-endian order.
    fileprivate mutating func append(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends a zip64 extra field (0x0001), unless it would be empty.
    fileprivate mutating func appendLarge(_ numbers: [Int]) {
        guard !numbers.isEmpty else { return }
        append(1 as UInt16)
        append(UInt16(8 * numbers.count))
        for number in numbers { append(UInt64(number)) }
    }
}
