import CLinux
import CPosix
import LaunchPlan

/// The second wall behind the mounts: the same permissions again, by another part of the kernel, and its scopes.
struct Landlock {
    /// A file of the root that no rule allows to be read: opening it proves that the rules are in force.
    static let unlisted = "/.unlisted"

    /// Descriptor of the ruleset; -1 when there is none.
    let ruleset: Int32
    let version: Int32
    private let refusal: Int32

    /// Makes the rules for the root that this process is in.
    ///
    /// - Throws: ``StepError`` when the kernel has no Landlock and nobody allowed its absence.
    init(plan: LaunchPlan, isOff: Bool) throws(StepError) {
        version = isOff ? -ENOSYS : lw_landlock_version()
        guard version > 0 else {
            refusal = -version
            ruleset = -1
            guard isOff || plan.degradable.contains(.landlock) else { throw StepError("landlock", version) }
            return
        }
        refusal = 0
        ruleset = try check(lw_landlock_ruleset(version), "landlock")
        try allow(UInt64(LW_FOLDER_READ), under: "/")
        let reading = UInt64(LW_FILE_READ) | UInt64(LW_FOLDER_READ) | UInt64(LW_FILE_EXECUTE)
        let writing = UInt64.max & ~UInt64(LW_FILE_EXECUTE)
        for mount in plan.mounts {
            switch mount {
            case .readOnly(_, let path): try allow(reading, under: path)
            case .writable(_, let path), .temporary(let path, _): try allow(writing, under: path)
            case .device(let path): try allow(UInt64(LW_FILE_READ) | UInt64(LW_FILE_WRITE), under: path)
            case .directory, .link: continue
            }
        }
    }

    private func allow(_ rights: UInt64, under path: String) throws(StepError) {
        let file = try check(lw_open_path(path), "landlock", path)
        defer { close(file) }
        try check(lw_landlock_allow(ruleset, version, file, rights), "landlock", path)
    }

    /// Puts the rules in force for this thread and what comes of it, and tries them.
    func enforce(_ reporter: Reporter) throws(StepError) {
        guard ruleset >= 0 else {
            reporter.found(.landlock, .absent, "the kernel has none: \(describe(refusal))")
            return
        }
        let before = open(Self.unlisted, O_RDONLY | O_CLOEXEC)
        guard before >= 0 else { throw StepError("landlock", -errno, Self.unlisted) }
        close(before)
        try check(lw_landlock_restrict(ruleset), "landlock")
        let after = open(Self.unlisted, O_RDONLY | O_CLOEXEC)
        guard after < 0, errno == EACCES else { throw StepError("landlock", -EXDEV, "an unlisted file was opened") }
        var more = ""
        if version >= 4 { more += ", no TCP" }
        if version >= 6 { more += ", own scope for signals and abstract sockets" }
        reporter.found(.landlock, .active, "version \(version)\(more); an unlisted file is refused")
    }
}
