internal import Glibc
package import SystemPackage

/// Where a sink's bytes go: a stream, or a file that takes its name only when it is complete.
///
/// A file is written under a hidden name in the same folder, readable by its owner alone, and renamed at the end.
/// Whoever lets go of it before that leaves nothing behind.
package final class OutputFile {
    /// The target, or nil for a stream.
    let path: FilePath?
    private let descriptor: FileDescriptor
    private let partial: Partial?
    /// Where a file without a name is copied to in the end.
    private let target: FileDescriptor?
    private var buffer: [UInt8] = []
    private var state = State.open

    private static let bufferSize = 1 << 18

    private enum State {
        case open
        case ended
    }

    /// The hidden file, and the permissions that the target gets: `0644` less the process's mask.
    private struct Partial {
        var path: FilePath
        var permissions: FilePermissions
    }

    /// Writes to a stream that is someone else's; it stays open.
    init(stream: FileDescriptor) {
        path = nil
        descriptor = stream
        partial = nil
        target = nil
    }

    /// Keeps what is written until the end, for a stream that cannot be written to out of order; it stays open.
    init(keptFor stream: FileDescriptor) throws(DataError) {
        path = nil
        descriptor = try TemporaryFile.make()
        partial = nil
        target = stream
    }

    /// Begins a file that will replace `path`, after it is clear that it can.
    package init(replacing path: FilePath) throws(DataError) {
        try Self.validateTarget(path)
        self.path = path
        target = nil
        let partialPath = Self.partialPath(path)
        do {
            let descriptor = try FileDescriptor.open(
                partialPath,
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o644)
            )
            self.descriptor = descriptor
        } catch {
            throw Self.refused(path, error as? Errno ?? .ioError)
        }
        do throws(Errno) {
            // The kernel has applied the mask, which cannot be asked for without changing it.
            let permissions = try descriptor.stat().permissions
            try Self.change(descriptor, [.ownerReadWrite])
            partial = Partial(path: partialPath, permissions: permissions)
        } catch {
            try? descriptor.close()
            unlink(partialPath.string)
            throw .writing(path, error)
        }
    }

    deinit {
        cancel()
    }

    private static func validateTarget(_ path: FilePath) throws(DataError) {
        let type: FileType
        do throws(Errno) {
            type = try path.stat().type
        } catch {
            if error == .noSuchFileOrDirectory { return }
            throw refused(path, error)
        }
        switch type {
        case .regular: return
        case .directory:
            let reason = "it is a folder"
            throw DataError(.unwritable, path, code: .isDirectory, reason: reason, remedy: "name a file inside it")
        default:
            let reason = "it is neither a file nor a new name"
            throw DataError(.unwritable, path, reason: reason, remedy: "choose another name")
        }
    }

    private static func refused(_ path: FilePath, _ code: Errno) -> DataError {
        let (reason, remedy) =
            switch code {
            case .noSuchFileOrDirectory, .notDirectory: ("its folder does not exist", "make the folder first")
            case .permissionDenied, .notPermitted, .readOnlyFileSystem:
                ("this user may not write in its folder", "choose another place")
            default: ("it cannot be written (\(code))", "choose another place")
            }
        return DataError(.unwritable, path, code: code, reason: reason, remedy: remedy)
    }

    private static func partialPath(_ path: FilePath) -> FilePath {
        // A name may have 255 bytes, so a long one is cut; the random part keeps it unique.
        let name = String((path.lastComponent?.string ?? "").prefix(48))
        let random = String(UInt64.random(in: .min ... .max), radix: 36)
        return path.removingLastComponent().appending(".\(name).lw-partial-\(getpid())-\(random)")
    }

    private static func change(_ descriptor: FileDescriptor, _ permissions: FilePermissions) throws(Errno) {
        guard fchmod(descriptor.rawValue, permissions.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Adds bytes; what is small is gathered first.
    package func write(_ bytes: some Collection<UInt8>) throws(DataError) {
        buffer += bytes
        if buffer.count >= Self.bufferSize { try flush() }
    }

    func write(_ text: String) throws(DataError) {
        try write(text.utf8)
    }

    private func flush() throws(DataError) {
        do {
            try descriptor.writeAll(buffer)
        } catch {
            throw .writing(path, error as? Errno ?? .ioError)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left and gives the file its name.
    ///
    /// - Parameter header: bytes that take the place of the file's first ones.
    /// - Throws: ``DataError`` when the system refuses; the target is then as it was.
    package func finish(header: [UInt8] = []) throws(DataError) {
        guard state == .open else { return }
        try flush()
        guard let partial, let path else {
            if let target { try copy(header: header, to: target) }
            state = .ended
            return
        }
        do {
            if !header.isEmpty { try descriptor.writeAll(toAbsoluteOffset: 0, header) }
            try Self.change(descriptor, partial.permissions)
        } catch {
            throw .writing(path, error as? Errno ?? .ioError)
        }
        guard rename(partial.path.string, path.string) == 0 else {
            let code = Errno(rawValue: errno)
            throw .writing(path, code)
        }
        state = .ended
        do {
            try descriptor.close()
        } catch {
            throw .writing(path, error as? Errno ?? .ioError)
        }
    }

    private func copy(header: [UInt8], to target: FileDescriptor) throws(DataError) {
        do {
            if !header.isEmpty { try descriptor.writeAll(toAbsoluteOffset: 0, header) }
            var block = [UInt8](repeating: 0, count: Self.bufferSize)
            var offset: Int64 = 0
            while true {
                let count = try block.withUnsafeMutableBytes {
                    try descriptor.read(fromAbsoluteOffset: offset, into: $0)
                }
                if count == 0 { break }
                try target.writeAll(block[..<count])
                offset += Int64(count)
            }
            try descriptor.close()
        } catch {
            throw .writing(nil, error as? Errno ?? .ioError)
        }
    }

    /// Removes what was written to a file; what went to a stream is gone.
    func cancel() {
        guard state == .open else { return }
        state = .ended
        if target != nil { try? descriptor.close() }
        guard let partial else { return }
        try? descriptor.close()
        unlink(partial.path.string)
    }
}
