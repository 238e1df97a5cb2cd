import Documents
import Glibc
import SystemPackage

/// A folder that becomes a package: what is in it, and what is left out.
final class SourceFolder: Sendable {
    /// One file that is packed.
    struct File: Sendable {
        let name: String
        let size: Int
        /// 0o755 when the owner may execute it, else 0o644, so that no umask shows in the zip.
        let mode: UInt16
        let identity: InputFile.Identity
    }

    /// Ordered by the bytes of their names.
    let files: [File]
    let emptyFolders: [String]
    let leftOut: [PackageBuilder.LeftOut]
    private let root: OwnedDescriptor
    private let places: [String: Int]

    /// - Parameters:
    ///   - path: the folder; it may be reached through a link.
    ///   - output: the zip that is written, which is left out when it lies in the folder.
    ///   - limits: bounds on names, sizes and the number of files.
    /// - Throws: ``PackageError`` with the name inside the folder.
    init(scanning path: FilePath, except output: FilePath?, limits: ArchiveLimits) throws(PackageError) {
        do throws(Errno) {
            root = try OwnedDescriptor(openat(AT_FDCWD, path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        } catch {
            let reason = error == .notDirectory ? "is no folder" : "cannot be read: \(error)"
            throw PackageError(.unreadable, "'\(Printable(path.string))' \(reason)", code: error)
        }
        var status = stat()
        let hasOutput = output.map { fstatat(AT_FDCWD, $0.string, &status, 0) == 0 } ?? false
        var scan = FolderScan(
            output: hasOutput ? (status.st_dev, status.st_ino) : nil,
            ignored: try Self.ignoreFile(in: root.rawValue),
            limits: limits
        )
        try scan.visit(root.rawValue, prefix: "")
        files = scan.files.sorted { EntryName.precedes($0.name, $1.name) }
        places = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1.name, $0) })
        emptyFolders = scan.emptyFolders.sorted(by: EntryName.precedes)
        leftOut = scan.leftOut.sorted { EntryName.precedes($0.name, $1.name) }
    }

    /// What the top folder's `.lwignore` says.
    ///
    /// One that cannot be read is an error: what it names may be secret.
    private static func ignoreFile(in folder: Int32) throws(PackageError) -> IgnoreFile {
        var status = stat()
        guard fstatat(folder, IgnoreFile.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return IgnoreFile() }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind =
                switch status.st_mode & S_IFMT {
                case S_IFLNK: "a symbolic link"
                case S_IFDIR: "a folder"
                default: "no regular file"
                }
            throw PackageError(
                .notAFile,
                "\(IgnoreFile.name) is \(kind); only a plain file says what is left out",
                entry: IgnoreFile.name,
                hint: "put a copy of the file in its place, or remove it"
            )
        }
        return try IgnoreFile(
            parsing: try InputFile(opening: IgnoreFile.name, in: folder, limit: IgnoreFile.bytes).contents()
        )
    }

    /// Opens one of ``files``: the very file that was found, through folders that are no links.
    ///
    /// The folder may be somebody else's to write in, who could put a link to our files in the place of one of its own.
    func open(_ file: File) throws(PackageError) -> InputFile {
        let components = EntryName.components(of: file.name)
        let folder: OwnedDescriptor
        do throws(Errno) {
            folder = try Self.folder(components.dropLast(), in: root.rawValue)
        } catch {
            throw Self.changed(file.name)
        }
        let input: InputFile
        do throws(PackageError) {
            input = try InputFile(opening: String(components.last ?? ""), in: folder.rawValue, limit: .max)
        } catch {
            guard error.rule == .unreadable, let code = error.code, code != .noSuchFileOrDirectory else {
                throw Self.changed(file.name)
            }
            let message = "'\(Printable(file.name))' cannot be read: \(code)"
            throw PackageError(.unreadable, message, entry: file.name, code: code)
        }
        guard input.size == file.size, input.identity == file.identity else { throw Self.changed(file.name) }
        return input
    }

    private static func folder(
        _ components: ArraySlice<Substring>,
        in root: Int32
    ) throws(Errno) -> OwnedDescriptor {
        var folder = try OwnedDescriptor.folder(".", in: root)
        for component in components { folder = try OwnedDescriptor.folder(String(component), in: folder.rawValue) }
        return folder
    }

    static func changed(_ name: String) -> PackageError {
        PackageError(.changed, "'\(Printable(name))' changed while it was packed", entry: name, hint: "try again")
    }
}

extension SourceFolder: PackageContents {
    private func file(_ name: String) -> File? {
        places[name].map { files[$0] }
    }

    private func existing(_ name: String) throws(PackageError) -> File {
        guard let file = file(name) else {
            throw PackageError(.fileMissing, "the folder has no file '\(Printable(name))'", entry: name)
        }
        return file
    }

    func reasonLeftOut(_ name: String) -> String? {
        leftOut.first { name == $0.name || name.utf8.starts(with: ($0.name + "/").utf8) }.map { item in
            item.name == name ? item.reason : "'\(Printable(item.name))' is \(item.reason)"
        }
    }

    func size(of name: String) -> Int? {
        file(name)?.size
    }

    func isExecutable(_ name: String) -> Bool {
        file(name)?.mode == 0o755
    }

