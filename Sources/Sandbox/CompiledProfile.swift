import CLinux
import Crypto
import Documents
import Glibc
import LaunchPlan
package import SandboxPolicy
package import SystemPackage

/// A profile with its proved filter.
package struct CompiledProfile: Sendable {
    package let profile: Profile
    /// SHA-256 of the profile's text, in hexadecimal.
    package let digest: String
    /// The filter, eight bytes an instruction.
    package let filter: [UInt8]

    /// Compiles a profile's text and proves the filter.
    ///
    /// - Returns: the compiled profile, and how many calls the proof compared.
    package static func compile(
        yaml: [UInt8],
        path: String
    ) throws(SandboxError) -> (compiled: CompiledProfile, compared: Int) {
        do throws(ProfileError) {
            let profile = try Profile(yaml: yaml)
            let rules = try ResolvedRules(
                profile.seccomp,
                architecture: SyscallTable.architecture,
                lookUp: SyscallTable.lookUp
            )
            let program = FilterCompiler.compile(rules)
            let compared: Int
            do throws(FilterProofError) {
                compared = try FilterProof.prove(program, rules)
            } catch {
                throw ProfileError("the compiled filter is not what the rules say: \(error)")
            }
            let filter = program.flatMap(\.bytes)
            return (CompiledProfile(profile: profile, digest: sha256(yaml), filter: filter), compared)
        } catch {
            throw .profile(path: path, reason: error.description)
        }
    }

    private init(profile: Profile, digest: String, filter: [UInt8]) {
        self.profile = profile
        self.digest = digest
        self.filter = filter
    }

    /// Loads a shipped profile: its YAML, and the filter that `make build` compiled and proved from that very text.
    package init(named name: String, resources: Resources) throws(SandboxError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 == 0x2D || isalnum(Int32($0)) != 0 }) else {
            throw .profile(path: "'\(Printable(name))'", reason: "is no profile's name")
        }
        let path = resources.profiles.appending(name + ".yaml").string
        guard access(path, F_OK) == 0 else {
            throw .profile(
                path: path,
                reason: "there is no profile '\(name)'; shipped are strict and environment-build"
            )
        }
        let yaml = try TrustedFile.read(name + ".yaml", in: resources.profiles, limit: DocumentLimits.manifest.bytes)
        do throws(ProfileError) {
            profile = try Profile(yaml: yaml)
        } catch {
            throw .profile(path: path, reason: error.description)
        }
        digest = sha256(yaml)
        filter = try TrustedFile.read(name + ".bpf", in: resources.plans, limit: 8 * FilterCompiler.mostInstructions)
        let planText = try TrustedFile.read(name + ".plan", in: resources.plans, limit: 1 << 20)
        let plan = try? LaunchPlan(text: String(decoding: planText, as: UTF8.self))
        guard plan?.digest == digest else {
            throw .profile(path: path, reason: "it is newer than its compiled filter; 'make build' compiles it again")
        }
    }

    /// Writes `NAME.plan` and `NAME.bpf` into `folder`, each by rename.
    package func write(to folder: FilePath) throws(SandboxError) {
        let plan = profile.launchPlan(digest: digest, processors: 1)
        // The filter first: a plan that is there vouches for it.
        try writeFile(filter, to: folder.appending(profile.name + ".bpf"))
        try writeFile(Array(plan.text.utf8), to: folder.appending(profile.name + ".plan"))
    }

    private func writeFile(_ bytes: [UInt8], to path: FilePath) throws(SandboxError) {
        let partial = path.string + ".partial-\(getpid())-\(UInt32.random(in: .min ... .max))"
        do {
            let file = try FileDescriptor.open(
                FilePath(partial),
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch {
            throw .resource(path: partial, reason: "\((error as? Errno).map { "\($0)" } ?? "cannot be written")")
        }
        guard rename(partial, path.string) == 0 else {
            let code = Errno(rawValue: errno)
            unlink(partial)
            throw .resource(path: path.string, reason: "\(code)")
        }
    }
}

/// SHA-256 of the bytes, in lower-case hexadecimal.
package func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
}
