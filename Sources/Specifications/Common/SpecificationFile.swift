import Documents
internal import Glibc
package import SystemPackage
internal import Tensors

/// The files of specifications: one JSON object of a bounded size.
package enum SpecificationFile {
    /// What a file may hold before it is looked at: twice the values of the largest set that is fitted, in the longest
    /// form that numbers are written in.
    static let limits = DocumentLimits(bytes: 256 << 20, depth: 16, nodes: 6_000_000)

    static func parse(_ bytes: [UInt8]) throws(SpecificationError) -> Node {
        do throws(DocumentError) {
            return try JSON.parse(bytes, limits: limits)
        } catch {
            throw SpecificationError(.invalidFile, "the specification is not readable JSON: \(error)")
        }
    }

    /// The members of a specification's object, after its `type`, where it has one, is what it must be.
    static func members(
        of node: Node,
        type name: String,
        aliases: Set<String> = []
    ) throws(SpecificationError) -> [Member] {
        guard let members = node.members else {
            throw SpecificationError(.invalidFile, "a specification is a map, not \(node.kind)")
        }
        guard let type = node["type"] else { return members }
        guard let found = type.string, found == name || aliases.contains(found) else {
            let found = type.string.map { "'\(Printable($0, limit: 60))'" } ?? type.kind
            throw SpecificationError(.invalidFile, "'type' is \(found), not '\(name)'")
        }
        return members
    }

    /// The bytes of a file.
    package static func read(_ path: FilePath) throws(SpecificationError) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            return try descriptor.closeAfter {
                var status = stat()
                guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: Glibc.errno) }
                guard status.st_mode & S_IFMT == S_IFREG else {
                    throw SpecificationError(.inputOutput, "'\(Printable(path.string))' is not a regular file")
                }
                let limit = limits.bytes
                guard status.st_size <= limit else {
                    throw SpecificationError(
                        .invalidFile,
                        "'\(Printable(path.string))' has \(status.st_size) bytes; at most \(limit) are read"
                    )
                }
                return try bytes(descriptor, count: Int(status.st_size))
            }
        } catch let error as SpecificationError {
            throw error
        } catch {
            throw failure(path, error)
        }
    }

    private static func bytes(_ descriptor: FileDescriptor, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let read = try descriptor.read(into: rest)
                if read == 0 { break }
                filled += read
            }
        }
    }

    /// Writes a file, in the place of what was there; no half of it is ever seen.
    package static func write(_ bytes: [UInt8], to path: FilePath) throws(SpecificationError) {
        do throws(DataError) {
            let file = try OutputFile(replacing: path)
            try file.write(bytes)
            try file.finish()
        } catch {
            throw SpecificationError(.inputOutput, error.description, errno: error.code)
        }
    }

    private static func failure(_ path: FilePath, _ error: any Error) -> SpecificationError {
        let code = error as? Errno
        let reason = code.map { "\($0)" } ?? "\(error)"
        return SpecificationError(
            .inputOutput,
            "'\(Printable(path.string))' cannot be read: \(reason)",
            errno: code
        )
    }
}
