import Documents
import Glibc
import SystemPackage

/// One file or folder of a zip whose declaration has been checked.
struct ArchiveMember: Hashable, Sendable {
    /// The name in the zip, without a folder's trailing `/`.
    var path: String
    /// The name inside the package: without the one folder that some zips put around everything.
    var name: String
    var isFolder: Bool
    /// Inflated bytes.
    var size: Int
    /// 0o755 for folders and for files that their owner may execute, else 0o644.
    var mode: UInt16
}

/// A zip whose directory has been checked and whose entries can be inflated within limits.
struct Archive: Sendable {
    let file: InputFile
    let limits: ArchiveLimits
    /// Every entry, ordered by the bytes of its name.
    private(set) var members: [ArchiveMember]

    /// Opens a zip and checks everything that it declares; nothing is inflated yet.
    ///
    /// - Parameters:
    ///   - path: the zip.
    ///   - marker: the file that shows where the root is; a single top folder that holds it is stripped.
    ///   - limits: bounds on everything that is declared.
    /// - Throws: ``PackageError`` with the rule that is broken.
    init(opening path: FilePath, marker: String, limits: ArchiveLimits) throws(PackageError) {
        self.limits = limits
        file = try InputFile(opening: path.string, limit: limits.archiveBytes, rule: .archiveTooLarge)
        let directory = try CentralDirectory(of: file, limits: limits)
        var register = NameRegister()
        var total = 0
        var packed: UInt64 = 0
        members = []
        for record in directory.records {
            packed = packed.addingReportingOverflow(record.packedSize).partialValue
            // Entries that share packed bytes are how five kilobytes become gigabytes.
            guard record.packedSize <= UInt64(file.size), packed <= UInt64(file.size) else {
                throw PackageError(.damaged, "the zip declares more packed bytes than it has: its entries overlap")
            }
            let member = try ArchiveMember(checking: record, limits: limits)
            try register.insert(member.path, isFolder: member.isFolder)
            total += member.size
            guard total <= limits.totalBytes else {
                throw PackageError(
                    .totalTooLarge,
                    "the files have more than \(limits.totalBytes) bytes in all, which is the most that is unpacked",
                    entry: member.path
                )
            }
            members.append(member)
        }
        members.sort { EntryName.precedes($0.path, $1.path) }
        stripTopFolder(holding: marker)
    }

    /// Takes away the one folder that holds everything, as the Beimingwu dock does.
    private mutating func stripTopFolder(holding marker: String) {
        guard !members.contains(where: { $0.path == marker }), let first = members.first else { return }
        let top = EntryName.components(of: first.path)[0] + "/"
        let isAround = members.allSatisfy { $0.path.utf8.starts(with: top.utf8) || $0.path + "/" == top }
        guard isAround, members.contains(where: { $0.path == top + marker }) else { return }
        members = members.compactMap { member in
            guard member.path.utf8.count > top.utf8.count else { return nil }
            var member = member
            member.name = String(Substring(member.path.utf8.dropFirst(top.utf8.count)))
            return member
        }
    }

