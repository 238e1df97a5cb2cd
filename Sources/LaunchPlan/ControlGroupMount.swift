/// A hierarchy of control groups that the host has mounted, and where below it this process could make a group.
package struct ControlGroupMount: Equatable {
    /// True for version 2.
    package let isUnified: Bool
    package let controllers: [String]
    /// Folders to try, the best first.
    package let folders: [String]

    /// - Parameters:
    ///   - mounts: the text of `/proc/self/mountinfo`.
    ///   - own: the text of `/proc/self/cgroup`.
    ///   - read: reads a file; nil when it cannot be read.
    /// - Returns: the hierarchies that show this process's own group, version 2 first.
    package static func all(mounts: String, own: String, read: (String) -> String?) -> [ControlGroupMount] {
        // ID:CONTROLLERS:PATH; version 2 has ID 0 and no controllers.
        var paths: [(controllers: [String], path: String)] = []
        for line in splitWords(own) {
            // A path may hold spaces; a controller holds none.
            let whole = joinWords(line)
            guard let colon = whole.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let rest = whole[whole.utf8.index(after: colon)...]
            guard let second = rest.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let names = commas(String(rest[..<second]))
            paths.append((names, String(rest[rest.utf8.index(after: second)...])))
        }
        func path(of controller: String) -> String? { paths.first { $0.controllers.contains(controller) }?.path }
        var found: [ControlGroupMount] = []
        for words in splitWords(mounts) {
            // ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS…] - TYPE SOURCE SUPEROPTIONS
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { continue }
            let (root, point) = (unescaped(words[3]), unescaped(words[4]))
            switch words[dash + 1] {
            case "cgroup":
                let controllers = commas(words[dash + 3])
                guard let path = controllers.lazy.compactMap(path(of:)).first,
                    let folder = inside(point, root: root, path: path)
                else { continue }
                found.append(ControlGroupMount(isUnified: false, controllers: controllers, folders: [folder]))
            case "cgroup2":
                guard let path = path(of: ""), let folder = inside(point, root: root, path: path) else { continue }
                // Beside this process's own group first: the kernel enables controllers only where no process sits.
                var folders = folder == point ? [folder] : [parent(of: folder), folder]
                if let last = folders.first, last != point, parent(of: last) != point {
                    folders.append(parent(of: last))
                }
                let controllers = wordsOfLine(read(point + "/cgroup.controllers"))
                found.append(ControlGroupMount(isUnified: true, controllers: controllers, folders: folders))
            default: continue
            }
        }
        // Version 2 first where both hold a controller: it can bound swap and end a group at once.
        return found.filter { $0.isUnified } + found.filter { !$0.isUnified }
    }

    private static func commas(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { String(Substring($0)) }
    }

    /// The folder of the group `path` below the mount; nil when the mount does not show it.
    private static func inside(_ point: String, root: String, path: String) -> String? {
        // Outside of this process's namespace of control groups, where nothing says what lies between.
        if root.hasPrefix("/..") || path.hasPrefix("/..") { return nil }
        if root == "/" { return path == "/" ? point : point + path }
        // A container's mount shows only a part of the hierarchy.
        guard path == root || path.hasPrefix(root + "/") else { return nil }
        return point + path.dropFirst(root.count)
    }

    /// `mountinfo` writes spaces, tabs, line ends and backslashes as three octal digits; the names of service managers
    /// are full of the last.
    private static func unescaped(_ word: String) -> String {
        guard word.utf8.contains(UInt8(ascii: "\\")) else { return word }
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
