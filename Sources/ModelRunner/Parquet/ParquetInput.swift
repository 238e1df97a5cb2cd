import CLinux
import Documents
import Foundation
import SystemPackage
import Tensors

/// The one file that a reader in a sandbox gets to see: the file itself where it may, or else a copy of it.
struct ParquetInput {
    let file: FilePath
    /// What holds the copy.
    let folder: RunFolder?
    private let name: FilePath

    private static let magic = Array("PAR1".utf8)
    /// Magic, length of the footer, magic.
    private static let smallest = 12

    /// - Parameters:
    ///   - path: the file; nil for standard input.
    ///   - name: what it is called in errors.
    ///   - store: where a copy goes.
    /// - Throws: ``DataError`` or ``RunError``.
    init(_ path: FilePath?, named name: FilePath, _ store: Store) throws {
        self.name = name
        let source: FileDescriptor
        do {
            source = try path.map { try FileDescriptor.open($0, .readOnly, options: [.closeOnExec]) } ?? .standardInput
        } catch {
            throw DataError.opening(name, error as? Errno ?? .ioError)
        }
        defer { if path != nil { try? source.close() } }
        let status: Stat
        do throws(Errno) {
            status = try source.stat()
        } catch {
            throw DataError.opening(name, error)
        }
        guard status.type != .directory else {
            throw DataError(
                .unreadable,
                name,
                code: .isDirectory,
                reason: "it is a folder",
                remedy: "name a file inside it"
            )
        }
        if let path, status.type == .regular, Self.isReadableInside(status) {
            let absolute = path.isAbsolute ? path : FilePath(FileManager.default.currentDirectoryPath).pushing(path)
            (file, folder) = (absolute, nil)
            return
        }
        let folder = try store.makeRunFolder()
        let copy = folder.path.appending("data.parquet")
        try Self.copy(source, to: copy, named: name)
        (file, self.folder) = (copy, folder)
    }

    /// The sandbox runs without the caller's groups, and when root starts it under an id that owns nothing.
    private static func isReadableInside(_ status: Stat) -> Bool {
        let isOwn = geteuid() != 0 && status.userID.rawValue == geteuid()
        return status.permissions.contains(isOwn ? .ownerRead : .otherRead)
    }

    private static func copy(_ source: FileDescriptor, to path: FilePath, named name: FilePath) throws {
        let target: FileDescriptor
        do {
            target = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        } catch {
            throw Store.failure(path, (error as? Errno ?? .ioError).rawValue)
        }
        defer { try? target.close() }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count: Int
            do {
                count = try block.withUnsafeMutableBytes { try source.read(into: $0) }
            } catch {
                throw DataError.opening(name, error as? Errno ?? .ioError)
            }
            if count == 0 { break }
            do {
                try target.writeAll(block[..<count])
            } catch {
                throw Store.failure(path, (error as? Errno ?? .ioError).rawValue)
            }
        }
        // The folder around it is the caller's alone.
        guard fchmod(target.rawValue, 0o444) == 0 else { throw Store.failure(path, errno) }
    }

    /// Sees what needs no reader to be seen, so that nobody waits for one in vain.
    ///
    /// - Throws: ``DataError``.
    func validate() throws(DataError) {
        let (size, first, last): (Int, [UInt8], [UInt8])
        do {
            let descriptor = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
            defer { try? descriptor.close() }
            size = Int(try descriptor.stat().size)
            first = try Self.bytes(of: descriptor, at: 0)
            last = try Self.bytes(of: descriptor, at: max(0, size - 4))
        } catch {
            throw DataError.opening(name, error as? Errno ?? .ioError)
        }
        let reason: String
        if size == 0 {
            reason = "the file is empty"
        } else if first == Array("PARE".utf8) {
            reason = "it is encrypted, which is not read"
        } else if first.starts(with: Array("PK".utf8)) {
            reason = "it is a zip, not a Parquet file"
        } else if first != Self.magic {
            reason = "it does not begin as a Parquet file does"
        } else if last != Self.magic || size < Self.smallest {
            reason = "it does not end as a Parquet file does, so a part of it is missing"
        } else {
            return
        }
        throw DataError(.invalid, name, reason: reason, remedy: "write the file again, or name another")
    }

    private static func bytes(of descriptor: FileDescriptor, at offset: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4)
        let count = try bytes.withUnsafeMutableBytes {
            try descriptor.read(fromAbsoluteOffset: Int64(offset), into: $0)
        }
        return Array(bytes.prefix(count))
    }
}