    /// Goes through the entries in the order in which they lie in the zip.
    ///
    /// - Parameter body: called with each entry and the reader; it inflates with ``ArchiveReader/forEachBlock(of:_:)``
    ///   or leaves the contents alone. It returns false to end the pass.
    /// - Throws: ``PackageError`` when an entry is not what the directory declared, and what `body` throws.
    func forEachMember(
        _ body: (ArchiveMember, inout ArchiveReader) throws(PackageError) -> Bool
    ) throws(PackageError) {
        try withUTF8Names { () throws(PackageError) in
            // libarchive composes letters and their marks, so names are compared as strings, by canonical equivalence;
            // no two of them are equal that way.
            var awaited = Dictionary(members.map { ($0.path, $0) }) { first, _ in first }
            var reader = try ArchiveReader.open(file)
            while var name = try reader.next() {
                if name.last == UInt8(ascii: "/") { name.removeLast() }
                let shown = String(decoding: name.prefix(limits.nameBytes), as: UTF8.self)
                guard let member = awaited.removeValue(forKey: shown) else {
                    if isTopFolder(shown) { continue }
                    throw PackageError(
                        .nameMismatch,
                        "the entry '\(Printable(shown))' has another name in the zip's directory than in its own header",
                        entry: shown
                    )
                }
                let type = reader.fileType
                guard type == (member.isFolder ? S_IFDIR : S_IFREG), !reader.isLink else {
                    throw PackageError(
                        .specialFile,
                        "the entry '\(Printable(member.path))' is no plain file",
                        entry: member.path
                    )
                }
                guard try body(member, &reader) else { return }
            }
            guard awaited.isEmpty else {
                throw PackageError(.damaged, "the zip's directory lists entries that are not in it")
            }
        }
    }

    /// Folders that no other entry lies in, by their names inside the package.
    var emptyFolders: [String] {
        var parents = Set<String>()
        for member in members {
            var rest = member.name[...]
            while let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) {
                rest = rest[..<slash]
                guard parents.insert(String(rest)).inserted else { break }
            }
        }
        return members.filter { $0.isFolder && !parents.contains($0.name) }.map(\.name)
    }

    /// Whether this is the folder that ``stripTopFolder(holding:)`` took away.
    private func isTopFolder(_ name: String) -> Bool {
        guard let member = members.first, member.path != member.name else { return false }
        return EntryName.components(of: member.path)[0] == name
    }
}

extension ArchiveMember {
    /// Checks what one record of the directory declares.
    fileprivate init(checking record: CentralDirectory.Record, limits: ArchiveLimits) throws(PackageError) {
        let hasSlash = record.name.last == UInt8(ascii: "/")
        let path = try EntryName.validated(hasSlash ? record.name.dropLast() : record.name[...], limits: limits)
        func refuse(_ rule: PackageError.Rule, _ reason: String) -> PackageError {
            PackageError(rule, "the entry '\(Printable(path))' \(reason)", entry: path)
        }
        let mode = mode_t(record.mode)
        switch mode & S_IFMT {
        case 0, S_IFREG, S_IFDIR: break
        case S_IFLNK: throw refuse(.link, "is a symbolic link; a package holds plain files only")
        default: throw refuse(.specialFile, "is a device, a pipe or a socket; a package holds plain files only")
        }
        guard mode & (S_ISUID | S_ISGID | S_ISVTX) == 0 else {
            throw refuse(.setID, "asks for set-user-id, set-group-id or the sticky bit")
        }
        guard !record.isEncrypted else { throw refuse(.encrypted, "is encrypted") }
        guard record.method == 0 || record.method == 8 else {
            throw refuse(.method, "is packed with method \(record.method); only stored and deflated entries are read")
        }
        let isFolder = hasSlash || mode & S_IFMT == S_IFDIR
        guard !isFolder || record.size == 0 else { throw refuse(.sizeMismatch, "is a folder with contents") }
        guard record.size <= UInt64(limits.fileBytes) else {
            throw refuse(.fileTooLarge, "has \(record.size) bytes; at most \(limits.fileBytes) are unpacked")
        }
        let allowed = record.packedSize.multipliedReportingOverflow(by: UInt64(limits.ratio))
        guard record.size <= UInt64(limits.ratioFreeBytes) || allowed.overflow || record.size <= allowed.partialValue
        else {
            throw refuse(
                .ratio,
                "becomes \(record.size) bytes out of \(record.packedSize), more than \(limits.ratio) to one"
            )
        }
        self.init(
            path: path,
            name: path,
            isFolder: isFolder,
            size: Int(record.size),
            mode: isFolder || mode & S_IXUSR != 0 ? 0o755 : 0o644
        )
    }
}
