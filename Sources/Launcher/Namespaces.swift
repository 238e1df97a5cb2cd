import CLinux
import CPosix
import LaunchPlan

/// The namespaces of the run, and the proof that they are not the host's.
struct Namespaces {
    /// The inode of each namespace of a process of the host, in the order of `kinds`.
    private let host: [UInt]

    private static let kinds: [(LaunchPlan.Namespace, String)] = [
        (.user, "user"), (.mount, "mnt"), (.pid, "pid_for_children"), (.net, "net"), (.ipc, "ipc"), (.uts, "uts"),
        (.cgroup, "cgroup"),
    ]

    /// Takes note of this process's own, before any is left.
    init() {
        host = Self.inodes()
    }

    static func flags(_ namespaces: [LaunchPlan.Namespace]) -> Int32 {
        Int32(bitPattern: namespaces.reduce(0) { $0 | bit(of: $1) })
    }

    private static func bit(of namespace: LaunchPlan.Namespace) -> UInt32 {
        switch namespace {
        case .user: UInt32(LW_NEW_USER)
        case .mount: UInt32(LW_NEW_MOUNT)
        case .pid: UInt32(LW_NEW_PID)
        case .net: UInt32(LW_NEW_NET)
        case .ipc: UInt32(LW_NEW_IPC)
        case .uts: UInt32(LW_NEW_UTS)
        case .cgroup: UInt32(LW_NEW_CGROUP)
        }
    }

    /// Reads this process's namespaces back while `/proc` can still be seen.
    ///
    /// - Throws: ``StepError`` when one that the plan asks for is still the host's.
    func verify(_ plan: LaunchPlan) throws(StepError) -> String {
        let inodes = Self.inodes()
        var own: [String] = []
        for (place, (namespace, _)) in Self.kinds.enumerated() where plan.namespaces.contains(namespace) {
            guard inodes[place] != 0, inodes[place] != host[place] else {
                throw StepError("namespaces", -EXDEV, namespace.rawValue)
            }
            own.append("\(namespace.rawValue):\(inodes[place])")
        }
        return joinWords(own)
    }

    /// From the links' texts, such as `net:[4026531840]`: to follow them takes the kernel three times as long.
    private static func inodes() -> [UInt] {
        let folder = lw_open_path("/proc/self/ns")
        defer { close(folder) }
        return kinds.map { kind in
            var text = [CChar](repeating: 0, count: 64)
            let length = readlinkat(folder, kind.1, &text, text.count)
            var inode: UInt = 0
            for byte in text.prefix(max(0, length)) where isdigit(Int32(byte)) != 0 {
                inode = inode &* 10 &+ UInt(byte - 0x30)
            }
            return inode
        }
    }
}
