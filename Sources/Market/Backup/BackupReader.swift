import Crypto
import Documents
import Glibc
import SystemPackage

/// A backup that is read: it may be a stranger's, or damaged.
struct BackupReader {
    let manifest: BackupFormat.Manifest
    private let folder: OpenFolder

    /// - Parameter path: its folder.
    /// - Throws: ``MarketError`` when it is no backup.
    init(_ path: FilePath) throws(MarketError) {
        folder = try OpenFolder(path)
        let shown = Printable(path.appending(BackupFormat.manifestName).string).description
        let file: FileDescriptor
        do throws(MarketError) {
            file = try folder.file(BackupFormat.manifestName)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            throw MarketError(
                .missing,
                "there is no backup in '\(Printable(path.string))'",
                hint: "'lw-dock backup FOLDER' makes one"
            )
        }
        let bytes: [UInt8]
        do {
            bytes = try file.closeAfter {
                var block = [UInt8](repeating: 0, count: 65_536)
                let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
                return Array(block[..<count])
            }
        } catch {
            throw .failed("read", path, error as? Errno ?? .ioError)
        }
        manifest = try BackupFormat.Manifest(bytes, shown: shown)
    }

    /// Goes through all rows.
    ///
    /// - Throws: ``MarketError`` when they are not those that were written, or `body` throws.
    func forEachLine(_ body: (BackupFormat.Line) throws(MarketError) -> Void) throws(MarketError) {
        var lines = LineReader(try folder.file(BackupFormat.rowsName), folder.path.appending(BackupFormat.rowsName))
        var number = 0
        while let line = try lines.next() {
            number += 1
            try body(BackupFormat.Line(line, place: "line \(number) of '\(lines.shown)'"))
        }
        guard lines.finish() == manifest.rowsDigest else {
            throw MarketError(
                .corrupt,
                "'\(lines.shown)' is not what was backed up: its SHA-256 is another",
                hint: "the backup is damaged; take another"
            )
        }
    }

    /// Opens the zip of a package, for the caller to close.
    func package(_ digest: String) throws(MarketError) -> FileDescriptor {
        let packages = try folder.folder(BackupFormat.packagesName)
        guard let place = try packages?.folder(String(digest.prefix(2))) else {
            throw MarketError(.corrupt, "the backup lacks the package \(digest)", hint: "it is damaged; take another")
        }
        return try place.file(digest + ".zip")
    }
}

/// Reads lines of a bounded length, and their digest along the way.
private struct LineReader: ~Copyable {
    let shown: String
    private let path: FilePath
    private let descriptor: FileDescriptor
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    private var place = 0

    init(_ descriptor: FileDescriptor, _ path: FilePath) {
        (self.descriptor, self.path) = (descriptor, path)
        shown = Printable(path.string).description
    }

    deinit {
        try? descriptor.close()
    }

    /// - Returns: the next line without its line feed; nil at the end.
    mutating func next() throws(MarketError) -> [UInt8]? {
        var searched = place
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { place = end + 1 }
                return Array(buffer[place..<end])
            }
            searched = buffer.count - place
            buffer.removeFirst(place)
            place = 0
            guard buffer.count <= BackupFormat.longestLine else {
                throw MarketError(.corrupt, "'\(shown)' has a line of more than \(BackupFormat.longestLine) bytes")
            }
            let block = try read()
            guard !block.isEmpty else {
                guard buffer.isEmpty else { throw MarketError(.corrupt, "'\(shown)' ends in the middle of a line") }
                return nil
            }
            hash.update(data: block)
            buffer += block
        }
    }

    private func read() throws(MarketError) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 1 << 20)
        do {
            let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            return Array(block[..<count])
        } catch {
            throw .failed("read", path, error as? Errno ?? .ioError)
        }
    }

    mutating func finish() -> String { hash.finalize().hexadecimal }
}
