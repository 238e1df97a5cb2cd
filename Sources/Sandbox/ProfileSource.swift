import Documents
import Glibc
package import SandboxPolicy
package import SystemPackage

/// A profile as it was read, together with the one that it extends.
package struct ProfileSource: Sendable {
    package let path: String
    package let profile: Profile
    /// SHA-256 of the profile's text, or of the digests of its own and its parent's, in hexadecimal.
    package let digest: String

    /// Whose files are read.
    package enum Trust: Sendable {
        /// Anybody's: to be checked or shown.
        case anybody
        /// Those that only root or the caller may write to: to run strangers' code under.
        case ownFiles
    }

    /// - Parameters:
    ///   - path: the profile's file.
    ///   - shipped: folder of the shipped profiles, in which a parent is looked for after the file's own folder.
    ///   - trust: whose files are read.
    /// - Throws: ``SandboxError`` that names the file, the line and the column.
    package init(file path: FilePath, shipped: FilePath?, trust: Trust) throws(SandboxError) {
        let folder = path.removingLastComponent()
        let own = folder.isEmpty ? FilePath(".") : folder
        guard let name = path.lastComponent?.string else {
            throw .profile(path: path.string, reason: "is no file's name")
        }
        let yaml = try Self.read(name, in: own, trust)
        try self.init(yaml: yaml, path: path, parents: [own, shipped].compactMap { $0 }, trust: trust)
    }

    /// - Parameters:
    ///   - yaml: the profile's text.
    ///   - path: what errors name it by.
    ///   - parents: folders in which a parent is looked for, in their order.
    ///   - trust: whose files are read.
    /// - Throws: ``SandboxError`` that names the file, the line and the column.
    package init(yaml: [UInt8], path: FilePath, parents: [FilePath], trust: Trust) throws(SandboxError) {
        var parent: ProfileSource?
        let document = try Self.naming(path) { () throws(ProfileError) in try ProfileDocument(yaml: yaml) }
        if let extends = document.extends {
            guard
                let found = parents.map({ $0.appending(extends + ".yaml") }).first(where: {
                    access($0.string, F_OK) == 0
                })
            else {
                let places = parents.map { Printable($0.string).description }.joined(separator: " nor ")
                throw .profile(
                    path: path.string,
                    reason: ProfileError(
                        "there is no profile '\(extends)' to extend, neither in \(places)",
                        at: document.extendsPosition
                    ).description
                )
            }
            parent = try Self.parent(found, extends, trust)
        }
        profile = try Self.naming(path) { () throws(ProfileError) in
            try document.profile(extending: parent?.profile)
        }
        self.path = path.string
        digest = parent.map { sha256(Array("\(sha256(yaml))\n\($0.digest)\n".utf8)) } ?? sha256(yaml)
    }

    /// A parent is read for itself, so that its faults are told of its own file; its own parent is not looked for.
    private static func parent(_ path: FilePath, _ name: String, _ trust: Trust) throws(SandboxError) -> ProfileSource {
        let source = try ProfileSource(file: path, shipped: nil, trust: trust)
        guard source.profile.name == name else {
            throw .profile(path: path.string, reason: "the profile in it is named '\(source.profile.name)'")
        }
        return source
    }

    private static func naming<Value>(
        _ path: FilePath,
        _ body: () throws(ProfileError) -> Value
    ) throws(SandboxError) -> Value {
        do throws(ProfileError) {
            return try body()
        } catch {
            throw .profile(path: path.string, reason: error.description)
        }
    }

    private static func read(_ name: String, in folder: FilePath, _ trust: Trust) throws(SandboxError) -> [UInt8] {
        let limit = DocumentLimits.manifest.bytes
        switch trust {
        case .ownFiles: return try TrustedFile.read(name, in: folder, limit: limit)
        case .anybody: return try TrustedFile.readUntrusted(folder.appending(name), limit: limit)
        }
    }

    /// The profile's rules with this machine's numbers.
    package func resolved() throws(SandboxError) -> ResolvedRules {
        try Self.naming(FilePath(path)) { () throws(ProfileError) in
            try ResolvedRules(profile.seccomp, names: SyscallTable.names)
        }
    }
}
