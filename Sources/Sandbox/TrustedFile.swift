import Glibc
import SystemPackage

/// Reads files that decide what strangers' code may do.
enum TrustedFile {
    /// The bytes of `name` in `folder`, when both belong to root or the caller and nobody else may write to them.
    static func read(_ name: String, in folder: FilePath, limit: Int) throws(SandboxError) -> [UInt8] {
        let descriptor = try open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try requireTrusted(descriptor.raw, folder.string)
        let path = folder.appending(name).string
        let raw = openat(descriptor.raw.rawValue, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard raw >= 0 else { throw failure(path) }
        let file = OwnedDescriptor(FileDescriptor(rawValue: raw))
        try requireTrusted(file.raw, path)
        return try readAll(file.raw, path, limit: limit)
    }

    /// The bytes of a file that decides nothing yet.
    static func readUntrusted(_ path: FilePath, limit: Int) throws(SandboxError) -> [UInt8] {
        // A pipe that nobody writes to must not hold the tool up.
        let file = try open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        return try readAll(file.raw, path.string, limit: limit)
    }

    private static func open(_ path: String, _ flags: Int32) throws(SandboxError) -> OwnedDescriptor {
        let raw = Glibc.open(path, flags)
        guard raw >= 0 else { throw failure(path) }
        return OwnedDescriptor(FileDescriptor(rawValue: raw))
    }

    private static func failure(_ path: String) -> SandboxError {
        let code = Errno(rawValue: errno)
        return .resource(path: path, reason: "\(code)")
    }

    private static func requireTrusted(_ descriptor: FileDescriptor, _ path: String) throws(SandboxError) {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { throw failure(path) }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw .resource(path: path, reason: "belongs to user \(status.st_uid), so it is not trusted")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw .resource(path: path, reason: "may be written by others, so it is not trusted; 'chmod go-w' it")
        }
    }

    private static func readAll(
        _ descriptor: FileDescriptor,
        _ path: String,
        limit: Int
    ) throws(SandboxError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor.rawValue, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw .resource(path: path, reason: "is larger than \(limit) bytes") }
        }
    }
}
