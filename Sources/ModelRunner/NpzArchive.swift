package import Packaging
import SystemPackage
package import Tensors

/// `.npz` files out of the strict reader for zips.
package enum NpzArchive {
    /// What opens a `.npz`.
    ///
    /// - Parameter limits: bounds on sizes and counts.
    /// - Returns: what ``DataFile`` asks for.
    package static func opener(limits: ArchiveLimits = .standard) -> ArrayArchiveOpener {
        { descriptor, path throws(DataError) in
            do throws(PackageError) {
                return Reader(archive: try DataArchive(descriptor, named: path, limits: limits), path: path)
            } catch {
                throw Self.refused(error, path)
            }
        }
    }

    private struct Reader: ArrayArchive {
        let archive: DataArchive
        let path: FilePath

        var names: [String] { archive.names }

        func open(_ name: String) throws(DataError) -> FileDescriptor {
            let file = try TemporaryFile.make()
            do throws(PackageError) {
                try archive.extract(name) { block throws(PackageError) in
                    do {
                        try file.writeAll(block)
                    } catch {
                        throw PackageError(keeping: error as? Errno ?? .ioError)
                    }
                }
            } catch {
                try? file.close()
                throw NpzArchive.refused(error, path)
            }
            return file
        }
    }

    private static func refused(_ error: PackageError, _ path: FilePath) -> DataError {
        if error.rule == .writeFailed {
            return DataError(.unwritable, path, code: error.code, reason: error.message, remedy: "make room there")
        }
        if error.rule == .unreadable {
            return DataError(.unreadable, path, code: error.code, reason: error.message, remedy: "try again")
        }
        return DataError(.invalid, path, reason: error.message, remedy: error.hint ?? "write it with numpy.savez")
    }
}
