import Glibc
import SandboxPolicy
package import SystemPackage

/// A profile's two filters.
struct FilterPair: Equatable, Sendable {
    var notify: [UInt8]
    var kill: [UInt8]

    subscript(variant: FilterVariant) -> [UInt8] {
        variant == .notify ? notify : kill
    }

    /// Compiles and proves both.
    ///
    /// - Returns: the filters, and how many calls the proofs compared.
    static func compile(_ rules: ResolvedRules) throws(FilterProofError) -> (filters: FilterPair, compared: Int) {
        let notify = FilterCompiler.compile(rules, .notify)
        let kill = FilterCompiler.compile(rules, .kill)
        let compared = try FilterProof.prove(notify, rules, .notify) + FilterProof.prove(kill, rules, .kill)
        return (FilterPair(notify: notify.flatMap(\.bytes), kill: kill.flatMap(\.bytes)), compared)
    }

    func prove(_ rules: ResolvedRules) throws(FilterProofError) {
        for variant in FilterVariant.allCases {
            guard let program = FilterInstruction.program(self[variant]) else {
                throw FilterProofError("it is no whole number of instructions")
            }
            try FilterProof.prove(program, rules, variant)
        }
    }

    /// SHA-256 over both filters.
    var digest: String {
        sha256(Array("\(notify.count) \(kill.count)\n".utf8) + notify + kill)
    }

    /// SHA-256 over what was proved: the rules' meaning and both filters.
    func record(_ rules: ResolvedRules) -> String {
        sha256(Array((rules.canonicalText + digest).utf8))
    }
}

/// Filters on disk: `BASE.bpf`, `BASE.kill.bpf`, and `BASE.proof`, which says what they were made of.
///
/// Read only when they belong to root or the caller and nobody else may write to them. Bytes that are not those of
/// the record are refused. A record that fits the rules and the bytes stands for the proof; one of other rules, as
/// when a newer libseccomp numbers a call differently, does not, and the filters are proved again.
package struct FilterFiles: Sendable {
    package let folder: FilePath
    package let base: String

    package init(folder: FilePath, base: String) {
        self.folder = folder
        self.base = base
    }

    /// What is in the way of using a cached filter.
    enum Fault: Error {
        /// It was made of something else; a new one is needed.
        case stale
        case unusable(SandboxError)
    }

    private static func header(_ digest: String) -> [String] {
        [
            "lw-proof 1", "compiler \(FilterCompiler.version)", "architecture \(SyscallTable.architecture)",
            "profile \(digest)",
        ]
    }

    /// The line of a record that says which bytes it is about.
    package static func line(notify: [UInt8], kill: [UInt8]) -> String {
        "filters \(FilterPair(notify: notify, kill: kill).digest)"
    }

    func write(_ filters: FilterPair, _ rules: ResolvedRules, digest: String) throws(SandboxError) {
        let lines =
            Self.header(digest) + [
                "libseccomp \(SyscallTable.libraryVersion)", Self.line(notify: filters.notify, kill: filters.kill),
                "proved \(filters.record(rules))",
            ]
        // The record last: one that is there vouches for the filters.
        try Self.writeFile(filters.notify, to: folder.appending(base + ".bpf"))
        try Self.writeFile(filters.kill, to: folder.appending(base + ".kill.bpf"))
        try Self.writeFile(Array((lines.joined(separator: "\n") + "\n").utf8), to: folder.appending(base + ".proof"))
    }

    /// The filters for `rules`, as recorded or proved again.
    func read(_ rules: ResolvedRules, digest: String) throws(Fault) -> FilterPair {
        let record: [UInt8]
        let filters: FilterPair
        do throws(SandboxError) {
            record = try TrustedFile.read(base + ".proof", in: folder, limit: 4096)
            let limit = 8 * FilterCompiler.mostInstructions
            filters = FilterPair(
                notify: try TrustedFile.read(base + ".bpf", in: folder, limit: limit),
                kill: try TrustedFile.read(base + ".kill.bpf", in: folder, limit: limit)
            )
        } catch {
            throw .unusable(error)
        }
        let lines = String(decoding: record, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.starts(with: Self.header(digest)) else { throw .stale }
        let path = folder.appending(base + ".bpf").string
        guard lines.contains(Self.line(notify: filters.notify, kill: filters.kill)) else {
            throw .unusable(.resource(path: path, reason: "the filters are not the ones that were recorded"))
        }
        if lines.contains("proved \(filters.record(rules))") { return filters }
        do throws(FilterProofError) {
            try filters.prove(rules)
        } catch {
            throw .unusable(.resource(path: path, reason: "the filter is not what the profile's rules say: \(error)"))
        }
        return filters
    }

    /// Writes a file that nobody sees before it is whole.
    static func writeFile(_ bytes: [UInt8], to path: FilePath) throws(SandboxError) {
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
            unlink(partial)
            throw .resource(path: partial, reason: "\((error as? Errno).map { "\($0)" } ?? "cannot be written")")
        }
        guard rename(partial, path.string) == 0 else {
            let code = Errno(rawValue: errno)
            unlink(partial)
            throw .resource(path: path.string, reason: "\(code)")
        }
    }
}
