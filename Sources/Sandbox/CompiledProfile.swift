import CLinux
import Crypto
import Documents
import Glibc
package import LaunchPlan
package import SandboxPolicy
package import SystemPackage

/// A profile with its proved filters.
package struct CompiledProfile: Sendable {
    package let profile: Profile
    /// SHA-256 of the profile's text, and of its parent's, in hexadecimal.
    package let digest: String
    private let rules: ResolvedRules
    private let filters: FilterPair

    /// The filter that hands denied calls to the supervisor, eight bytes an instruction.
    package var filter: [UInt8] { filters.notify }
    /// The filter for kernels that cannot: it ends the run instead.
    package var fallbackFilter: [UInt8] { filters.kill }

    private init(_ source: ProfileSource, _ rules: ResolvedRules, _ filters: FilterPair) {
        profile = source.profile
        digest = source.digest
        self.rules = rules
        self.filters = filters
    }

    /// Compiles a profile and proves its filters.
    ///
    /// - Returns: the compiled profile, and how many calls the proofs compared.
    package static func compile(
        _ source: ProfileSource
    ) throws(SandboxError) -> (compiled: CompiledProfile, compared: Int) {
        let rules = try source.resolved()
        do throws(FilterProofError) {
            let (filters, compared) = try FilterPair.compile(rules)
            return (CompiledProfile(source, rules, filters), compared)
        } catch {
            throw .profile(path: source.path, reason: "the compiled filter is not what the rules say: \(error)")
        }
    }

    /// Loads a shipped profile: its YAML, and the filters that `make build` compiled and proved from that very text.
    package init(named name: String, resources: Resources) throws(SandboxError) {
        guard ProfileDocument.isName(name) else {
            throw .profile(path: "'\(Printable(name))'", reason: "is no profile's name")
        }
        let path = resources.profiles.appending(name + ".yaml")
        guard access(path.string, F_OK) == 0 else {
            let shipped = Self.shippedNames(resources).joined(separator: ", ")
            throw .profile(path: path.string, reason: "there is no profile '\(name)'; shipped are \(shipped)")
        }
        let source = try ProfileSource(file: path, shipped: resources.profiles, trust: .ownFiles)
        try self.init(source, from: FilterFiles(folder: resources.plans, base: name))
    }

    /// Joins a profile with filters that were compiled before.
    ///
    /// - Throws: ``SandboxError`` for filters of another text, and for those that are not what the rules say.
    package init(_ source: ProfileSource, from files: FilterFiles) throws(SandboxError) {
        let rules = try source.resolved()
        do throws(FilterFiles.Fault) {
            self.init(source, rules, try files.read(rules, digest: source.digest))
        } catch {
            switch error {
            case .unusable(let error): throw error
            case .stale:
                throw .profile(
                    path: source.path,
                    reason: "it is newer than its compiled filter; 'make build' compiles it again"
                )
            }
        }
    }

    /// Loads anybody's profile, compiled now or, when the cache has filters for it, earlier.
    ///
    /// - Parameters:
    ///   - path: the profile's file, which only root or the caller may write to.
    ///   - resources: where the shipped profiles are, one of which it may extend.
    ///   - cache: folder of filters that were compiled before; made when it is not there. What in it is not ours, not
    ///     whole, or wider than the rules, is replaced.
    /// - Throws: ``SandboxError`` for a profile that cannot be used, and a cache that cannot be written.
    package init(file path: FilePath, resources: Resources, cache: FilePath) throws(SandboxError) {
        let source = try ProfileSource(file: path, shipped: resources.profiles, trust: .ownFiles)
        self = try Self.load(source, FilterFiles(folder: cache, base: Self.cacheKey(source))).profile
    }

    /// A profile with filters from these files, or with new ones, which are then written there.
    ///
    /// - Returns: the profile, and how many calls were compared to prove its filters; nil when they were there.
    package static func load(
        _ source: ProfileSource,
        _ files: FilterFiles
    ) throws(SandboxError) -> (profile: CompiledProfile, compared: Int?) {
        let rules = try source.resolved()
        if let filters = try? files.read(rules, digest: source.digest) {
            return (CompiledProfile(source, rules, filters), nil)
        }
        let (compiled, compared) = try compile(source)
        try makeFolder(files.folder)
        try files.write(compiled.filters, rules, digest: source.digest)
        return (compiled, compared)
    }

    /// The name of a profile's files in the cache: another one for every text, library, machine and compiler.
    package static func cacheKey(_ source: ProfileSource) -> String {
        let parts = [
            source.digest, SyscallTable.libraryVersion, String(SyscallTable.architecture),
            String(FilterCompiler.version),
        ]
        return sha256(Array(parts.joined(separator: "\n").utf8))
    }

    /// Makes a folder that only its owner writes to, and those above it.
    private static func makeFolder(_ path: FilePath) throws(SandboxError) {
        var made = FilePath(root: path.root)
        for component in path.components {
            made.append(component)
            guard mkdir(made.string, 0o755) != 0 else { continue }
            let code = Errno(rawValue: errno)
            guard code == .fileExists else { throw .resource(path: made.string, reason: "\(code)") }
        }
    }

    /// The names of the profiles that came with the tools.
    package static func shippedNames(_ resources: Resources) -> [String] {
        guard let folder = opendir(resources.profiles.string) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }

    /// Writes `NAME.plan`, which the launcher reads beside the filters.
    package func writePlan(to folder: FilePath) throws(SandboxError) {
        let plan = launchPlan(processors: 1, grants: RunGrants())
        try FilterFiles.writeFile(Array(plan.text.utf8), to: folder.appending(profile.name + ".plan"))
        try FilterFiles.writeFile(Array(SyscallTable.text.utf8), to: folder.appending("calls.txt"))
    }

    /// The flat plan of one run, with all that the supervisor has to know of denied calls.
    ///
    /// - Parameters:
    ///   - processors: how many numeric threads stand for "one for each processor".
    ///   - grants: what this run mounts and executes.
    ///   - limits: the profile's, made narrower for this run; nil: the profile's own.
    /// - Returns: the plan, for the launcher.
    package func launchPlan(processors: Int, grants: RunGrants, limits: Profile.Limits? = nil) -> LaunchPlan {
        var profile = profile
        if let limits { profile.limits = limits }
        var plan = profile.launchPlan(digest: digest, processors: processors, grants: grants)
        rules.fill(&plan.denials, names: SyscallTable.names)
        return plan
    }
}

/// SHA-256 of the bytes, in lower-case hexadecimal.
package func sha256(_ bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
}
