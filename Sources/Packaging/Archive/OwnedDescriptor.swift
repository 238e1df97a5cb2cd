import Glibc
import SystemPackage

/// A file descriptor with one owner; closed when that goes.
struct OwnedDescriptor: ~Copyable {
    let descriptor: FileDescriptor

    /// - Parameter rawValue: what an `openat` returned, or -1 with the reason in `errno`.
    /// - Throws: that reason.
    init(_ rawValue: Int32) throws(Errno) {
        guard rawValue >= 0 else { throw Errno(rawValue: errno) }
        descriptor = FileDescriptor(rawValue: rawValue)
    }

    deinit {
        try? descriptor.close()
    }

    var rawValue: Int32 { descriptor.rawValue }

    /// Closes now, and says so when the file system lost what was written.
    consuming func close() throws(Errno) {
        let descriptor = self.descriptor
        discard self
        do {
            try descriptor.close()
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Opens a folder, following no link in its last component.
    static func folder(_ name: String, in parent: Int32 = AT_FDCWD) throws(Errno) -> OwnedDescriptor {
        try OwnedDescriptor(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
    }

    func writeAll(_ bytes: [UInt8]) throws(Errno) {
        do {
            try descriptor.writeAll(bytes)
        } catch {
            throw error as? Errno ?? .ioError
        }
    }
}

/// The result of a call that returns 0 or leaves the reason in `errno`.
func check(_ result: Int32) throws(Errno) {
    if result != 0 { throw Errno(rawValue: errno) }
}
