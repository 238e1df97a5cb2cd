import Documents
import Glibc
import Packaging
package import SystemPackage

/// The zips of a market, each under its content digest, so that equal packages are kept once.
///
/// A zip appears under its name only when it is whole and on the disk. What no version refers to is removed by
/// ``sweep(keeping:)``, which waits for those who have put a zip there and not yet written the row that refers to it.
package struct PackageFolder: Sendable {
    let path: FilePath

    private var arriving: FilePath { path.appending("arriving") }

    /// Makes the folders of a new market.
    func create() throws(MarketError) {
        for folder in [path, arriving] {
            guard mkdir(folder.string, 0o777) == 0 || errno == EEXIST else {
                throw .failed("made", folder, Errno(rawValue: errno))
            }
        }
        try locked(exclusive: true) {}
    }

    /// Where a package is, or would be.
    package func file(_ digest: String) -> FilePath {
        path.appending(String(digest.prefix(2))).appending(digest + ".zip")
    }

    /// Works while the folder is locked; the kernel lets go of what a killed process held.
    func locked<Value>(
        exclusive: Bool,
        _ work: () throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        let lock: FileDescriptor
        do {
            lock = try FileDescriptor.open(
                path.appending("lock"),
                .readWrite,
                options: [.create, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: 0o666)
            )
        } catch {
            throw .failed("locked", path, error as? Errno ?? .ioError)
        }
        defer { try? lock.close() }
        while flock(lock.rawValue, exclusive ? LOCK_EX : LOCK_SH) != 0 {
            let code = Errno(rawValue: errno)
            if code != .interrupted { throw .failed("locked", path, code) }
        }
        return try work()
    }

    /// Takes a copy of a zip in, after all of it was checked, and keeps it from being swept away during `work`.
    ///
    /// - Parameters:
    ///   - zip: the file as someone handed it in.
    ///   - semantic: a semantic specification beside it.
    ///   - work: writes the row that refers to the package.
    /// - Returns: what `work` returned.
    /// - Throws: ``MarketError``; then at most a zip is left that nothing refers to.
    func keeping<Value>(
        _ zip: FilePath,
        semantic: FilePath?,
        _ work: (Package) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        var text: SemanticText?
        do throws(PackageError) {
            text = try semantic.map { (file) throws(PackageError) in try SemanticText(reading: file) }
        } catch {
            throw MarketError(error)
        }
        let input = try Self.open(zip)
        defer { try? input.close() }
        return try keeping(input, semantic: text, work)
    }

    /// Takes a copy in of what is open already.
    ///
    /// - Parameters:
    ///   - input: a zip, read from its beginning.
    ///   - semantic: a semantic specification beside it.
    ///   - work: writes the rows that refer to the package.
    /// - Returns: what `work` returned.
    /// - Throws: ``MarketError``; then at most a zip is left that nothing refers to.
    func keeping<Value>(
        _ input: FileDescriptor,
        semantic: SemanticText?,
        _ work: (Package) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        try arriving(".zip") { copy throws(MarketError) in
            // A copy of our own is what is checked and what is kept: the original may change at any moment.
            try Self.copy(input, to: copy)
            let package: Package
            do throws(PackageError) {
                package = try Package.open(copy, semantic: semantic)
            } catch {
                throw MarketError(error)
            }
            try publish(copy, as: package.digest)
            return try work(package)
        }
    }

    /// Lends a name for a file that nobody sweeps away during `work`, and that is gone after it.
    func arriving<Value>(
        _ suffix: String,
        _ work: (FilePath) throws(MarketError) -> Value
    ) throws(MarketError) -> Value {
        try locked(exclusive: false) { () throws(MarketError) in
            let random = String(UInt64.random(in: .min ... .max), radix: 36)
            let file = arriving.appending("\(getpid())-\(random)\(suffix)")
            defer { unlink(file.string) }
            return try work(file)
        }
    }

    private func publish(_ copy: FilePath, as digest: String) throws(MarketError) {
        let target = file(digest)
        let folder = target.removingLastComponent()
        guard mkdir(folder.string, 0o777) == 0 || errno == EEXIST else {
            throw .failed("made", folder, Errno(rawValue: errno))
        }
        if link(copy.string, target.string) != 0 {
            guard errno == EEXIST else { throw .failed("written", target, Errno(rawValue: errno)) }
            // What is there should have the same content; where the disk has damaged it, the copy takes its place.
            let isSound = (try? Package.open(target))?.digest == digest
            guard isSound || rename(copy.string, target.string) == 0 else {
                throw .failed("written", target, Errno(rawValue: errno))
            }
        }
        try Self.sync(folder)
        try Self.sync(path)
    }

    static func copy(_ source: FilePath, to target: FilePath) throws(MarketError) {
        let input = try open(source)
        defer { try? input.close() }
        try copy(input, to: target)
    }

    /// Opens a file that may be a package by its size; it is not looked into.
    ///
    /// - Parameters:
    ///   - source: the file; a link is refused.
    ///   - folder: an open folder that the path begins in.
    /// - Returns: the file, for the caller to close.
    /// - Throws: ``MarketError``.
    static func open(_ source: FilePath, in folder: FileDescriptor? = nil) throws(MarketError) -> FileDescriptor {
        // Without O_NONBLOCK a pipe with no writer would hold us here.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let raw = openat(folder?.rawValue ?? AT_FDCWD, source.string, flags)
        guard raw >= 0 else { throw opening(source, Errno(rawValue: errno)) }
        let input = FileDescriptor(rawValue: raw)
        do throws(MarketError) {
            try validate(input, source)
        } catch {
            try? input.close()
            throw error
        }
        return input
    }

    private static func validate(_ input: FileDescriptor, _ source: FilePath) throws(MarketError) {
        var status = stat()
        guard fstat(input.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw MarketError(.inputOutput, "'\(Printable(source.string))' is not a regular file")
        }
        let limit = ArchiveLimits.standard.archiveBytes
        guard status.st_size <= limit else {
            throw MarketError(
                .package,
                "'\(Printable(source.string))' has \(status.st_size) bytes; a package has at most \(limit)"
            )
        }
    }

    /// Copies what is open to a new file, and waits until it is on the disk.
    static func copy(_ input: FileDescriptor, to target: FilePath) throws(MarketError) {
        do {
            var status = stat()
            guard fstat(input.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            try writeNew(target) { output in
                var block = [UInt8](repeating: 0, count: 1 << 20)
                var rest = Int(status.st_size)
                // What is added behind that while it is copied is of no interest.
                while rest > 0 {
                    let count = try block.withUnsafeMutableBytes {
                        try input.read(into: .init(rebasing: $0.prefix(rest)))
                    }
                    if count == 0 { break }
                    try output.writeAll(block[..<count])
                    rest -= count
                    if Task.isCancelled { throw Errno.canceled }
                }
            }
        } catch {
            throw .failed("written", target, error as? Errno ?? .ioError)
        }
    }

    /// Makes a file that is not there yet, and has it on the disk when this returns.
    static func writeNew(_ path: FilePath, _ work: (FileDescriptor) throws -> Void) throws {
        let output = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
            permissions: FilePermissions(rawValue: 0o644)
        )
        try output.closeAfter {
            try work(output)
            guard fsync(output.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    private static func opening(_ path: FilePath, _ code: Errno) -> MarketError {
        let shown = Printable(path.string)
        switch code {
        case .noSuchFileOrDirectory: return MarketError(.inputOutput, "there is no file '\(shown)'", errno: code)
        case .tooManySymbolicLinkLevels:
            return MarketError(.inputOutput, "'\(shown)' is a link; name the file itself", errno: code)
        default: return MarketError(.inputOutput, "'\(shown)' cannot be read: \(code)", errno: code)
        }
    }

    static func sync(_ folder: FilePath) throws(MarketError) {
        do {
            let descriptor = try FileDescriptor.open(folder, .readOnly, options: [.directory, .closeOnExec])
            try descriptor.closeAfter {
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            throw .failed("written", folder, error as? Errno ?? .ioError)
        }
    }
}
