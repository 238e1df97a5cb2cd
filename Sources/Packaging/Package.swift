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
        public var digest: String { hexadecimal(hash) }
        /// SHA-256 of the contents; as text it would be the largest part of a package with many files.
        fileprivate let hash: SHA256.Digest
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
    /// Where ``semantic`` is from, when that is not the package.
    package var externalSemanticName: String? { description.externalSemanticName }
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
    ///   - limits: bounds on sizes, counts and time.
    ///   - progress: called after each block.
    /// - Returns: the package.
    /// - Throws: ``PackageError`` with the rule that is broken.
    /// - Complexity: O(n) in the inflated size; memory does not grow with it.
    public static func open(
        _ path: FilePath,
        semantic: FilePath? = nil,
        limits: ArchiveLimits = .standard,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) -> Package {
        let text = try semantic.map { (file) throws(PackageError) in try SemanticText(reading: file) }
        return try open(path, semantic: text, limits: limits, progress: progress)
    }

    /// Opens a learnware zip and checks all of it.
    ///
    /// - Parameters:
    ///   - path: the zip; a symbolic link is refused.
    ///   - semantic: a semantic specification that takes the place of the package's own; nil for none.
    ///   - limits: bounds on sizes, counts and time.
    ///   - progress: called after each block.
    /// - Returns: the package.
    /// - Throws: ``PackageError`` with the rule that is broken.
    package static func open(
        _ path: FilePath,
        semantic: SemanticText?,
        limits: ArchiveLimits = .standard,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) -> Package {
        try Package(Self.archive(path, limits), unpackingTo: nil, semantic: semantic, progress)
    }

    /// Opens a learnware zip, checks all of it and writes its files into a new folder, in one pass.
    ///
    /// The folder appears under its name only when everything has been checked and every file is complete; until then
    /// it is a private folder beside it, and after a failure nothing is left.
    ///
    /// - Parameters:
    ///   - path: the zip; a symbolic link is refused.
    ///   - parent: the folder to put the new one in, which must exist.
    ///   - name: the new folder's name, one component.
    ///   - limits: bounds on sizes, counts and time.
    ///   - progress: called after each block.
    /// - Returns: the package.
    /// - Throws: ``PackageError`` with the rule that is broken; `targetExists` when something has that name.
    public static func unpack(
        _ path: FilePath,
        into parent: FilePath,
        as name: String,
        limits: ArchiveLimits = .standard,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) -> Package {
        let archive = try Self.archive(path, limits)
        let folder = try UnpackedFolder.begin(in: parent, name: name)
        let package = try Package(archive, unpackingTo: folder, semantic: nil, progress)
        try folder.publish()
        return package
    }

    private static func archive(_ path: FilePath, _ limits: ArchiveLimits) throws(PackageError) -> Archive {
        let archive = try Archive(opening: path, marker: PackageDescription.manifestName, limits: limits)
        // Before gigabytes are inflated.
        guard archive.member(named: PackageDescription.manifestName) != nil else {
            throw PackageDescription.manifestMissing(in: ZipContents(archive: archive, entries: []))
        }
        return archive
    }

    private init(
        _ archive: Archive,
        unpackingTo folder: UnpackedFolder?,
        semantic: SemanticText?,
        _ progress: PackageProgress.Report?
    ) throws(PackageError) {
        let digests = try archive.readAll(into: folder, progress: progress)
        self.archive = archive
        entries = zip(archive.members, digests).filter { !$0.0.isFolder }.map { member, digest in
            Entry(name: member.name, size: member.size, mode: member.mode, hash: digest)
        }
        emptyFolders = archive.emptyFolders
        digest = Self.contentDigest(entries, emptyFolders)
        description = try PackageDescription(of: ZipContents(archive: archive, entries: entries), semantic: semantic)
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
        try ZipContents(archive: archive, entries: entries).read(name, limit: limit)
    }

    /// Checks that the program which the package is can be started in a sandbox that holds nothing else.
    ///
    /// - Parameter folder: where ``unpack(into:as:)`` wrote the files.
    /// - Throws: ``PackageError`` when its entry is not executable, or needs a loader or an interpreter of the host.
    public func validateProgram(unpackedIn folder: FilePath) throws(PackageError) {
        guard let name = manifest.sandbox.entry, let entry = entries.first(where: { $0.name == name }) else { return }
        guard entry.mode & 0o100 != 0 else {
            throw PackageError(
                .manifest,
                "'\(Printable(name))' is to be run, but the zip does not say that it is executable",
                entry: name,
                hint: "'chmod +x' it and pack it with 'lw-pack build'; other packers may lose the mode"
            )
        }
        let file = try InputFile(opening: folder.appending(name).string, limit: .max)
        try ProgramHead(file.bytes(at: 0, count: min(file.size, ProgramHead.bytes))).validate(file: name)
    }

    /// What the statistical specifications hold, in the order of `learnware.yaml`.
    ///
    /// - Complexity: reads and parses the files on every call.
    public var statisticalSpecifications: [StatisticalSummary] {
        manifest.statisticalSpecifications.map {
            StatisticalSummary($0, in: ZipContents(archive: archive, entries: entries))
        }
    }
}

