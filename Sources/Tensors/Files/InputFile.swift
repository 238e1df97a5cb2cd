internal import Documents
internal import SystemPackage

/// A data file that is open to be read; closed when it is let go.
final class InputFile {
    let path: FilePath
    /// The size of a regular file; nil for a pipe.
    let size: Int?
    private let descriptor: FileDescriptor
    private let isOwn: Bool

    init(_ path: FilePath) throws(DataError) {
        self.path = path
        isOwn = true
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw .opening(path, error as? Errno ?? .ioError)
        }
        do throws(Errno) {
            let status = try descriptor.stat()
            guard status.type != .directory else { throw .isDirectory }
            size = status.type == .regular ? Int(status.size) : nil
        } catch {
            try? descriptor.close()
            throw error == .isDirectory ? .directory(path) : .reading(path, error)
        }
    }

    /// A stream that is someone else's, such as standard input; it stays open.
    init(stream: FileDescriptor, named path: FilePath) {
        self.path = path
        descriptor = stream
        isOwn = false
        size = nil
    }

    /// A regular file that is open already, and closed when it is let go.
    init(owned: FileDescriptor, named path: FilePath) throws(DataError) {
        self.path = path
        descriptor = owned
        isOwn = true
        do throws(Errno) {
            size = Int(try owned.stat().size)
        } catch {
            throw .reading(path, error)
        }
    }

    deinit {
        if isOwn { try? descriptor.close() }
    }

    /// The same bytes as a file that can be read at any place, and more than once.
    ///
    /// A stream is copied to a file that has no name and is gone with its reader.
    func seekable() throws(DataError) -> InputFile {
        if size != nil { return self }
        let copy = try TemporaryFile.make()
        do {
            var block: [UInt8] = []
            var isLast = false
            while !isLast {
                block.removeAll(keepingCapacity: true)
                isLast = try append(1 << 18, to: &block)
                try copy.writeAll(block)
            }
            _ = try copy.seek(offset: 0, from: .start)
        } catch {
            try? copy.close()
            throw error as? DataError ?? TemporaryFile.refused(error as? Errno ?? .ioError)
        }
        return try InputFile(owned: copy, named: path)
    }

    /// Goes back to the first byte of a file that is ``seekable()``.
    func rewind() throws(DataError) {
        do {
            _ = try descriptor.seek(offset: 0, from: .start)
        } catch {
            throw .reading(path, error as? Errno ?? .ioError)
        }
    }

    /// Another descriptor of the same open file, which the caller closes.
    func duplicate() throws(DataError) -> FileDescriptor {
        do {
            return try descriptor.duplicate()
        } catch {
            throw .reading(path, error as? Errno ?? .ioError)
        }
    }

    /// Appends the next bytes of the file, at most `count`; fewer only at its end.
    ///
    /// - Returns: true when the end is reached.
    func append(_ count: Int, to bytes: inout [UInt8]) throws(DataError) -> Bool {
        let old = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        var filled = old
        while filled < bytes.count {
            let read = try read { descriptor in
                try bytes.withUnsafeMutableBytes { buffer in
                    try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                }
            }
            if read == 0 {
                bytes.removeLast(bytes.count - filled)
                return true
            }
            filled += read
        }
        return false
    }

    /// Reads bytes from a place in a regular file.
    func bytes(at offset: Int, count: Int) throws(DataError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = try read { descriptor in
                try bytes.withUnsafeMutableBytes { buffer in
                    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                    return try descriptor.read(fromAbsoluteOffset: Int64(offset + filled), into: rest)
                }
            }
            guard read > 0 else {
                let reason = "it ends before byte \(offset + count)"
                throw DataError(.invalid, path, reason: reason, remedy: "write the file again")
            }
            filled += read
        }
        return bytes
    }

    private func read(_ body: (FileDescriptor) throws -> Int) throws(DataError) -> Int {
        do {
            return try body(descriptor)
        } catch {
            throw .reading(path, error as? Errno ?? .ioError)
        }
    }
}
