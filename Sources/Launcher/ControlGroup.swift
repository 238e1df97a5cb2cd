import CLinux
import CPosix
import LaunchPlan

/// One control group of this run's own, on whichever hierarchies the host has.
///
/// Made by the supervisor, joined by PID 1 before the payload starts, and removed when all of it is dead.
struct ControlGroup {
    /// One hierarchy's folder of this run.
    private struct Leaf {
        let folder: Int32
        let parent: Int32
        let name: String
        let isUnified: Bool
        let controllers: [String]
    }

    private var leaves: [Leaf] = []
    /// What is in force, in words.
    private(set) var evidence: [String] = []
    /// Why a bound of the plan is not in force; empty when all are.
    private(set) var missing: [String] = []

    /// True when the kernel bounds the memory of the whole run.
    private(set) var boundsMemory = false

    /// Makes a group and sets the plan's bounds; what cannot be had is listed in ``missing``.
    init(_ control: LaunchPlan.Control, mounts: [ControlGroupMount]) {
        var wanted: [String] = []
        if control.memory != nil { wanted.append("memory") }
        if control.processes != nil { wanted.append("pids") }
        if control.cpuPercent != nil { wanted.append("cpu") }
        for controller in wanted {
            var reason = "no hierarchy with '\(controller)' is mounted"
            for mount in mounts where mount.controllers.contains(controller) {
                do throws(StepError) {
                    let place = try leaf(in: mount, for: controller, wanted: wanted)
                    try set(controller, control, in: leaves[place])
                    reason = ""
                    break
                } catch {
                    reason = "\(controller): \(describe(error.code)) (\(error.subject))"
                }
            }
            if !reason.isEmpty { missing.append(reason) }
        }
    }

    /// The folder of version 2, to be born into; -1 when there is none.
    var birthplace: Int32 { leaves.first { $0.isUnified }?.folder ?? -1 }

    /// The `tasks` files of version 1, each for the process itself to write to; the caller closes them.
    func entrances() throws(StepError) -> [Int32] {
        var files: [Int32] = []
        for leaf in leaves where !leaf.isUnified {
            let file = openat(leaf.folder, "tasks", O_RDWR | O_CLOEXEC)
            guard file >= 0 else { throw StepError("cgroup", -errno, "tasks") }
            files.append(file)
        }
        return files
    }

    /// Whether a living process is in the group of version 2, by the kernel's own account.
    func isBirthplace(of process: pid_t) -> Bool {
        guard let name = leaves.first(where: { $0.isUnified })?.name else { return false }
        let text = readText("/proc/\(process)/cgroup") ?? ""
        return splitWords(text).contains { line in
            line.first?.hasPrefix("0::") == true && line.last?.hasSuffix("/" + name) == true
        }
    }

    /// How many processes the memory limit killed, how many new ones were refused, and the most memory in use.
    func counters() -> (memoryKills: Int, refusedProcesses: Int, peakMemory: Int?) {
        var kills = 0
        var refused = 0
        var peak: Int?
        for leaf in leaves {
            if leaf.controllers.contains("memory") {
                kills = member("oom_kill", of: leaf.isUnified ? "memory.events" : "memory.oom_control", in: leaf) ?? 0
                peak = number(leaf.isUnified ? "memory.peak" : "memory.max_usage_in_bytes", in: leaf)
            }
            if leaf.controllers.contains("pids") { refused = member("max", of: "pids.events", in: leaf) ?? 0 }
        }
        return (kills, refused, peak)
    }

    /// Removes the group; every process in it must be dead.
    mutating func remove() {
        for leaf in leaves {
            // The last process may still be on its way out.
            var tries = 0
            while unlinkat(leaf.parent, leaf.name, AT_REMOVEDIR) != 0, errno == EBUSY, tries < 50 {
                usleep(200)
                tries += 1
            }
            close(leaf.folder)
            close(leaf.parent)
        }
        leaves = []
        evidence = []
        boundsMemory = false
    }

    // MARK: - Making it

    private mutating func leaf(in mount: ControlGroupMount, for controller: String, wanted: [String])
        throws(StepError) -> Int
    {
        if let place = leaves.firstIndex(where: { $0.controllers.contains(controller) }) { return place }
        if mount.isUnified, leaves.contains(where: { $0.isUnified }) {
            // A process is in one group of version 2, and this controller is not in that one.
            throw StepError("cgroup", -EOPNOTSUPP, "cgroup.subtree_control lacks \(controller)")
        }
        var failure = StepError("cgroup", -ENOENT, mount.folders.first ?? "")
        for path in mount.folders {
            let parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard parent >= 0 else {
                failure = StepError("cgroup", -errno, path)
                continue
            }
            let controllers =
                mount.isUnified
                ? Self.enable(wanted.filter(mount.controllers.contains), in: parent) : mount.controllers
            guard controllers.contains(controller) else {
                failure = StepError("cgroup", -EOPNOTSUPP, "\(path)/cgroup.subtree_control lacks \(controller)")
                close(parent)
                continue
            }
            Self.sweep(parent)
            guard let (name, folder) = Self.make(in: parent) else {
                failure = StepError("cgroup", -errno, path)
                close(parent)
                continue
            }
            leaves.append(
                Leaf(
                    folder: folder,
                    parent: parent,
                    name: name,
                    isUnified: mount.isUnified,
                    controllers: controllers
                )
            )
            return leaves.count - 1
        }
        throw failure
    }

