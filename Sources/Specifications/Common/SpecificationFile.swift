import Documents
internal import Glibc
package import SystemPackage

/// The files of specifications: JSON of a bounded size.
package enum SpecificationFile {
    /// The bytes of a file.
    package static func read(_ path: FilePath) throws(SpecificationError) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            return try descriptor.closeAfter {
                var status = stat()
                guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: Glibc.errno) }
                guard status.st_mode & S_IFMT == S_IFREG else {
                    throw SpecificationError(.inputOutput, "'\(Printable(path.string))' is not a regular file")
                }
                let limit = DocumentLimits.data.bytes
                guard status.st_size <= limit else {
                    throw SpecificationError(
                        .invalidFile,
                        "'\(Printable(path.string))' has \(status.st_size) bytes; at most \(limit) are read"
                    )
                }
                return try bytes(descriptor, count: Int(status.st_size))
            }
        } catch let error as SpecificationError {
            throw error
        } catch {
            throw failure("read", path, error)
        }
    }

    private static func bytes(_ descriptor: FileDescriptor, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let read = try descriptor.read(into: rest)
                if read == 0 { break }
                filled += read
            }
        }
    }

    /// Writes beside the target and takes its name at the end, so that no half of a file is ever seen.
    package static func write(_ bytes: [UInt8], to path: FilePath) throws(SpecificationError) {
        let partial = path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "")-\(getpid()).partial")
        do {
            let descriptor = try FileDescriptor.open(
                partial,
                .writeOnly,
                options: [.create, .truncate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o644)
            )
            try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
            guard rename(partial.string, path.string) == 0 else { throw Errno(rawValue: Glibc.errno) }
        } catch {
            unlink(partial.string)
            throw failure("written", path, error)
        }
    }

    private static func failure(_ verb: String, _ path: FilePath, _ error: any Error) -> SpecificationError {
        let code = error as? Errno
        let reason = code.map { "\($0)" } ?? "\(error)"
        return SpecificationError(
            .inputOutput,
            "'\(Printable(path.string))' cannot be \(verb): \(reason)",
            errno: code
        )
    }
}
