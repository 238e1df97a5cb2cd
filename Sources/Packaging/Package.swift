import Crypto
import Documents
public import SystemPackage

/// A checked, read-only view of one learnware zip.
///
/// The zip is opened once and everything is read from that descriptor. When a `Package` exists, every name, size
/// and mode in the zip has been checked, every file has been inflated within limits and compared with its checksum,
/// and `learnware.yaml` is valid. No code in the package has run.
public struct Package: Sendable {
    /// One file of the package.
    public struct Entry: Hashable, Sendable {
        /// The name inside the package, with `/` between folders.
        public let name: String
        /// Inflated bytes.
        public let size: Int
        /// 0o755 for a file that its owner may execute, else 0o644.
        public let mode: UInt16
        /// SHA-256 of the contents, in hexadecimal.
        public let digest: String
    }

    /// The files, ordered by the bytes of their names.
    public let entries: [Entry]
    /// Folders that hold nothing, ordered likewise.
    public let emptyFolders: [String]
    /// The content digest in hexadecimal: equal for equal files, however they were compressed.
    ///
    /// SHA-256 over the line `learnware-content 1` and then, for each file and empty folder in the order of the bytes
    /// of their names, the mode in octal, the SHA-256 of the contents (`-` for a folder) and the name, parted by one
    /// space and ended by a NUL byte.
    public let digest: String
    /// What `learnware.yaml` says.
    public var manifest: Manifest { description.manifest }
    /// The semantic specification: the file that was named on opening, else the package's own.
    public var semantic: SemanticSpecification? { description.semantic }
    /// What the package wants installed.
    public var environment: EnvironmentSource { description.environment }
    /// What is odd about the package but no reason to refuse it, one sentence each.
    public var warnings: [String] { description.warnings.map(\.sentence) }

    private let archive: Archive
    private let description: PackageDescription

    /// The zip's own size in bytes.
    public var archiveSize: Int { archive.file.size }

    /// Opens a learnware zip and checks all of it.
    ///
    /// - Parameters:
    ///   - path: the zip; a symbolic link is refused.
    ///   - semantic: a JSON file with the semantic specification, for packages that hold none.
    /// - Returns: the package.
    /// - Throws: ``PackageError`` with the rule that is broken.
    /// - Complexity: O(n) in the inflated size.
    public static func open(_ path: FilePath, semantic: FilePath? = nil) throws(PackageError) -> Package {
        try Package(opening: path, semantic: semantic, limits: .standard)
    }

    package init(opening path: FilePath, semantic: FilePath?, limits: ArchiveLimits) throws(PackageError) {
        let archive = try Archive(opening: path, marker: PackageDescription.manifestName, limits: limits)
        var digests: [String: String] = [:]
        try archive.forEachMember { (member, reader) throws(PackageError) in
            var hash = SHA256()
            try reader.forEachBlock(of: member) { (block: UnsafeRawBufferPointer) in
                hash.update(bufferPointer: block)
            }
            digests[member.path] = hexadecimal(hash.finalize())
            return true
        }
        self.archive = archive
        entries = archive.members.filter { !$0.isFolder }.map { member in
            Entry(name: member.name, size: member.size, mode: member.mode, digest: digests[member.path] ?? "")
        }
        emptyFolders = archive.emptyFolders
        digest = Self.contentDigest(entries, emptyFolders)
        let external = try semantic.map { (path) throws(PackageError) in
            try PackageDescription.ExternalText(reading: path)
        }
        description = try PackageDescription(of: ZipContents(archive: archive), semantic: external)
    }

    /// SHA-256 of the zip's own bytes, in hexadecimal.
    ///
    /// - Complexity: O(n) in the size of the zip.
    public func fileDigest() throws(PackageError) -> String {
        try archive.file.digest()
    }

    /// The contents of one file.
    ///
    /// - Parameters:
    ///   - name: as in ``entries``.
    ///   - limit: the most bytes that are read.
    /// - Returns: the bytes.
    /// - Throws: ``PackageError`` when the file is missing or larger.
    public func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8] {
        try ZipContents(archive: archive).read(name, limit: limit)
    }

    /// What the statistical specifications hold, in the order of `learnware.yaml`.
    ///
    /// - Complexity: reads and parses the files on every call.
    public var statisticalSpecifications: [StatisticalSummary] {
        manifest.statisticalSpecifications.map { StatisticalSummary($0, in: ZipContents(archive: archive)) }
    }
}

extension Package {
    static func contentDigest(_ entries: [Entry], _ emptyFolders: [String]) -> String {
        let files = entries.map { ($0.name, "\(String($0.mode, radix: 8)) \($0.digest)") }
        let folders = emptyFolders.map { ($0, "755 -") }
        var hash = SHA256()
        hash.update(data: Array("learnware-content 1\n".utf8))
        for (name, facts) in (files + folders).sorted(by: { EntryName.precedes($0.0, $1.0) }) {
            hash.update(data: Array("\(facts) \(name)\0".utf8))
        }
        return hexadecimal(hash.finalize())
    }

    /// Writes the files into a new folder.
    ///
    /// The folder appears under its name only when every file is complete and has the contents that were checked
    /// on opening; until then it is a private folder beside it, and after a failure nothing is left.
    ///
    /// - Parameters:
    ///   - parent: the folder to put it in, which must exist.
    ///   - name: the new folder's name, one component.
    /// - Throws: ``PackageError``; `targetExists` when something has that name.
    public func unpack(into parent: FilePath, as name: String) throws(PackageError) {
        var folder = try UnpackedFolder.begin(in: parent, name: name)
        for path in emptyFolders {
            try folder.makeFolder(path)
        }
        let digests = Dictionary(entries.map { ($0.name, $0.digest) }) { first, _ in first }
        try archive.forEachMember { (member, reader) throws(PackageError) in
            guard !member.isFolder else { return true }
            var hash = SHA256()
            try folder.writeFile(member.name, mode: member.mode) { write throws(PackageError) in
                try reader.forEachBlock(of: member) { (block: UnsafeRawBufferPointer) throws(PackageError) in
                    hash.update(bufferPointer: block)
                    try write(block)
                }
            }
            guard digests[member.name] == hexadecimal(hash.finalize()) else {
                throw PackageError(
                    .changed,
                    "the entry '\(Printable(member.path))' changed after it was checked",
                    entry: member.path
                )
            }
            return true
        }
        try folder.publish()
    }
}

/// The files of an opened zip.
private struct ZipContents: PackageContents {
    let archive: Archive

    func size(of name: String) -> Int? {
        archive.members.first { $0.name == name && !$0.isFolder }?.size
    }

    func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8] {
        guard let wanted = archive.members.first(where: { $0.name == name && !$0.isFolder }) else {
            throw PackageError(.fileMissing, "the package has no file '\(Printable(name))'", entry: name)
        }
        guard wanted.size <= limit else {
            throw PackageError(
                .textTooLarge,
                "'\(Printable(name))' has \(wanted.size) bytes; at most \(limit) are read",
                entry: name
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wanted.size)
        try archive.forEachMember { (member, reader) throws(PackageError) in
            guard member.path == wanted.path else { return true }
            try reader.forEachBlock(of: member) { bytes.append(contentsOf: $0) }
            return false
        }
        return bytes
    }
}
