import Crypto
import Documents
import Glibc
import SystemPackage

/// A regular file that was opened once; closed when the last view of it goes.
///
/// All reading names an offset, so views on several tasks do not disturb each other's place, and a file that is
/// exchanged under the same name later is never seen.
final class InputFile: Sendable {
    private let owned: OwnedDescriptor
    /// The size in bytes when the file was opened.
    let size: Int
    /// Which file it is, whatever its name.
    let identity: Identity
    /// The permission bits when the file was opened.
    let mode: UInt16

    /// - Parameters:
    ///   - path: the file; a symbolic link, a folder, a device and a pipe are refused.
    ///   - folder: an open folder that the path begins in.
    ///   - limit: the most bytes that it may have.
    ///   - rule: the rule that a larger one breaks.
    /// - Throws: ``PackageError`` with the path as it was given.
    init(
        opening path: String,
        in folder: Int32 = AT_FDCWD,
        limit: Int,
        rule: PackageError.Rule = .textTooLarge
    ) throws(PackageError) {
        let shown = Printable(path)
        var status = stat()
        do throws(Errno) {
            // Without O_NONBLOCK a pipe with no writer would hold us here.
            owned = try OwnedDescriptor(openat(folder, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK))
            try check(fstat(owned.rawValue, &status))
        } catch .tooManySymbolicLinkLevels {
            throw PackageError(.notAFile, "'\(shown)' is a symbolic link; name the file itself", entry: path)
        } catch {
            throw PackageError(.unreadable, "'\(shown)' cannot be read: \(error)", entry: path, code: error)
        }
        try Self.validate(status, path, limit: limit, rule: rule)
        size = Int(status.st_size)
        identity = Identity(status)
        mode = UInt16(status.st_mode & 0o7777)
    }

    /// - Parameters:
    ///   - descriptor: a regular file that was opened elsewhere.
    ///   - path: what it is called in errors.
    ///   - limit: the most bytes that it may have.
    /// - Throws: ``PackageError``.
    init(_ descriptor: consuming OwnedDescriptor, named path: String, limit: Int) throws(PackageError) {
        var status = stat()
        do throws(Errno) {
            try check(fstat(descriptor.rawValue, &status))
        } catch {
            throw PackageError(.unreadable, "'\(Printable(path))' cannot be read: \(error)", entry: path, code: error)
        }
        try Self.validate(status, path, limit: limit, rule: .archiveTooLarge)
        owned = descriptor
        size = Int(status.st_size)
        identity = Identity(status)
        mode = UInt16(status.st_mode & 0o7777)
    }

    private static func validate(
        _ status: stat,
        _ path: String,
        limit: Int,
        rule: PackageError.Rule
    ) throws(PackageError) {
        let shown = Printable(path)
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder, not a file" : "no regular file"
            throw PackageError(.notAFile, "'\(shown)' is \(kind)", entry: path)
        }
        guard status.st_size <= limit else {
            throw PackageError(
                rule,
                "'\(shown)' has \(status.st_size) bytes; at most \(limit) are read",
                entry: path
            )
        }
    }

    /// A file as the system tells it from others.
    struct Identity: Hashable, Sendable {
        private let device: dev_t
        private let inode: ino_t

        init(_ status: stat) {
            device = status.st_dev
            inode = status.st_ino
        }
    }

    /// Reads up to `buffer.count` bytes that stand at `offset`; fewer only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(Errno) -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count: Int
            do {
                count = try owned.descriptor.read(fromAbsoluteOffset: Int64(offset + filled), into: rest)
            } catch {
                throw error as? Errno ?? .ioError
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// The `count` bytes that stand at `offset`.
    ///
    /// - Throws: ``PackageError`` when the file ends before them.
    func bytes(at offset: Int, count: Int) throws(PackageError) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
            throw PackageError(.damaged, "the file ends too early")
        }
        var failure: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(Errno) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
                filled = 0
            }
        }
        if let failure { throw PackageError(.unreadable, "the file cannot be read: \(failure)", code: failure) }
        guard bytes.count == count else { throw PackageError(.changed, "the file became shorter while it was read") }
        return bytes
    }

    func contents() throws(PackageError) -> [UInt8] {
        try bytes(at: 0, count: size)
    }

    /// SHA-256 of the file's bytes, in hexadecimal.
    ///
    /// - Complexity: O(n) in the size of the file.
    func digest() throws(PackageError) -> String {
        var hash = SHA256()
        var offset = 0
        while offset < size {
            let block = try bytes(at: offset, count: min(1 << 20, size - offset))
            hash.update(data: block)
            offset += block.count
            try checkCancellation()
        }
        return hexadecimal(hash.finalize())
    }
}

/// Ends the work when the task that does it was cancelled.
func checkCancellation() throws(PackageError) {
    if Task.isCancelled { throw PackageError(.interrupted, "interrupted") }
}

/// The bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
