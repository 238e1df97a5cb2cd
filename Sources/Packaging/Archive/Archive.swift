import Documents
import SystemPackage

/// A zip whose structure has been checked from its first byte to its last; its entries can be inflated within limits.
///
/// The check is our own and comes before any inflation, because zip readers differ in what they believe: the
/// directory or the headers, the first or the last of two entries, what a field means. What passes here has one
/// reading only: every byte of the file belongs to exactly one entry or to the one directory, and whatever is said
/// twice is said alike.
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
        members = try Self.checkedMembers(of: file, limits: limits)
        stripTopFolder(holding: marker)
        for member in members where EntryName.isRunAtStart(member.name) {
            throw member.refuse(
                .nameStartup,
                "would be run by Python whenever it starts",
                hint: "give the file another name"
            )
        }
    }

    /// Checks a zip that is no package: no folder is stripped, and no name is wanted.
    ///
    /// - Parameters:
    ///   - file: the zip.
    ///   - limits: bounds on everything that is declared.
    /// - Throws: ``PackageError`` with the rule that is broken.
    init(data file: InputFile, limits: ArchiveLimits) throws(PackageError) {
        self.limits = limits
        self.file = file
        members = try Self.checkedMembers(of: file, limits: limits)
    }

    private static func checkedMembers(of file: InputFile, limits: ArchiveLimits) throws(PackageError)
        -> [ArchiveMember]
    {
        let directory = try CentralDirectory(of: file, limits: limits)
        var members: [ArchiveMember] = []
        var spans: [(start: Int, end: Int)] = []
        members.reserveCapacity(directory.count)
        spans.reserveCapacity(directory.count)
        var offsets = Set<UInt64>(minimumCapacity: directory.count)
        var register = NameRegister()
        var total = 0
        var nameBytes = 0
        let pace = Pace(seconds: limits.seconds)
        try directory.visit { record throws(PackageError) in
            try pace.check()
            guard offsets.insert(record.offset).inserted else {
                throw record.refuse(.overlap, "begins where another entry begins")
            }
            try record.validate(limits: limits, archiveSize: directory.offset)
            let header = try LocalHeader(
                of: record,
                in: file,
                before: directory.offset,
                allowsSpareZip64: limits.allowsSpareZip64
            )
            let member = try ArchiveMember(checking: record, contents: header.contents, limits: limits)
            try register.insert(member.path, isFolder: member.isFolder, offset: record.position)
            nameBytes += record.name.count
            guard nameBytes <= limits.entries * limits.usualNameBytes else {
                throw record.refuse(.nameTooLong, "brings the names to more bytes in all than so many entries need")
            }
            total += member.size
            guard total <= limits.ratioFreeTotal || total / limits.ratio < max(1, file.size) else {
                throw record.refuse(
                    .ratio,
                    "brings the files to \(total) bytes out of a zip of \(file.size), more than \(limits.ratio) to one",
                    hint: "if you trust it, raise the limit with --max-ratio"
                )
            }
            guard total <= limits.totalBytes else {
                throw record.refuse(
                    .totalTooLarge,
                    "brings the files to more than \(limits.totalBytes) bytes, which is the most that is unpacked",
                    hint: "if you trust it, raise the limit with --max-size"
                )
            }
            spans.append((Int(record.offset), header.end))
            members.append(member)
        }
        try validate(spans, members, end: directory.offset)
        members.sort { EntryName.precedes($0.path, $1.path) }
        return members
    }

    /// The entries must follow one another from the first byte to the directory.
    private static func validate(
        _ spans: [(start: Int, end: Int)],
        _ members: [ArchiveMember],
        end: Int
    ) throws(PackageError) {
        var next = 0
        for index in spans.indices.sorted(by: { spans[$0].start < spans[$1].start }) {
            let span = spans[index]
            guard span.start >= next else {
                throw members[index].refuse(.overlap, "shares bytes with another entry")
            }
            guard span.start == next else {
                throw .refusal(
                    .hiddenBytes,
                    members[index].path.utf8,
                    "comes after \(span.start - next) bytes that belong to no entry",
                    at: next
                )
            }
            next = span.end
        }
        guard next == end else {
            throw EndRecord.refuse(
                .hiddenBytes,
                "has \(end - next) bytes before its directory that belong to no entry",
                at: next
            )
        }
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

    /// Folders that no other entry lies in, by their names inside the package.
    var emptyFolders: [String] {
        members.filter(\.isFolder).filter { folder in
            let inside = folder.name + "/"
            let next = index(of: inside)
            return next == members.count || !members[next].name.utf8.starts(with: inside.utf8)
        }.map(\.name)
    }

    /// Where a name stands in ``members``, or would stand.
    private func index(of name: String) -> Int {
        var (low, high) = (0, members.count)
        // All names share what was stripped, so they are in the order of their paths.
        while low < high {
            let middle = (low + high) / 2
            if EntryName.precedes(members[middle].name, name) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The file of this name inside the package.
    func member(named name: String) -> ArchiveMember? {
        let index = index(of: name)
        guard index < members.count, members[index].name.utf8.elementsEqual(name.utf8), !members[index].isFolder else {
            return nil
        }
        return members[index]
    }
}
