import Crypto
import Documents

extension Archive {
    /// Files from this size on are hashed on a thread of their own.
    private static let largeFile = 8 << 20

    /// Inflates every entry once, compares it with what it declares, and gives its hash.
    ///
    /// Several threads share the entries; what one of them holds does not grow with the zip.
    ///
    /// - Parameters:
    ///   - folder: where the files are written too; its folders are made first.
    ///   - progress: called after each block.
    /// - Returns: SHA-256 of each of ``members``.
    /// - Throws: ``PackageError`` with the entry that is not what it declares.
    func readAll(
        into folder: UnpackedFolder? = nil,
        progress: PackageProgress.Report? = nil
    ) throws(PackageError) -> [SHA256.Digest] {
        try checkCancellation()
        let total = members.reduce(0) { $0 + $1.size }
        let pace = Pace(seconds: limits.seconds, folder == nil ? .check : .write, total: total, report: progress)
        let digests = Monitor([SHA256.Digest](repeating: SHA256.hash(data: []), count: members.count))
        if let folder {
            try makeFolders(in: folder)
        }
        let order = readingOrder
        try Workers.forEach(order.count, pace: pace) { queue in
            var reader: EntryReader
            do throws(PackageError) {
                reader = try EntryReader(file)
            } catch {
                return queue.fail(error, at: 0)
            }
            while let index = queue.next() {
                do throws(PackageError) {
                    let digest = try read(members[order[index]], with: reader, pace, into: folder)
                    digests.update { $0[order[index]] = digest }
                } catch {
                    queue.fail(error, at: index)
                }
            }
        }
        return digests.update { $0 }
    }

    /// All of them, before several threads write files into them.
    private func makeFolders(in folder: UnpackedFolder) throws(PackageError) {
        var last: Substring = ""
        for member in members {
            let slash = member.name.utf8.lastIndex(of: UInt8(ascii: "/"))
            let parent = member.isFolder ? member.name[...] : slash.map { member.name[..<$0] } ?? ""
            guard !parent.utf8.elementsEqual(last.utf8) else { continue }
            try folder.makeFolder(String(parent))
            last = parent
        }
    }

    /// Large files first, so that none is left to one thread at the end; the others folder by folder.
    private var readingOrder: [Int] {
        let large = members.indices.filter { members[$0].size >= Self.largeFile }
        return large.sorted { members[$0].size > members[$1].size }
            + members.indices.filter { members[$0].size < Self.largeFile }
    }

    private func read(
        _ member: ArchiveMember,
        with reader: borrowing EntryReader,
        _ pace: Pace,
        into folder: UnpackedFolder?
    ) throws(PackageError) -> SHA256.Digest {
        guard let folder, !member.isFolder else {
            return try hash(of: member, with: reader, pace) { _ in }
        }
        return try folder.writeFile(member.name, mode: member.mode) { write throws(PackageError) in
            try hash(of: member, with: reader, pace, write)
        }
    }

    private func hash(
        of member: ArchiveMember,
        with reader: borrowing EntryReader,
        _ pace: Pace,
        _ body: (UnsafeRawBufferPointer) throws(PackageError) -> Void
    ) throws(PackageError) -> SHA256.Digest {
        if member.size >= Self.largeFile {
            return try BackgroundHash.of { hash throws(PackageError) in
                try reader.forEachBlock(of: member, pace: pace) { block throws(PackageError) in
                    hash.update(block)
                    try body(block)
                }
            }
        }
        var hash = SHA256()
        try reader.forEachBlock(of: member, pace: pace) { block throws(PackageError) in
            hash.update(bufferPointer: block)
            try body(block)
        }
        return hash.finalize()
    }

    /// The contents of one entry, whose size the caller has bounded.
    func contents(of member: ArchiveMember) throws(PackageError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(member.size)
        try EntryReader(file).forEachBlock(of: member, pace: Pace(seconds: limits.seconds)) { block in
            bytes.append(contentsOf: block)
        }
        return bytes
    }
}
