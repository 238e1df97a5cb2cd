import CZlib
import SystemPackage

/// Deflates pieces of a file that are put together to one stream.
///
/// Each piece begins with the 32 KiB before it as its dictionary and ends at a byte, so that several threads can work
/// on one file. What comes out depends on the bytes alone, not on how many threads there are.
struct ChunkPacker: ~Copyable {
    /// Bytes of a piece.
    static let size = 1 << 20
    /// As far back as deflate can refer.
    private static let window = 32 << 10
    /// What zip programs use.
    private static let level: Int32 = 6

    /// One piece, packed or as it is.
    struct Chunk: Sendable {
        var bytes: [UInt8]
        /// CRC-32 of the piece as it was.
        var checksum: UInt32
        /// Bytes of the piece as it was.
        var size: Int
        var isDeflated: Bool
    }

    /// zlib keeps a pointer back to this, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(PackageError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard lw_deflate_begin(stream, Self.level) == Z_OK else {
            throw PackageError(.writeFailed, "there is not enough memory to pack", code: .noMemory)
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    static func count(in size: Int) -> Int {
        (size + Self.size - 1) / Self.size
    }

    /// Reads a piece and leaves it as it is.
    static func stored(_ index: Int, of file: InputFile) throws(PackageError) -> Chunk {
        let start = index * size
        let bytes = try file.bytes(at: start, count: min(size, file.size - start))
        return Chunk(bytes: bytes, checksum: checksum(of: bytes[...]), size: bytes.count, isDeflated: false)
    }

    /// Reads a piece and deflates it; the last one ends the stream.
    func deflated(_ index: Int, of file: InputFile) throws(PackageError) -> Chunk {
        let start = index * Self.size
        let count = min(Self.size, file.size - start)
        let before = min(start, Self.window)
        let bytes = try file.bytes(at: start - before, count: before + count)
        let isLast = start + count == file.size
        deflateReset(stream)
        let bound = Int(deflateBound(stream, UInt(count))) + 16
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { output, filled in
            bytes.withUnsafeBufferPointer { input in
                if before > 0 { deflateSetDictionary(stream, input.baseAddress, UInt32(before)) }
                // zlib only reads what next_in points at.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + before })
                stream.pointee.avail_in = UInt32(count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(bound)
                deflate(stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
                filled = bound - Int(stream.pointee.avail_out)
            }
        }
        // The bound holds for any input; a stream that does not fit it would be cut.
        guard stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 else {
            throw PackageError(.writeFailed, "zlib needs more room than it said")
        }
        return Chunk(bytes: packed, checksum: Self.checksum(of: bytes[before...]), size: count, isDeflated: true)
    }

    private static func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    }
}

extension ChunkPacker.Chunk {
    /// CRC-32 of what gave `first` and then of a piece of `size` bytes that gave `second`.
    static func combine(_ first: UInt32, _ second: UInt32, size: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), size))
    }
}