    func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8] {
        let file = try existing(name)
        guard file.size <= limit else {
            throw PackageError(
                .textTooLarge,
                "'\(Printable(name))' has \(file.size) bytes; at most \(limit) are read",
                entry: name
            )
        }
        return try open(file).contents()
    }

    func head(of name: String, count: Int) throws(PackageError) -> [UInt8] {
        let file = try existing(name)
        return try open(file).bytes(at: 0, count: min(file.size, count))
    }

    func stream(of name: String) throws(PackageError) -> ByteStream {
        try ByteStream(try open(try existing(name)), name: name)
    }
}

/// One walk over a folder.
private struct FolderScan {
    let output: (device: dev_t, inode: ino_t)?
    let ignored: IgnoreFile
    let limits: ArchiveLimits
    var files: [SourceFolder.File] = []
    var emptyFolders: [String] = []
    var leftOut: [PackageBuilder.LeftOut] = []
    private var register = NameRegister()

    init(output: (dev_t, ino_t)?, ignored: IgnoreFile, limits: ArchiveLimits) {
        self.output = output
        self.ignored = ignored
        self.limits = limits
    }

    mutating func visit(_ folder: Int32, prefix: String) throws(PackageError) {
        let names: [[UInt8]]
        do throws(Errno) {
            names = try namesInside(folder)
        } catch {
            throw PackageError(.unreadable, "'\(Printable(prefix))' cannot be read: \(error)", code: error)
        }
        if names.isEmpty, !prefix.isEmpty { emptyFolders.append(String(prefix.dropLast())) }
        for bytes in names {
            try checkCancellation()
            try add(bytes, in: folder, prefix: prefix)
        }
    }

    private mutating func add(_ bytes: [UInt8], in folder: Int32, prefix: String) throws(PackageError) {
        let shown = prefix + String(decoding: bytes, as: UTF8.self)
        let base = bytes.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        do throws(Errno) {
            try check(fstatat(folder, base, &status, AT_SYMLINK_NOFOLLOW))
        } catch {
            throw PackageError(.unreadable, "'\(Printable(shown))' cannot be read: \(error)", entry: shown, code: error)
        }
        if let reason = reasonToSkip(bytes, prefix: prefix, status) {
            leftOut.append(PackageBuilder.LeftOut(name: shown, reason: reason))
            return
        }
        let name = try EntryName.validated(Array(prefix.utf8) + bytes, limits: limits)
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard !EntryName.isRunAtStart(name) else {
            throw PackageError(
                .nameStartup,
                "'\(Printable(name))' would be run by Python whenever it starts, so no package may hold it",
                entry: name,
                hint: "give it another name, or name it in \(IgnoreFile.name)"
            )
        }
        try register.insert(name, isFolder: isFolder)
        guard isFolder else {
            try addFile(name, status)
            return
        }
        let inner: OwnedDescriptor
        do throws(Errno) {
            inner = try OwnedDescriptor.folder(String(decoding: bytes, as: UTF8.self), in: folder)
        } catch {
            throw PackageError(.unreadable, "'\(Printable(name))' cannot be read: \(error)", entry: name, code: error)
        }
        if fstatat(inner.rawValue, "pyvenv.cfg", &status, AT_SYMLINK_NOFOLLOW) == 0 {
            leftOut.append(PackageBuilder.LeftOut(name: name, reason: "a virtual environment"))
            return
        }
        try visit(inner.rawValue, prefix: name + "/")
    }

    private mutating func addFile(_ name: String, _ status: stat) throws(PackageError) {
        guard status.st_size <= limits.fileBytes else {
            throw PackageError(
                .fileTooLarge,
                "'\(Printable(name))' has \(status.st_size) bytes; at most \(limits.fileBytes) are packed",
                entry: name
            )
        }
        guard files.count < limits.entries else {
            throw PackageError(
                .tooManyEntries,
                "the folder has more than \(limits.entries) files; the first too many is '\(Printable(name))'",
                entry: name,
                hint: "name what a learnware does not need in \(IgnoreFile.name), one pattern on a line"
            )
        }
        let mode: UInt16 = status.st_mode & S_IXUSR != 0 ? 0o755 : 0o644
        files.append(SourceFolder.File(name: name, size: Int(status.st_size), mode: mode, identity: .init(status)))
    }

    private func reasonToSkip(_ bytes: [UInt8], prefix: String, _ status: stat) -> String? {
        let kind = status.st_mode & S_IFMT
        if kind == S_IFREG, let output, output == (status.st_dev, status.st_ino) { return "the output itself" }
        let name = String(decoding: bytes, as: UTF8.self)
        if prefix.isEmpty, name == IgnoreFile.name { return "says what is left out" }
        if let reason = Unpackable.reason(name, kind: kind) { return reason }
        let path = Array(prefix.utf8) + bytes
        return ignored.lineIgnoring(path, isFolder: kind == S_IFDIR).map { "ignored by \(IgnoreFile.name) line \($0)" }
    }
}

/// The names in an open folder, without `.` and `..`, in the order of their bytes.
func namesInside(_ folder: Int32) throws(Errno) -> [[UInt8]] {
    let descriptor = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, let stream = fdopendir(descriptor) else {
        let code = Errno(rawValue: errno)
        if descriptor >= 0 { close(descriptor) }
        throw code
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
        errno = 0
        guard let entry = readdir(stream) else {
            guard errno == 0 else { throw Errno(rawValue: errno) }
            return names.sorted { $0.lexicographicallyPrecedes($1) }
        }
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
}
