import Glibc
import SystemPackage
import Tensors
import Testing

/// A folder of one test, removed with it.
final class TemporaryFolder {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/lw-tensors-XXXXXX".utf8CString)
        let made: String? = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        path = FilePath(try #require(made))
    }

    deinit {
        for name in (try? names()) ?? [] { unlink(path.appending(name).string) }
        rmdir(path.string)
    }

    /// Writes a file and returns its path.
    func file(_ name: String, _ content: some Collection<UInt8>) throws -> FilePath {
        let path = path.appending(name)
        let descriptor = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate],
            permissions: FilePermissions(rawValue: 0o644)
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
        return path
    }

    func file(_ name: String, _ content: String) throws -> FilePath {
        try file(name, Array(content.utf8))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try Tests.bytes(path.appending(name))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// The names of all files, hidden ones included.
    func names() throws -> [String] {
        let folder = try #require(opendir(path.string))
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

enum Tests {
    static func bytes(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { return bytes }
                bytes += block[..<count]
            }
        }
    }

    static func fixture(_ name: String) -> FilePath {
        FilePath("\(#filePath)").removingLastComponent().appending("Fixtures").appending(name)
    }

    /// All rows of a file, read in chunks of the given size, as one tensor.
    static func read(_ path: FilePath, options: DataOptions = DataOptions(), maximumRows: Int = 3) throws -> Tensor {
        let source = try DataFile.open(path, options: options)
        var parts: [Tensor] = []
        var rows = 0
        while let chunk = try source.next(maximumRows: maximumRows) {
            #expect(chunk.firstRow == rows)
            #expect(chunk.rowCount <= maximumRows)
            let part = try chunk.joined()
            #expect(part.rowCount == chunk.rowCount)
            rows += chunk.rowCount
            parts.append(part)
        }
        return try Tensor.concatenating(parts)
    }

    /// Numbers as the bits that they are, so that NaN equals NaN and 0 is not -0.
    static func bits(_ numbers: [Double]) -> [UInt64] {
        numbers.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
    }

    /// The sentence with which reading a file is refused; the folder's name is taken out of it.
    static func refusal(_ path: FilePath, options: DataOptions = DataOptions()) throws -> (String, DataError.Kind) {
        let error = try #require(throws: DataError.self) { _ = try read(path, options: options) }
        let folder = path.removingLastComponent().string + "/"
        return (error.description.replacing(folder, with: ""), error.kind)
    }
}
