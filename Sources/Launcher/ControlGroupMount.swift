import Glibc

/// A hierarchy of control groups that the host has mounted, and where below it this process could make a group.
struct ControlGroupMount: Equatable {
    /// True for version 2.
    let isUnified: Bool
    let controllers: [String]
    /// Folders to try, the nearest first.
    let folders: [String]

    /// The hierarchies of this host.
    static func all() -> [ControlGroupMount] {
        guard let mounts = readText("/proc/self/mountinfo"), let own = readText("/proc/self/cgroup") else { return [] }
        return all(mounts: mounts, own: own, read: readText)
    }

    /// - Parameters:
    ///   - mounts: the text of `/proc/self/mountinfo`.
    ///   - own: the text of `/proc/self/cgroup`.
    ///   - read: reads a file; nil when it cannot be read.
    /// - Returns: the hierarchies, those of version 2 first.
    static func all(mounts: String, own: String, read: (String) -> String?) -> [ControlGroupMount] {
        // ID:CONTROLLERS:PATH; version 2 has ID 0 and no controllers.
        var paths: [String: String] = [:]
        for line in own.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { continue }
            for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(controller)] = parts[2]
            }
        }
        var found: [ControlGroupMount] = []
        for line in mounts.split(separator: "\n") {
            // ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS…] - TYPE SOURCE SUPEROPTIONS
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { continue }
            let (root, point) = (words[3], words[4])
            switch words[dash + 1] {
            case "cgroup":
                let controllers = words[dash + 3].split(separator: ",").map(String.init)
                guard let controller = controllers.first(where: { paths[$0] != nil }), let path = paths[controller]
                else { continue }
                let folder = inside(point, root: root, path: path)
                found.append(ControlGroupMount(isUnified: false, controllers: controllers, folders: [folder]))
            case "cgroup2":
                guard let path = paths[""] else { continue }
                let folder = inside(point, root: root, path: path)
                // Beside this process's own group first: the kernel enables controllers only where no process sits.
                var folders = folder == point ? [folder] : [parent(of: folder), folder]
                if let last = folders.first, last != point, parent(of: last) != point {
                    folders.append(parent(of: last))
                }
                let names = read(point + "/cgroup.controllers") ?? ""
                let controllers = names.split { $0 == " " || $0 == "\n" }.map(String.init)
                found.append(ControlGroupMount(isUnified: true, controllers: controllers, folders: folders))
            default: continue
            }
        }
        // Version 2 first where both hold a controller: it can bound swap and end a group at once.
        return found.filter(\.isUnified) + found.filter { !$0.isUnified }
    }

    private static func inside(_ point: String, root: String, path: String) -> String {
        var rest = path
        // A container's mount shows only a part of the hierarchy.
        if root != "/", rest == root || rest.hasPrefix(root + "/") { rest = String(rest.dropFirst(root.count)) }
        if rest.isEmpty || rest == "/" { return point }
        return point + rest
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
