import CLinux
import CPosix
import LaunchPlan

/// Builds the run's root file system from the plan, and moves this process into it.
struct Root {
    let plan: LaunchPlan
    /// True only in the tests: what the root's being read-only keeps away is then left to the next layer.
    let isWritable: Bool
    /// Detached trees of the host, in the order of the plan's mounts that have a source.
    private var trees: [Int32] = []

    init(plan: LaunchPlan, isWritable: Bool) {
        self.plan = plan
        self.isWritable = isWritable
    }

    /// Opens every source of the plan as a detached tree.
    ///
    /// Root does this before it gives up its identity, so that an interpreter or a store under a folder that only
    /// root may enter still works; an ordinary user does it inside the new mount namespace, where the calls are allowed.
    mutating func openSources() throws(StepError) {
        for mount in plan.mounts {
            switch mount {
            case .readOnly(let source, _), .writable(let source, _), .device(let source):
                let path = try check(lw_open_path(source), "sources", source)
                if case .device = mount, !lw_is_character_device(path) { throw StepError("sources", -ENODEV, source) }
                trees.append(try check(lw_clone_tree(path), "sources", source))
                close(path)
            case .directory, .link, .temporary:
                continue
            }
        }
    }

    /// Makes the file system in memory, populates it, and makes it the root of this mount namespace.
    mutating func enter() throws(StepError) {
        // Any folder serves: what it hides is gone after the pivot.
        let base = "/tmp"
        let options = "size=\(plan.root.bytes),nr_inodes=\(plan.root.inodes),mode=755"
        try check(lw_mount("tmpfs", base, "tmpfs", UInt(MS_NOSUID | MS_NODEV), options), "root", base)
        try check(chdir(base) == 0 ? 0 : -errno, "root", base)
        umask(0)
        var sources = trees[...]
        for mount in plan.mounts {
            try apply(mount, sources: &sources)
        }
        trees = []
        let unlisted = open(relative(Landlock.unlisted), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o444)
        guard unlisted >= 0 else { throw StepError("root", -errno, Landlock.unlisted) }
        close(unlisted)
        try check(lw_pivot_root(".", "."), "pivot")
        try check(lw_detach("."), "pivot")
        try check(chdir("/") == 0 ? 0 : -errno, "pivot", "/")
        var sealed = UInt64(LW_MOUNT_NO_SUID | LW_MOUNT_NO_DEVICES)
        if !isWritable { sealed |= UInt64(LW_MOUNT_READ_ONLY) }
        try check(lw_tree_attributes(-1, "/", sealed), "pivot", "/")
    }

    /// Tries the new root: nothing can be made in it, and what lay around it is gone.
    func verify() throws(StepError) -> String {
        if !isWritable {
            guard mkdir("/.written", 0o700) != 0, errno == EROFS else { throw StepError("root", -EXDEV, "writable") }
        }
        var here = stat()
        var above = stat()
        guard stat("/", &here) == 0, stat("/..", &above) == 0, here.st_ino == above.st_ino, here.st_dev == above.st_dev
        else { throw StepError("root", -EXDEV, "/..") }
        return "own, in memory, \(plan.mounts.count) mounts; \(isWritable ? "writable" : "mkdir is refused: EROFS")"
    }

    private func apply(_ mount: LaunchPlan.Mount, sources: inout ArraySlice<Int32>) throws(StepError) {
        switch mount {
        case .directory(let path):
            try makeFolders(path)
        case .link(let path, let target):
            try makeParents(path)
            try check(symlink(target, relative(path)) == 0 ? 0 : -errno, "mounts", path)
        case .readOnly(_, let path):
            let attributes = LW_MOUNT_READ_ONLY | LW_MOUNT_NO_SUID | LW_MOUNT_NO_DEVICES
            try attach(sources.popFirst() ?? -1, at: path, attributes: UInt64(attributes))
        case .writable(_, let path):
            let attributes = LW_MOUNT_NO_SUID | LW_MOUNT_NO_DEVICES | LW_MOUNT_NO_EXECUTE
            try attach(sources.popFirst() ?? -1, at: path, attributes: UInt64(attributes))
        case .device(let path):
            let attributes = LW_MOUNT_NO_SUID | LW_MOUNT_NO_EXECUTE
            try attach(sources.popFirst() ?? -1, at: path, attributes: UInt64(attributes))
        case .temporary(let path, let size):
            try makeFolders(path)
            let options = "size=\(size.bytes),nr_inodes=\(size.inodes),mode=700"
            let flags = UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
            try check(lw_mount("tmpfs", relative(path), "tmpfs", flags, options), "mounts", path)
        }
    }

    private func attach(_ tree: Int32, at path: String, attributes: UInt64) throws(StepError) {
        if lw_is_directory(tree) {
            try makeFolders(path)
        } else {
            try makeParents(path)
            let file = open(relative(path), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
            // Inside a folder that is bound already, the file is there to be bound over.
            guard file >= 0 || errno == EEXIST else { throw StepError("mounts", -errno, path) }
            if file >= 0 { close(file) }
        }
        try check(lw_tree_attributes(tree, "", attributes), "mounts", path)
        try check(lw_attach_tree(tree, relative(path)), "mounts", path)
        close(tree)
    }

    private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
    private static let dot = CChar(bitPattern: UInt8(ascii: "."))

    private func relative(_ path: String) -> String {
        let trimmed = path.utf8.drop { $0 == UInt8(ascii: "/") }
        return trimmed.isEmpty ? "." : String(Substring(trimmed))
    }

    private func makeParents(_ path: String) throws(StepError) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return }
        try makeFolders(String(path[..<slash]))
    }

    private func makeFolders(_ path: String) throws(StepError) {
        var bytes = Array(relative(path).utf8CString)
        let end = bytes.count - 1
        var begin = 0
        for place in 0...end where place == end || bytes[place] == Self.slash {
            defer { begin = place + 1 }
            guard place > begin else { continue }
            let isDots = bytes[begin..<place].allSatisfy { $0 == Self.dot }
            guard !(isDots && place - begin <= 2) || end == 1 else { throw StepError("mounts", -EINVAL, path) }
            let kept = bytes[place]
            bytes[place] = 0
            if mkdir(bytes, 0o755) != 0, errno != EEXIST { throw StepError("mounts", -errno, path) }
            bytes[place] = kept
        }
    }
}
