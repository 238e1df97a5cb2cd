import Crypto
import Documents
import Glibc
import SystemPackage

/// A folder that is filled under a hidden name, and gets its own when all of it is on the disk.
///
/// The hidden folder is locked while it is written; what a killed process left is removed by the next that writes the same
/// backup.
final class BackupWriter {
    private let target: FilePath
    private let partial: FilePath
    private let lock: FileDescriptor
    private var isPublished = false

    /// - Parameter target: a name that nothing has yet.
    /// - Throws: ``MarketError``.
    init(_ target: FilePath) throws(MarketError) {
        guard let name = target.lastComponent, name.kind == .regular else {
            throw MarketError(.refused, "'\(Printable(target.string))' cannot be the name of a backup")
        }
        var status = stat()
        guard lstat(target.string, &status) != 0 else {
            throw MarketError(
                .refused,
                "'\(Printable(target.string))' exists already; it is not replaced",
                hint: "name a folder that does not exist yet"
            )
        }
        self.target = target
        partial = target.removingLastComponent().appending(".\(name.string).partial")
        // Last: when this throws, there is nothing of ours to remove.
        lock = try Self.lockedFolder(partial, for: target)
    }

    /// Makes the hidden folder, or takes over that of somebody who was killed.
    private static func lockedFolder(_ partial: FilePath, for target: FilePath) throws(MarketError) -> FileDescriptor {
        let isNew = mkdir(partial.string, 0o700) == 0
        guard isNew || errno == EEXIST else { throw .failed("made", target, Errno(rawValue: errno)) }
        let lock: FileDescriptor
        do {
            lock = try FileDescriptor.open(partial, .readOnly, options: [.directory, .noFollow, .closeOnExec])
        } catch {
            throw .failed("made", target, error as? Errno ?? .ioError)
        }
        // Whoever had the lock may have given the folder its name meanwhile.
        var (locked, named) = (stat(), stat())
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0, fstat(lock.rawValue, &locked) == 0,
            lstat(partial.string, &named) == 0, locked.st_ino == named.st_ino, locked.st_dev == named.st_dev
        else {
            try? lock.close()
            throw MarketError(.busy, "another is writing the backup '\(Printable(target.string))' right now")
        }
        if !isNew { empty(lock.rawValue, depth: 2) }
        return lock
    }

    deinit {
        if !isPublished {
            Self.empty(lock.rawValue, depth: 2)
            rmdir(partial.string)
        }
        try? lock.close()
    }

    func path(_ name: String) -> FilePath { partial.appending(name) }

    /// Makes the folder of a package, and says where the package goes.
    func packagePath(_ digest: String) throws(MarketError) -> FilePath {
        let packages = path(BackupFormat.packagesName)
        let folder = packages.appending(String(digest.prefix(2)))
        for each in [packages, folder] {
            guard mkdir(each.string, 0o755) == 0 || errno == EEXIST else {
                throw .failed("made", each, Errno(rawValue: errno))
            }
        }
        return folder.appending(digest + ".zip")
    }

    /// Gives the folder its name.
    ///
    /// - Throws: ``MarketError``; then the folder goes with this.
    func publish() throws(MarketError) {
        guard chmod(partial.string, 0o755) == 0, fsync(lock.rawValue) == 0,
            // Of what may have come in the meantime, this replaces an empty folder at most.
            rename(partial.string, target.string) == 0
        else { throw .failed("written", target, Errno(rawValue: errno)) }
        isPublished = true
        let parent = target.removingLastComponent()
        try PackageFolder.sync(parent.isEmpty ? "." : parent)
    }

    /// Removes what is in a folder of ours, following no link.
    private static func empty(_ folder: Int32, depth: Int) {
        let raw = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0, let stream = fdopendir(raw) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." || unlinkat(folder, name, 0) == 0 { continue }
            let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { continue }
            if depth > 0 { empty(inner, depth: depth - 1) }
            close(inner)
            unlinkat(folder, name, AT_REMOVEDIR)
        }
    }
}

/// Writes lines to a new file, and their digest along the way.
struct LineWriter: ~Copyable {
    private let descriptor: FileDescriptor
    private let path: FilePath
    private var buffer: [UInt8] = []
    private var hash = SHA256()

    init(_ path: FilePath) throws(MarketError) {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o644)
            )
        } catch {
            throw .failed("written", path, error as? Errno ?? .ioError)
        }
    }

    deinit {
        try? descriptor.close()
    }

    mutating func write(_ node: Node) throws(MarketError) {
        buffer += node.jsonBytes()
        buffer.append(0x0A)
        if buffer.count >= 1 << 20 { try flush() }
    }

    private mutating func flush() throws(MarketError) {
        hash.update(data: buffer)
        do {
            try descriptor.writeAll(buffer)
        } catch {
            throw .failed("written", path, error as? Errno ?? .ioError)
        }
        buffer = []
    }

    /// Waits until everything is on the disk.
    ///
    /// - Returns: the SHA-256 of all lines.
    mutating func finish() throws(MarketError) -> String {
        try flush()
        guard fsync(descriptor.rawValue) == 0 else { throw .failed("written", path, Errno(rawValue: errno)) }
        return hash.finalize().hexadecimal
    }
}

extension SHA256.Digest {
    var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }
}
