import CZlib
import Documents

/// The bytes of a model file from front to back: as they are, or inflated where zlib or gzip packed them.
package final class ByteStream {
    /// Where the bytes come from.
    private enum Source {
        case file(InputFile)
        case memory([UInt8])

        var size: Int {
            switch self {
            case .file(let file): file.size
            case .memory(let bytes): bytes.count
            }
        }

        func bytes(at offset: Int, count: Int) throws(PackageError) -> [UInt8] {
            switch self {
            case .file(let file): try file.bytes(at: offset, count: count)
            case .memory(let bytes): Array(bytes[offset..<offset + count])
            }
        }
    }

    /// Bytes read so far, after inflation.
    private(set) var position = 0
    private let file: Source
    private let name: String
    private let inflater: Inflater?
    /// The most bytes that come out of an inflater.
    private let limit: Int
    private var offset = 0
    private var buffer: [UInt8] = []
    private var start = 0

    /// Bytes that one inflated file may have.
    static let inflatedLimit = 4 << 30
    private static let blockBytes = 256 << 10

    /// - Parameters:
    ///   - file: the file, read from its beginning.
    ///   - name: what it is called in errors.
    ///   - limit: the most inflated bytes.
    /// - Throws: ``PackageError`` when it cannot be read.
    convenience init(
        _ file: InputFile,
        name: String,
        limit: Int = ByteStream.inflatedLimit
    ) throws(PackageError) {
        try self.init(.file(file), name, limit)
    }

    /// - Parameters:
    ///   - bytes: all bytes of the file.
    ///   - name: what it is called in errors.
    /// - Throws: ``PackageError`` when they are packed in a way that is not read.
    convenience init(_ bytes: [UInt8], name: String) throws(PackageError) {
        try self.init(.memory(bytes), name, ByteStream.inflatedLimit)
    }

    private init(_ file: Source, _ name: String, _ limit: Int) throws(PackageError) {
        self.file = file
        self.name = name
        self.limit = limit
        let head = try file.bytes(at: 0, count: min(6, file.size))
        let packers: [([UInt8], String)] = [
            ([0x42, 0x5A, 0x68], "bz2"), ([0xFD, 0x37, 0x7A], "xz"), ([0x5D, 0x00, 0x00], "lzma"),
            ([0x04, 0x22, 0x4D, 0x18], "lz4"),
        ]
        if let packer = packers.first(where: { head.starts(with: $0.0) }) {
            throw PackageError(
                .modelFile,
                "'\(Printable(name))' is compressed with \(packer.1), which is not read here",
                entry: name,
                hint: "save it again without compression, or with compress=('zlib', 3)"
            )
        }
        let isGzip = head.starts(with: [0x1F, 0x8B])
        // The first byte of a zlib stream; the second makes both a multiple of 31 (RFC 1950).
        let isZlib = head.count > 1 && head[0] == 0x78 && (Int(head[0]) << 8 + Int(head[1])) % 31 == 0
        inflater = isGzip || isZlib ? Inflater() : nil
    }

    /// True when all bytes have been read.
    func isAtEnd() throws(PackageError) -> Bool {
        if start < buffer.count { return false }
        try fill()
        return start == buffer.count
    }

    /// The next byte.
    func byte() throws(PackageError) -> UInt8 {
        if start == buffer.count { try fill() }
        guard start < buffer.count else { throw ended() }
        start += 1
        position += 1
        return buffer[start - 1]
    }

    /// The next bytes.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - limit: the most that are kept in memory.
    /// - Returns: the bytes.
    /// - Throws: ``PackageError`` when there are fewer, or when it is more than the limit.
    func bytes(_ count: Int, limit: Int) throws(PackageError) -> [UInt8] {
        guard count >= 0, count <= limit else {
            throw fault("has \(count) bytes where at most \(limit) are read")
        }
        var result: [UInt8] = []
        while result.count < count {
            if start == buffer.count { try fill() }
            guard start < buffer.count else { throw ended() }
            let part = buffer[start...].prefix(count - result.count)
            result += part
            start += part.count
            position += part.count
        }
        return result
    }

    /// Passes over bytes: at once where they lie in a file, by inflating where they are packed.
    func skip(_ count: Int) throws(PackageError) {
        guard count >= 0 else { throw fault("has a length below zero") }
        var rest = count
        let buffered = min(rest, buffer.count - start)
        start += buffered
        position += buffered
        rest -= buffered
        if inflater == nil {
            guard rest <= file.size - offset else { throw ended() }
            offset += rest
            position += rest
            return
        }
        while rest > 0 {
            try fill()
            guard start < buffer.count else { throw ended() }
            let part = min(rest, buffer.count - start)
            start += part
            position += part
            rest -= part
        }
    }

    /// The bytes before the next line feed, which is passed over.
    func line(limit: Int) throws(PackageError) -> [UInt8] {
        var line: [UInt8] = []
        while true {
            if start == buffer.count { try fill() }
            guard start < buffer.count else { throw ended() }
            let rest = buffer[start...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let part = rest[..<(end ?? buffer.endIndex)]
            guard line.count + part.count <= limit else { throw fault("has a line of more than \(limit) bytes") }
            line += part
            start += part.count + (end == nil ? 0 : 1)
            position += part.count + (end == nil ? 0 : 1)
            if end != nil { return line }
        }
    }

    /// An error about this file, with the place where reading stands.
    func fault(_ reason: String) -> PackageError {
        PackageError(
            .modelFile,
            "'\(Printable(name))' \(reason) (at byte \(position))",
            entry: name
        )
    }

    private func ended() -> PackageError { fault("ends too early") }

    private func fill() throws(PackageError) {
        try checkCancellation()
        start = 0
        buffer = []
        guard let inflater else {
            buffer = try file.bytes(at: offset, count: min(Self.blockBytes, file.size - offset))
            offset += buffer.count
            return
        }
        while buffer.isEmpty, !inflater.isAtEnd {
            if inflater.needsInput {
                let packed = try file.bytes(at: offset, count: min(Self.blockBytes, file.size - offset))
                guard !packed.isEmpty else { throw ended() }
                offset += packed.count
                inflater.take(packed)
            }
            guard let inflated = inflater.next() else { throw fault("is compressed, and damaged") }
            buffer = inflated
        }
        guard position <= limit - buffer.count else { throw fault("inflates to more than \(limit) bytes") }
    }
}

/// zlib's inflate over a zlib or gzip stream, a block at a time.
private final class Inflater {
    /// zlib keeps a pointer back to this, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 << 10)
    private var input: UnsafeMutableBufferPointer<UInt8>?
    private(set) var isAtEnd = false

    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and 32 for "zlib or gzip, as its header says".
        guard lw_inflate_begin(stream, 15 + 32) == Z_OK else {
            stream.deallocate()
            output.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
        input?.deallocate()
    }

    var needsInput: Bool { stream.pointee.avail_in == 0 }

    func take(_ bytes: [UInt8]) {
        input?.deallocate()
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = copy.initialize(from: bytes)
        input = copy
        stream.pointee.next_in = copy.baseAddress
        stream.pointee.avail_in = UInt32(bytes.count)
    }

    /// What comes out next; empty when more input is needed, nil when the stream is damaged.
    func next() -> [UInt8]? {
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let result = inflate(stream, Z_NO_FLUSH)
        guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else { return nil }
        isAtEnd = result == Z_STREAM_END
        return Array(output.prefix(output.count - Int(stream.pointee.avail_out)))
    }
}
