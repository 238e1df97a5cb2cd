import CZlib
import Documents
import SystemPackage

/// Inflates entries of one zip, one after the other, with the memory of one.
///
/// It reads exactly the bytes that the structural check gave to an entry. The contents must fill the declared size to
/// the byte, have the declared checksum, and use up all of those bytes: a stream that ends early would leave room for
/// something hidden.
struct EntryReader: ~Copyable {
    private let file: InputFile
    /// zlib keeps a pointer back to this, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

    init(_ file: InputFile) throws(PackageError) {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard lw_inflate_begin(stream, -15) == Z_OK else {
            throw PackageError(.unreadable, "the zip cannot be read: \(Errno.noMemory)", code: .noMemory)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
        output.deallocate()
    }

    /// Passes the contents of an entry on, block by block.
    ///
    /// - Parameters:
    ///   - member: the entry; not one byte more than it declares is passed on.
    ///   - pace: says when to give up.
    ///   - body: called with each block of at most 256 KiB, which is valid only during the call.
    /// - Throws: ``PackageError`` when the contents are not what the entry declares, and what `body` throws. Blocks
    ///   may have been passed on by then.
    func forEachBlock(
        of member: ArchiveMember,
        pace: Pace,
        _ body: (UnsafeRawBufferPointer) throws(PackageError) -> Void
    ) throws(PackageError) {
        var checksum: UInt = 0
        var produced = 0
        func pass(_ block: UnsafeRawBufferPointer) throws(PackageError) {
            guard !block.isEmpty else { return }
            guard block.count <= member.size - produced else { throw Self.sizeMismatch(member) }
            produced += block.count
            checksum = crc32_z(checksum, block.baseAddress?.assumingMemoryBound(to: UInt8.self), block.count)
            try body(block)
            pace.advance(block.count)
        }
        if member.isDeflated {
            try inflate(member, pace, pass)
        } else {
            var rest = member.packed
            while !rest.isEmpty {
                try pace.check()
                let block = try read(&rest, into: output)
                try pass(block)
            }
        }
        guard produced == member.size else { throw Self.sizeMismatch(member) }
        guard checksum == UInt(member.checksum) else {
            throw member.refuse(.checksum, "does not have the checksum that the zip declares: it is damaged")
        }
    }

    private func inflate(
        _ member: ArchiveMember,
        _ pace: Pace,
        _ pass: (UnsafeRawBufferPointer) throws(PackageError) -> Void
    ) throws(PackageError) {
        inflateReset(stream)
        stream.pointee.avail_in = 0
        var rest = member.packed
        while true {
            try pace.check()
            if stream.pointee.avail_in == 0, !rest.isEmpty {
                let block = try read(&rest, into: input)
                stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(block.count)
            }
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            let result = CZlib.inflate(stream, Z_NO_FLUSH)
            guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
                throw member.refuse(.damaged, "does not inflate: it is damaged")
            }
            let count = output.count - Int(stream.pointee.avail_out)
            try pass(UnsafeRawBufferPointer(rebasing: output[..<count]))
            if result == Z_STREAM_END { break }
            guard count > 0 || stream.pointee.avail_in == 0 && !rest.isEmpty else {
                throw member.refuse(.damaged, "does not inflate: its end is missing")
            }
        }
        guard rest.isEmpty, stream.pointee.avail_in == 0 else {
            let spare = rest.count + Int(stream.pointee.avail_in)
            throw member.refuse(.overlong, "has \(spare) packed bytes behind the end of its contents")
        }
    }

    /// Fills a buffer from the front of a range, as far as that reaches.
    private func read(
        _ rest: inout Range<Int>,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(PackageError) -> UnsafeRawBufferPointer {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, rest.count)])
        let count: Int
        do throws(Errno) {
            count = try file.read(into: target, at: rest.lowerBound)
        } catch {
            throw PackageError(.unreadable, "the zip cannot be read: \(error)", code: error)
        }
        guard count == target.count else {
            throw PackageError(.changed, "the zip became shorter while it was read", offset: rest.lowerBound + count)
        }
        rest = rest.dropFirst(count)
        return UnsafeRawBufferPointer(target)
    }

    private static func sizeMismatch(_ member: ArchiveMember) -> PackageError {
        member.refuse(.sizeMismatch, "has another size than the \(member.size) bytes it declares")
    }
}

extension ArchiveMember {
    func refuse(_ rule: PackageError.Rule, _ reason: String, hint: String? = nil) -> PackageError {
        .refusal(rule, path.utf8, reason, hint: hint, at: offset)
    }
}