    private static let prefix = "lw-"

    /// Makes a group that nobody else has, and locks it; nil, with `errno` set, when that is refused.
    ///
    /// The lock says that the group is in use, and goes with this process. A process id would not: who shares the
    /// hierarchy from another container may have the same one, and not see ours.
    private static func make(in parent: Int32) -> (name: String, folder: Int32)? {
        for attempt in 0..<20 {
            let name = "\(prefix)\(getpid())" + (attempt == 0 ? "" : "-\(lw_random())")
            guard mkdirat(parent, name, 0o755) == 0 else {
                if errno == EEXIST { continue }
                return nil
            }
            let folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if folder >= 0, lw_lock_exclusive(folder, false) >= 0, isStill(folder, name, in: parent) {
                return (name, folder)
            }
            // Somebody swept it before it was locked.
            if folder >= 0 { close(folder) }
            unlinkat(parent, name, AT_REMOVEDIR)
        }
        errno = EBUSY
        return nil
    }

    private static func isStill(_ folder: Int32, _ name: String, in parent: Int32) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(folder, &opened) == 0 && fstatat(parent, name, &named, AT_SYMLINK_NOFOLLOW) == 0
            && opened.st_ino == named.st_ino
    }

    /// Removes what launchers left that were killed: groups that nobody holds locked any more.
    private static func sweep(_ parent: Int32) {
        // A folder's links are its own two and one for each folder in it: mostly there is nothing to look for.
        var status = stat()
        if fstat(parent, &status) == 0, status.st_nlink == 2 { return }
        let copy = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for name in names(in: copy) where name.hasPrefix(prefix) {
            let folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard folder >= 0 else { continue }
            if lw_lock_exclusive(folder, false) >= 0 { unlinkat(parent, name, AT_REMOVEDIR) }
            close(folder)
        }
    }

    /// The controllers that children of this folder of version 2 have, after enabling those of `wanted` that can be.
    private static func enable(_ wanted: [String], in folder: Int32) -> [String] {
        func enabled() -> [String] {
            wordsOfLine(readText("cgroup.subtree_control", in: folder))
        }
        let before = enabled()
        let missing = wanted.filter { !before.contains($0) }
        if missing.isEmpty { return before }
        // One at a time: a host often delegates some of them only, and one that is refused would take the others along.
        // All are refused where the folder itself holds processes, as the kernel's rule is.
        for controller in missing { _ = write("+\(controller)", to: "cgroup.subtree_control", in: folder) }
        return enabled()
    }

    private mutating func set(_ controller: String, _ control: LaunchPlan.Control, in leaf: Leaf) throws(StepError) {
        switch controller {
        case "memory":
            guard let bytes = control.memory else { return }
            try write(String(bytes), to: leaf.isUnified ? "memory.max" : "memory.limit_in_bytes", in: leaf)
            // Without swap accounting there is no such file, and nothing of this group swaps.
            let swap =
                leaf.isUnified
                ? Self.write("0", to: "memory.swap.max", in: leaf.folder)
                : Self.write(String(bytes), to: "memory.memsw.limit_in_bytes", in: leaf.folder)
            if swap < 0, !leaf.isUnified { _ = Self.write("0", to: "memory.swappiness", in: leaf.folder) }
            // All of the run or nothing: a model that lost one process answers nonsense.
            if leaf.isUnified { _ = Self.write("1", to: "memory.oom.group", in: leaf.folder) }
            boundsMemory = true
            evidence.append("memory \(bytes)")
        case "pids":
            guard let count = control.processes else { return }
            try write(String(count), to: "pids.max", in: leaf)
            evidence.append("pids \(count)")
        case "cpu":
            guard let percent = control.cpuPercent else { return }
            let quota = percent * 1000
            if leaf.isUnified {
                try write("\(quota) 100000", to: "cpu.max", in: leaf)
            } else {
                try write(String(quota), to: "cpu.cfs_quota_us", in: leaf)
            }
            evidence.append("cpu \(percent) %")
        default: return
        }
    }

    // MARK: - Files

    private func write(_ text: String, to file: String, in leaf: Leaf) throws(StepError) {
        try check(Self.write(text, to: file, in: leaf.folder), "cgroup", file)
    }

    private static func write(_ text: String, to file: String, in folder: Int32) -> Int32 {
        let descriptor = openat(folder, file, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return -errno }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return CPosix.write(descriptor, bytes, bytes.count) == bytes.count ? 0 : -errno
    }

    private func number(_ file: String, in leaf: Leaf) -> Int? {
        readText(file, in: leaf.folder).flatMap { Int($0.prefix { ("0"..."9").contains($0) }) }
    }

    private func member(_ name: String, of file: String, in leaf: Leaf) -> Int? {
        let words = splitWords(readText(file, in: leaf.folder) ?? "").first { $0.count == 2 && $0[0] == name }
        return words.flatMap { Int($0[1]) }
    }
}
