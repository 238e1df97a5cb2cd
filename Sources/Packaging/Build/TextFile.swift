import Documents
import Glibc
package import SystemPackage

/// Writes a small text so that it appears complete or not at all.
package enum TextFile {
    /// - Parameters:
    ///   - text: the contents.
    ///   - path: where it appears.
    ///   - replacing: false to refuse when something has that name.
    /// - Throws: ``PackageError``; `targetExists` when it may not be replaced.
    package static func write(_ text: String, to path: FilePath, replacing: Bool) throws(PackageError) {
        guard let name = path.lastComponent, name.kind == .regular,
            let component = FilePath.Component(
                ".\(name.string.prefix(32)).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).part"
            )
        else { throw PackageError(.writeFailed, "'\(Printable(path.string))' cannot be the name of a file") }
        let temporary = path.removingLastComponent().appending(component)
        defer { unlink(temporary.string) }
        do throws(Errno) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let file = try OwnedDescriptor(openat(AT_FDCWD, temporary.string, flags, 0o666))
            try file.writeAll(Array(text.utf8))
            try check(fsync(file.rawValue))
            if replacing {
                try check(rename(temporary.string, path.string))
            } else {
                // Unlike rename, a link never replaces what has appeared meanwhile.
                try check(link(temporary.string, path.string))
            }
        } catch {
            let shown = Printable(path.string)
            if error == .fileExists, !replacing {
                throw PackageError(.targetExists, "'\(shown)' exists already; it is not replaced", code: error)
            }
            throw PackageError(.writeFailed, "'\(shown)' cannot be written: \(error)", code: error)
        }
    }

    /// The bytes of a small file.
    ///
    /// - Returns: the contents, or nil when there is no such file.
    /// - Throws: ``PackageError`` when it is there and cannot be read, or is larger than a manifest may be.
    package static func read(_ path: FilePath) throws(PackageError) -> [UInt8]? {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return nil }
        return try InputFile(opening: path.string, limit: DocumentLimits.manifest.bytes).contents()
    }
}
