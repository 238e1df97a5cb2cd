import CZlib
import Documents
import Glibc
import SystemPackage

/// A folder that is filled in private and appears under its name only when it is complete.
///
/// It begins as a hidden folder beside its target that nobody else may enter. ``publish()`` gives it its name,
/// unless something has that name by then. Without ``publish()`` the folder is removed with all that is in it.
/// Several threads may write files at once.
final class UnpackedFolder: Sendable {
    private let parent: OwnedDescriptor
    private let root: OwnedDescriptor
    private let temporaryName: String
    private let name: String
    private let state = Monitor(State())

    private struct State {
        /// What was made inside, in the order of making; removal follows it backwards.
        var made: [(path: String, isFolder: Bool)] = []
        var isPublished = false
    }

    private init(
        parent: consuming OwnedDescriptor,
        root: consuming OwnedDescriptor,
        temporaryName: String,
        name: String
    ) {
        self.parent = parent
        self.root = root
        self.temporaryName = temporaryName
        self.name = name
    }

    /// Makes the private folder.
    ///
    /// - Parameters:
    ///   - folder: the parent, which must exist.
    ///   - name: one component.
    /// - Returns: the private folder.
    /// - Throws: ``PackageError``; `targetExists` when something has that name.
    static func begin(in folder: FilePath, name: String) throws(PackageError) -> UnpackedFolder {
        guard let component = FilePath.Component(name), component.kind == .regular else {
            throw PackageError(.writeFailed, "'\(Printable(name))' cannot be the name of a folder")
        }
        do throws(Errno) {
            // The parent is the caller's own path, so links on the way to it are the caller's wish.
            let parent = try OwnedDescriptor(
                openat(AT_FDCWD, folder.isEmpty ? "." : folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            )
            var status = stat()
            guard fstatat(parent.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) != 0 else { throw Errno.fileExists }
            let temporaryName = OutputFile.temporaryName(for: name)
            try check(mkdirat(parent.rawValue, temporaryName, 0o700))
            let root = try OwnedDescriptor.folder(temporaryName, in: parent.rawValue)
            return UnpackedFolder(parent: parent, root: root, temporaryName: temporaryName, name: name)
        } catch {
            throw failure(folder.appending(component).string, error)
        }
    }

    deinit {
        let state = state.update { $0 }
        guard !state.isPublished else { return }
        for item in state.made.reversed() {
            unlinkat(root.rawValue, item.path, item.isFolder ? AT_REMOVEDIR : 0)
        }
        unlinkat(parent.rawValue, temporaryName, AT_REMOVEDIR)
    }

    /// Makes a folder and those that it lies in, as far as they are not there.
    func makeFolder(_ path: String) throws(PackageError) {
        do throws(Errno) {
            try makeFolders(path)
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Writes one file that is not there yet, in a folder that is.
    ///
    /// - Parameters:
    ///   - path: its checked name.
    ///   - mode: the permission bits, whatever the process's umask.
    ///   - body: writes the contents through the function that it is given.
    /// - Returns: what `body` returns.
    /// - Throws: ``PackageError`` when the file cannot be written, and what `body` throws.
    func writeFile<Result>(
        _ path: String,
        mode: UInt16,
        _ body: ((UnsafeRawBufferPointer) throws(PackageError) -> Void) throws(PackageError) -> Result
    ) throws(PackageError) -> Result {
        let file: OwnedDescriptor
        do throws(Errno) {
            file = try create(path)
        } catch {
            throw Self.failure(path, error)
        }
        let writer = file.descriptor
        let result = try body { (block: UnsafeRawBufferPointer) throws(PackageError) in
            do {
                try writer.writeAll(block)
            } catch {
                throw Self.failure(path, error as? Errno ?? .ioError)
            }
        }
        do throws(Errno) {
            try check(fchmod(file.rawValue, mode_t(mode)))
            try file.close()
        } catch {
            throw Self.failure(path, error)
        }
        return result
    }

    /// Gives the folder its name.
    ///
    /// - Throws: ``PackageError`` with `targetExists` when something has it already.
    func publish() throws(PackageError) {
        do throws(Errno) {
            try check(fchmod(root.rawValue, 0o755))
            try check(lw_rename_to_new(parent.rawValue, temporaryName, name))
        } catch {
            throw Self.failure(name, error)
        }
        state.update { $0.isPublished = true }
    }

    private func create(_ path: String) throws(Errno) -> OwnedDescriptor {
        let components = EntryName.components(of: path)
        guard let base = components.last else { throw .invalidArgument }
        // One component at a time, so that no link on the way is followed.
        var folder = try OwnedDescriptor(fcntl(root.rawValue, F_DUPFD_CLOEXEC, 0))
        for component in components.dropLast() {
            folder = try OwnedDescriptor.folder(String(component), in: folder.rawValue)
        }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try OwnedDescriptor(openat(folder.rawValue, String(base), flags, 0o600))
        state.update { $0.made.append((path, false)) }
        return file
    }

    private func makeFolders(_ path: String) throws(Errno) {
        var folder = try OwnedDescriptor.folder(".", in: root.rawValue)
        var done = ""
        for component in EntryName.components(of: path) where !component.isEmpty {
            done += done.isEmpty ? String(component) : "/" + component
            let isNew = mkdirat(folder.rawValue, String(component), 0o755) == 0
            let code = Errno(rawValue: errno)
            guard isNew || code == .fileExists else { throw code }
            let path = done
            if isNew { state.update { $0.made.append((path, true)) } }
            folder = try OwnedDescriptor.folder(String(component), in: folder.rawValue)
            if isNew { try check(fchmod(folder.rawValue, 0o755)) }
        }
    }

    private static func failure(_ path: String, _ code: Errno) -> PackageError {
        if code == .fileExists {
            return PackageError(
                .targetExists,
                "'\(Printable(path))' exists already; it is not overwritten",
                hint: "choose another name, or remove it first",
                code: code
            )
        }
        return PackageError(.writeFailed, "'\(Printable(path))' cannot be written: \(code)", code: code)
    }
}
