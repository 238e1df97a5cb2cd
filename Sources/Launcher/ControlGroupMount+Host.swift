import CPosix
import LaunchPlan

extension ControlGroupMount {
    /// The hierarchies of this host.
    static func all() -> [ControlGroupMount] {
        guard let mounts = readText("/proc/self/mountinfo"), let own = readText("/proc/self/cgroup") else { return [] }
        return all(mounts: linesOfControlGroups(mounts), own: own, read: { readText($0) })
    }

    /// Whether version 2 has the memory controller, where every distribution mounts it: a question of one small file.
    static func unifiedHasMemory() -> Bool {
        ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].contains { folder in
            wordsOfLine(readText(folder + "/cgroup.controllers")).contains("memory")
        }
    }

    /// The lines that tell of control groups: a host may have a hundred others, and to part those takes its time.
    private static func linesOfControlGroups(_ mounts: String) -> String {
        var mounts = mounts
        return mounts.withUTF8 { bytes in
            var found: [UInt8] = []
            var begin = 0
            var marked = false
            for place in bytes.indices {
                // Of a type's name, ` - cgroup` or ` - cgroup2`, these are enough to look closer.
                if bytes[place] == UInt8(ascii: "g"), place - begin > 6, bytes[place - 1] == UInt8(ascii: "c"),
                    bytes[place - 2] == 0x20, bytes[place - 3] == UInt8(ascii: "-")
                {
                    marked = true
                }
                guard bytes[place] == 0x0A else { continue }
                if marked { found += bytes[begin...place] }
                begin = place + 1
                marked = false
            }
            return String(decoding: found, as: UTF8.self)
        }
    }
}
