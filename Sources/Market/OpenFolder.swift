import Documents
import Glibc
import SystemPackage

/// A folder that was opened once; what is in it is reached by base names, and never through a link.
///
/// Closed when the last that uses it goes.
final class OpenFolder: Sendable {
    let descriptor: FileDescriptor
    /// How messages name it.
    let path: FilePath

    /// More are not listed.
    private static let mostNames = 200_000

    /// - Parameter path: as the user named it; links on the way to it are the user's wish.
    /// - Throws: ``MarketError``.
    convenience init(_ path: FilePath) throws(MarketError) {
        let raw = Glibc.open(path.isEmpty ? "." : path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else {
            let code = Errno(rawValue: errno)
            let shown = Printable(path.string)
            switch code {
            case .noSuchFileOrDirectory: throw MarketError(.inputOutput, "there is no folder '\(shown)'", errno: code)
            case .notDirectory: throw MarketError(.inputOutput, "'\(shown)' is not a folder", errno: code)
            default: throw .failed("read", path, code)
            }
        }
        self.init(FileDescriptor(rawValue: raw), path)
    }

    private init(_ descriptor: FileDescriptor, _ path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        try? descriptor.close()
    }

    /// Whether a text names something in a folder, and nothing outside it.
    static func isBaseName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
            && !name.utf8.contains { $0 == 0x2F || $0 == 0 }
    }

    /// Opens a folder in this one.
    ///
    /// - Parameter name: a base name.
    /// - Returns: nil when there is no folder of that name; a link is none.
    /// - Throws: ``MarketError``.
    func folder(_ name: String) throws(MarketError) -> OpenFolder? {
        let path = path.appending(name)
        guard Self.isBaseName(name) else { return nil }
        let raw = openat(descriptor.rawValue, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard raw >= 0 else {
            let code = Errno(rawValue: errno)
            if [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels].contains(code) { return nil }
            throw .failed("read", path, code)
        }
        return OpenFolder(FileDescriptor(rawValue: raw), path)
    }

    /// Opens a regular file in this folder for reading.
    ///
    /// - Parameter name: a base name.
    /// - Returns: the file, for the caller to close.
    /// - Throws: ``MarketError`` when there is none, or it is a link.
    func file(_ name: String) throws(MarketError) -> FileDescriptor {
        guard Self.isBaseName(name) else {
            throw MarketError(.inputOutput, "'\(Printable(name))' is no name of a file")
        }
        return try PackageFolder.open(FilePath(name), in: descriptor)
    }

    /// What is in the folder, in the order of the names.
    ///
    /// - Throws: ``MarketError``.
    func names() throws(MarketError) -> [String] {
        // A second view: the stream closes its own.
        let raw = openat(descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0, let stream = fdopendir(raw) else {
            let code = Errno(rawValue: errno)
            if raw >= 0 { close(raw) }
            throw .failed("listed", path, code)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            guard names.count < Self.mostNames else {
                throw MarketError(.refused, "'\(Printable(path.string))' holds more than \(Self.mostNames) names")
            }
            names.append(name)
        }
        return names.sorted()
    }
}
