import CArchive

/// zlib's raw deflate, and its checksum.
package struct Deflater: ~Copyable {
    /// zlib keeps a pointer back to this, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

    package init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // A negative window size means no zlib header; level 6 is what zip programs use.
        let result = deflateInit2_(
            stream,
            6,
            Z_DEFLATED,
            -15,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard result == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes in bytes and hands on what they become.
    ///
    /// - Parameters:
    ///   - bytes: at most 4 GiB.
    ///   - isLast: true for the end of the contents.
    ///   - body: called with each block of packed bytes, which is valid only during the call.
    /// - Throws: what `body` throws.
    package mutating func deflate(
        _ bytes: [UInt8],
        isLast: Bool,
        _ body: (UnsafeRawBufferPointer) throws(PackageError) -> Void
    ) throws(PackageError) {
        // zlib reads the input during these calls only; a copy in memory of our own outlives them all.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { input.deallocate() }
        _ = input.update(from: bytes)
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(bytes.count)
        repeat {
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            CArchive.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
            try body(UnsafeRawBufferPointer(rebasing: output[..<(output.count - Int(stream.pointee.avail_out))]))
        } while stream.pointee.avail_out == 0
    }

    /// CRC-32 of more bytes after those that gave `checksum`.
    package static func checksum(_ checksum: UInt32, adding bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(UInt(checksum), bytes, bytes.count))
    }
}
