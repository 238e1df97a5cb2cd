package import LaunchPlan

extension ResolvedRules {
    /// Tells a plan's supervisor what the rules say of the calls that the filter hands to it.
    ///
    /// - Parameters:
    ///   - denials: what is filled in; its budget and mode stay.
    ///   - names: the names that these rules were resolved with.
    package func fill(_ denials: inout LaunchPlan.Denials, names: SyscallNames) {
        denials.violations = []
        var answers: [UInt16: [UInt32]] = [:]
        for (number, fate) in rules.sorted(by: { $0.key < $1.key }) {
            switch fate {
            case .violation: denials.violations.append(number)
            case .soft(let error) where error != .notPermitted: answers[error.number, default: []].append(number)
            case .allow, .arguments, .soft, .absent: continue
            }
        }
        denials.answers = answers.sorted { $0.key < $1.key }.map { LaunchPlan.Answer(error: $0.key, calls: $0.value) }
        denials.texts = TextArguments.byIndex.enumerated().compactMap { argument($0.offset, of: $0.element, names) }
        // A run that is ended at its first violation is not asked what else it would need.
        let uses = denials.endsAtViolation ? [] : TellingArguments.byIndex
        denials.distinct = uses.enumerated().compactMap { argument($0.offset, of: $0.element, names) }
    }

    /// The argument of those calls that can reach the supervisor; nil when none can.
    private func argument(_ index: Int, of calls: [String], _ names: SyscallNames) -> LaunchPlan.CallArgument? {
        let numbers = calls.compactMap { name -> UInt32? in
            guard case .number(let number) = names.lookUp(name), isHandedOver(number) else { return nil }
            return number
        }
        return numbers.isEmpty ? nil : LaunchPlan.CallArgument(index: index, calls: numbers.sorted())
    }

    /// Whether some call of this number reaches the supervisor.
    private func isHandedOver(_ number: UInt32) -> Bool {
        switch rules[number] {
        case .allow, .absent: false
        case .arguments, .soft, .violation: true
        case nil: absentFrom.map { number < $0 } ?? true
        }
    }
}

/// Which argument of a call points to the text that says what the caller was after.
enum TextArguments {
    /// By the argument's index.
    ///
    /// Of two paths, the one that would be made, changed or taken.
    static let byIndex: [[String]] = [
        [
            "access", "acct", "add_key", "chdir", "chmod", "chown", "chroot", "creat", "delete_module", "execve",
            "fsopen", "getxattr", "lchown", "lgetxattr", "link", "listxattr", "llistxattr", "lremovexattr",
            "lsetxattr", "lstat", "memfd_create", "mkdir", "mknod", "mq_open", "mq_unlink", "open", "pivot_root",
            "readlink", "removexattr", "rename", "request_key", "rmdir", "setxattr", "stat", "statfs", "swapoff",
            "swapon", "truncate", "umount2", "unlink", "uselib", "utime", "utimes",
        ],
        [
            "execveat", "faccessat", "faccessat2", "fchmodat", "fchmodat2", "fchownat", "fgetxattr", "finit_module",
            "fremovexattr", "fsetxattr", "fspick", "futimesat", "inotify_add_watch", "linkat", "mkdirat", "mknodat",
            "mount", "mount_setattr", "move_mount", "name_to_handle_at", "newfstatat", "open_tree", "openat",
            "openat2", "quotactl", "readlinkat", "renameat", "renameat2", "statx", "symlink", "unlinkat", "utimensat",
        ],
        ["fsconfig", "init_module", "symlinkat"],
        [],
        ["fanotify_mark"],
        [],
    ]
}
