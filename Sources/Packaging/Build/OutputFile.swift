import Documents
import Glibc
import SystemPackage

/// A file that is written under a temporary name beside its target, and appears under its own when it is complete.
///
/// Whatever is not published is removed.
struct OutputFile: ~Copyable {
    private let path: FilePath
    /// Where it is until it is published.
    let temporaryPath: FilePath
    private var isRenamed = false

    /// - Parameter path: where the file is to appear; nothing is looked up or made yet.
    /// - Throws: ``PackageError`` when no file can have that name.
    init(_ path: FilePath) throws(PackageError) {
        guard let name = path.lastComponent, name.kind == .regular,
            let component = FilePath.Component(Self.temporaryName(for: name.string))
        else { throw PackageError(.writeFailed, "'\(Printable(path.string))' cannot be the name of a file") }
        self.path = path
        temporaryPath = path.removingLastComponent().appending(component)
    }

    deinit {
        if !isRenamed { unlink(temporaryPath.string) }
    }

    /// A hidden name that nothing else has, for what is not complete yet.
    static func temporaryName(for name: String) -> String {
        ".\(name.prefix(32)).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).part"
    }

    /// Creates the file; its mode is what the umask leaves of 0666, as for any file that a person writes.
    func descriptor() throws(PackageError) -> OwnedDescriptor {
        do throws(Errno) {
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            return try OwnedDescriptor(openat(AT_FDCWD, temporaryPath.string, flags, 0o666))
        } catch {
            throw failure(error)
        }
    }

    /// Gives the file its name.
    ///
    /// - Parameter isReplacing: false to refuse when something has that name.
    /// - Throws: ``PackageError``; `targetExists` when it may not be replaced.
    consuming func publish(replacing isReplacing: Bool) throws(PackageError) {
        do throws(Errno) {
            if isReplacing {
                try check(rename(temporaryPath.string, path.string))
                isRenamed = true
            } else {
                // Unlike rename, a link never replaces what has appeared meanwhile.
                try check(link(temporaryPath.string, path.string))
            }
        } catch {
            guard error == .fileExists, !isReplacing else { throw failure(error) }
            let shown = Printable(path.string)
            throw PackageError(.targetExists, "'\(shown)' exists already; it is not replaced", code: error)
        }
    }

    /// That the file cannot be written, in the words of its own name.
    func failure(_ code: Errno) -> PackageError {
        PackageError(.writeFailed, "'\(Printable(path.string))' cannot be written: \(code)", code: code)
    }
}
