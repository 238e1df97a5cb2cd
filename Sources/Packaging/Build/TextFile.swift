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
        let output = try OutputFile(path)
        let file = try output.descriptor()
        do throws(Errno) {
            try file.writeAll(Array(text.utf8))
            try check(fsync(file.rawValue))
        } catch {
            throw output.failure(error)
        }
        try output.publish(replacing: replacing)
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
