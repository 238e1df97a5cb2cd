import Documents
import Glibc
import SandboxPolicy
import SystemPackage

/// A profile that is written for a person, under its own name only when it is whole.
struct ProfileFile {
    let path: FilePath
    /// True to replace what has the name already.
    let replacesOthers: Bool

    /// The name of a profile that is kept nowhere.
    static let defaultName = "granted"

    init(_ path: FilePath, replacesOthers: Bool) {
        self.path = path
        self.replacesOthers = replacesOthers
    }

    /// The file's name without its ending, where a profile can have it.
    ///
    /// - Parameter shipped: names that are taken.
    /// - Returns: that name, or ``defaultName``.
    func profileName(otherThan shipped: [String]) -> String {
        guard let stem = path.lastComponent?.stem, ProfileDocument.isName(stem), !shipped.contains(stem) else {
            return Self.defaultName
        }
        return stem
    }

    /// Finds before the run what would keep the file from being written after it.
    func check() throws(Failure) {
        let folder = path.removingLastComponent()
        let parent = folder.isEmpty ? "." : folder.string
        guard access(parent, W_OK) == 0 else { throw failure("its folder cannot be written to: \(Errno.current)") }
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        guard replacesOthers else { throw exists }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure("is something else than a file") }
    }

    /// - Throws: ``Failure`` when it cannot be written, or has appeared meanwhile.
    func write(_ text: String) throws(Failure) {
        let name = ".\(path.lastComponent?.string ?? "").\(UInt64.random(in: .min ... .max)).part"
        let partial = path.removingLastComponent().appending(name)
        defer { unlink(partial.string) }
        do {
            let file = try FileDescriptor.open(
                partial,
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
        } catch {
            throw failure("cannot be written: \((error as? Errno).map { "\($0)" } ?? "\(error)")")
        }
        // Unlike rename, a link never replaces what has appeared meanwhile.
        let result = replacesOthers ? rename(partial.string, path.string) : link(partial.string, path.string)
        let code = Errno.current
        guard result == 0 else { throw code == .fileExists ? exists : failure("cannot be written: \(code)") }
    }

    private var exists: Failure {
        Failure(.file, "\(Printable(path.string, limit: 4096)): exists already; --force replaces it")
    }

    private func failure(_ reason: String) -> Failure {
        Failure(.file, "\(Printable(path.string, limit: 4096)): \(reason)")
    }
}

extension Errno {
    /// What the last call of this thread said.
    fileprivate static var current: Errno { Errno(rawValue: errno) }
}