extension Package {
    /// Everything that is wrong or odd about the package, as `lw-pack build` would say it of its folder.
    ///
    /// - Returns: the problems; an opened package may have errors that only whoever packs must mend.
    package func validate() -> Validation {
        let contents = ZipContents(archive: archive, entries: entries)
        let files = entries.map { FileFacts(name: $0.name, size: $0.size, isExecutable: $0.mode & 0o100 != 0) }
        guard let name = externalSemanticName, let semantic else {
            return FolderValidator.validate(contents, files: files)
        }
        return FolderValidator.validate(contents, files: files, semantic: (name, semantic))
    }
}

extension Package.Entry {
    /// An empty folder, where files and folders are listed together.
    init(folder name: String) {
        self.init(name: name + "/", size: 0, mode: 0o755, hash: SHA256.hash(data: []))
    }
}

extension Package {
    static func contentDigest(_ entries: [Entry], _ emptyFolders: [String]) -> String {
        var hash = SHA256()
        hash.update(data: Array("learnware-content 1\n".utf8))
        func add(_ facts: String, _ name: String) {
            hash.update(data: Array("\(facts) \(name)\0".utf8))
        }
        // Both are in order, and are gone through side by side.
        var folders = emptyFolders[...]
        for entry in entries {
            while let folder = folders.first, EntryName.precedes(folder, entry.name) {
                add("755 -", folder)
                folders.removeFirst()
            }
            add("\(String(entry.mode, radix: 8)) \(entry.digest)", entry.name)
        }
        for folder in folders { add("755 -", folder) }
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
        let folder = try UnpackedFolder.begin(in: parent, name: name)
        let digests: Zip2Sequence<[ArchiveMember], [SHA256.Digest]>
        do throws(PackageError) {
            digests = zip(archive.members, try archive.readAll(into: folder))
        } catch  where [.damaged, .checksum, .sizeMismatch, .overlong].contains(error.rule) {
            // It was whole when it was opened.
            throw PackageError(
                .changed,
                "the zip changed after it was checked: \(error.message)",
                entry: error.entry,
                hint: "try again",
                offset: error.offset
            )
        }
        for (entry, (member, digest)) in zip(entries, digests.lazy.filter { !$0.0.isFolder }) {
            guard entry.hash == digest else { throw Self.changed(member) }
        }
        try folder.publish()
    }

    fileprivate static func changed(_ member: ArchiveMember) -> PackageError {
        member.refuse(.changed, "changed after it was checked")
    }
}

/// The files of an opened zip.
private struct ZipContents: PackageContents {
    let archive: Archive
    let entries: [Package.Entry]

    func size(of name: String) -> Int? {
        archive.member(named: name)?.size
    }

    func read(_ name: String, limit: Int) throws(PackageError) -> [UInt8] {
        guard let member = archive.member(named: name) else {
            throw PackageError(.fileMissing, "the package has no file '\(Printable(name))'", entry: name)
        }
        guard member.size <= limit else {
            throw PackageError(
                .textTooLarge,
                "'\(Printable(name))' has \(member.size) bytes; at most \(limit) are read",
                entry: name
            )
        }
        let bytes = try archive.contents(of: member)
        // What is believed must be what the digest says, even if somebody writes to the zip meanwhile.
        guard entries.first(where: { $0.name == name })?.hash == SHA256.hash(data: bytes) else {
            throw Package.changed(member)
        }
        return bytes
    }
}
