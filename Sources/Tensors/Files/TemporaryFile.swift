internal import Glibc
package import SystemPackage

/// Files without a name: whatever becomes of the program, nothing of them is left.
package enum TemporaryFile {
    /// - Returns: an empty file that only this descriptor knows; the caller closes it.
    /// - Throws: ``DataError`` when the folder for temporary files cannot be written to.
    package static func make() throws(DataError) -> FileDescriptor {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        do {
            return try make(in: folder)
        } catch {
            throw refused(error as? Errno ?? .ioError)
        }
    }

    private static func make(in folder: String) throws -> FileDescriptor {
        let name = ".lw-data-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let path = FilePath(folder.isEmpty ? "/tmp" : folder).appending(name)
        // Not O_TMPFILE, which not every file system has.
        let descriptor = try FileDescriptor.open(
            path,
            .readWrite,
            options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        unlink(path.string)
        return descriptor
    }

    static func refused(_ code: Errno) -> DataError {
        DataError(
            .unwritable,
            nil,
            code: code,
            reason: "what has to be kept while it is read cannot be written (\(code))",
            remedy: "make room, or set TMPDIR to a folder with room"
        )
    }
}
