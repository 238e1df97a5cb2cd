import Glibc
import SystemPackage

extension PackageFolder {
    /// What is in the folder and should not be, or is not as it should be.
    struct Contents {
        /// The digests that zips are named after.
        var digests: Set<String> = []
        /// Copies that were never finished.
        var unfinished: [FilePath] = []
        /// What is no part of a market.
        var foreign: [FilePath] = []
    }

    /// Lists the folder; nothing is opened.
    func contents() throws(MarketError) -> Contents {
        var contents = Contents()
        for name in try Self.names(in: path) {
            let folder = path.appending(name)
            switch name {
            case "lock": continue
            case "arriving": contents.unfinished = try Self.names(in: folder).map { folder.appending($0) }
            case let prefix where prefix.utf8.count == 2 && Self.isHexadecimal(prefix):
                for file in try Self.names(in: folder) {
                    let digest = String(file.dropLast(4))
                    if file.hasSuffix(".zip"), Self.isDigest(digest), digest.hasPrefix(prefix) {
                        contents.digests.insert(digest)
                    } else {
                        contents.foreign.append(folder.appending(file))
                    }
                }
            default: contents.foreign.append(folder)
            }
        }
        return contents
    }

    /// Removes the zips that nothing refers to, and copies that were never finished.
    ///
    /// - Parameter referenced: asked, while nobody adds, for the digests that something refers to.
    /// - Returns: how many zips were removed.
    /// - Throws: ``MarketError``.
    @discardableResult
    func sweep(keeping referenced: () throws(MarketError) -> Set<String>) throws(MarketError) -> Int {
        try locked(exclusive: true) { () throws(MarketError) in
            let contents = try contents()
            let kept = try referenced()
            for copy in contents.unfinished { unlink(copy.string) }
            let superfluous = contents.digests.subtracting(kept)
            for digest in superfluous { unlink(file(digest).string) }
            return superfluous.count
        }
    }

    /// Whether a text can be the content digest of a package.
    static func isDigest(_ text: String) -> Bool { text.utf8.count == 64 && isHexadecimal(text) }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func names(in folder: FilePath) throws(MarketError) -> [String] {
        guard let stream = opendir(folder.string) else { throw .failed("listed", folder, Errno(rawValue: errno)) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension PackageFolder {
    /// Whether a folder holds nothing.
    static func isEmpty(_ path: FilePath) throws(MarketError) -> Bool { try names(in: path).isEmpty }

    /// Removes what the making of a market left, by the names that it makes and no others.
    static func removeNewMarket(_ path: FilePath, keepingFolder: Bool) {
        let packages = path.appending("packages")
        rmdir(packages.appending("arriving").string)
        unlink(packages.appending("lock").string)
        rmdir(packages.string)
        for name in ["market.sqlite", "market.sqlite-wal", "market.sqlite-shm", "market.json"] {
            unlink(path.appending(name).string)
        }
        if !keepingFolder { rmdir(path.string) }
    }

    /// Writes a small file under a hidden name, and gives it its own when it is on the disk.
    static func writeDurably(_ bytes: [UInt8], to path: FilePath) throws(MarketError) {
        let partial = path.removingLastComponent().appending(".market-\(getpid()).partial")
        do {
            try writeNew(partial) { try $0.writeAll(bytes) }
            guard rename(partial.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(partial.string)
            throw .failed("written", path, error as? Errno ?? .ioError)
        }
    }
}
