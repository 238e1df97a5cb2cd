import Documents
import Glibc
import SystemPackage

/// Writes a zip whose bytes depend on nothing but the names, modes and contents.
///
/// libarchive's writer puts the local time, data descriptors and two extra fields into every entry. This one writes
/// the plainest form there is: fixed time, sizes in the header, no extra fields below 4 GiB.
struct ZipWriter: ~Copyable {
    private let file: OwnedDescriptor
    private var offset = 0
    private var directory: [UInt8] = []
    private var count = 0

    /// 1980-01-01, the first day that a zip can say.
    private static let date: UInt16 = 0x0021
    /// Below this an entry is deflated if that saves anything at all.
    private static let smallFile = 64 << 10
    /// After this many bytes, contents that do not shrink are stored without trying on.
    private static let patience = 16 << 20
    private static let block = 1 << 20

    init(_ file: consuming OwnedDescriptor) {
        self.file = file
    }

    /// What an entry's two headers say.
    private struct Entry {
        var name: [UInt8]
        var mode: UInt16
        var method: UInt16 = 0
        var checksum: UInt32 = 0
        var packedSize = 0
        var size = 0
        var offset = 0
        /// Whether sizes stand in a zip64 extra field; decided before packing, because it is part of the header.
        var isLarge: Bool { size >= 0xF000_0000 }
        /// Bit 11 says that the name is UTF-8.
        var flags: UInt16 { name.allSatisfy { $0 < 0x80 } ? 0 : 0x0800 }
        var headerSize: Int { 30 + name.count + (isLarge ? 20 : 0) }
    }

    mutating func addFolder(_ name: String) throws(PackageError) {
        var entry = Entry(name: Array(name.utf8) + [UInt8(ascii: "/")], mode: 0o040755)
        entry.offset = offset
        try finish(entry)
    }

    mutating func addFile(_ source: SourceFolder.File, from input: InputFile) throws(PackageError) {
        var entry = Entry(name: Array(source.name.utf8), mode: 0o100000 | source.mode)
        entry.size = source.size
        entry.offset = offset
        if try deflate(input, into: &entry) {
            entry.method = 8
        } else {
            try store(input, into: &entry)
        }
        try finish(entry)
    }

    /// Writes the directory and ends the file there.
    consuming func close() throws(PackageError) {
        let start = offset
        let isLarge = start >= 0xFFFF_FFFF
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
        end.append(UInt16(count))
        end.append(UInt16(count))
        end.append(UInt32(directory.count))
        end.append(isLarge ? .max : UInt32(start))
        end.append(0 as UInt16)
        do throws(Errno) {
            try write(end, at: start)
            try check(ftruncate(file.rawValue, off_t(start + end.count)))
            try check(fsync(file.rawValue))
        } catch {
            throw Self.failure(error)
        }
    }

    /// Packs the contents; false when they are better stored.
    private mutating func deflate(_ input: InputFile, into entry: inout Entry) throws(PackageError) -> Bool {
        guard entry.size > 0, var deflater = Deflater() else { return false }
        var position = entry.offset + entry.headerSize
        let start = position
        var checksum: UInt32 = 0
        var done = 0
        while done < entry.size {
            try checkCancellation()
            let bytes = try input.bytes(at: done, count: min(Self.block, entry.size - done))
            checksum = Deflater.checksum(checksum, adding: bytes)
            done += bytes.count
            try deflater.deflate(bytes, isLast: done == entry.size) { block throws(PackageError) in
                try put(block, at: position)
                position += block.count
            }
            if done >= Self.patience, !Self.isWorthwhile(position - start, of: done) { return false }
        }
        entry.checksum = checksum
        entry.packedSize = position - start
        return Self.isWorthwhile(entry.packedSize, of: entry.size)
    }

    /// Whether packing saved enough, and not so much that readers would take the entry for a bomb.
    private static func isWorthwhile(_ packed: Int, of size: Int) -> Bool {
        let limits = ArchiveLimits.standard
        if size > limits.ratioFreeBytes, size / limits.ratio >= packed { return false }
        return size > smallFile ? packed <= size / 100 * 95 : packed < size
    }

    private mutating func store(_ input: InputFile, into entry: inout Entry) throws(PackageError) {
        var position = entry.offset + entry.headerSize
        entry.checksum = 0
        entry.packedSize = entry.size
        var done = 0
        while done < entry.size {
            try checkCancellation()
            let bytes = try input.bytes(at: done, count: min(Self.block, entry.size - done))
            entry.checksum = Deflater.checksum(entry.checksum, adding: bytes)
            do throws(Errno) {
                try write(bytes, at: position)
            } catch {
                throw Self.failure(error)
            }
            position += bytes.count
            done += bytes.count
        }
    }

    /// Writes the header before the contents, and notes the entry for the directory.
    private mutating func finish(_ entry: Entry) throws(PackageError) {
        var common: [UInt8] = []
        common.append((entry.isLarge ? 45 : 20) as UInt16)
        common.append(entry.flags)
        common.append(entry.method)
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
        do throws(Errno) {
            try write(header, at: entry.offset)
        } catch {
            throw Self.failure(error)
        }

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
        offset = entry.offset + entry.headerSize + entry.packedSize
    }

    private func put(_ block: UnsafeRawBufferPointer, at position: Int) throws(PackageError) {
        do {
            try file.descriptor.writeAll(toAbsoluteOffset: Int64(position), block)
        } catch {
            throw Self.failure(error as? Errno ?? .ioError)
        }
    }

    private func write(_ bytes: [UInt8], at position: Int) throws(Errno) {
        do {
            try file.descriptor.writeAll(toAbsoluteOffset: Int64(position), bytes)
        } catch {
            throw error as? Errno ?? .ioError
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
