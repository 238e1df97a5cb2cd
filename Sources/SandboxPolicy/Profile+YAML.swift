import Documents
import LaunchPlan

extension Profile {
    /// Root, devices, scratch space, and whether the run is traced.
    mutating func readThings(_ map: ProfileMap) throws(ProfileError) {
        if let node = map["root"] {
            root = try Self.size(ProfileMap(node, "root", keys: ["size", "entries"]), root)
        }
        if map["devices"] != nil { devices = try Self.devices(map) }
        if let node = map["scratch"] {
            let fields = try ProfileMap(node, "scratch", keys: ["path", "size", "entries"])
            let none = LaunchPlan.TemporaryFileSystem(bytes: 0, inodes: 0)
            scratch = Scratch(path: try fields.path("path"), size: try Self.size(fields, none))
            if scratch?.size.bytes == 0 || scratch?.size.inodes == 0 {
                // The kernel takes 0 for "no bound".
                throw ProfileError("scratch needs a 'size' and 'entries', both above 0", at: node.position)
            }
        }
        isTraced = try map.flag("traced") ?? isTraced
    }

    private static func devices(_ map: ProfileMap) throws(ProfileError) -> [String] {
        let known = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"]
        return try map.items("devices").map { item throws(ProfileError) in
            guard known.contains(item.text) else {
                throw ProfileError(
                    "the device '\(Printable(item.text))' is not one that a profile may grant; "
                        + "there are \(known.joined(separator: ", "))",
                    at: item.position
                )
            }
            return item.text
        }
    }

    private static func size(
        _ map: ProfileMap,
        _ size: LaunchPlan.TemporaryFileSystem
    ) throws(ProfileError) -> LaunchPlan.TemporaryFileSystem {
        LaunchPlan.TemporaryFileSystem(
            bytes: try map.bytes("size") ?? size.bytes,
            inodes: try map.count("entries") ?? size.inodes
        )
    }

    mutating func readEnvironment(_ map: ProfileMap) throws(ProfileError) {
        guard let node = map["environment"] else { return }
        guard let members = node.members else {
            throw ProfileError("'environment' must be a map, not \(node.kind)", at: node.position)
        }
        for member in members {
            guard let value = member.value.string else {
                throw ProfileError(
                    "the value of '\(Printable(member.key))' must be a text in quotes",
                    at: member.value.position
                )
            }
            environment.removeAll { $0.name == member.key }
            environment.append(LaunchPlan.Variable(member.key, value))
        }
    }
}

extension Profile.Limits {
    mutating func read(_ node: Node) throws(ProfileError) {
        let map = try ProfileMap(
            node,
            "limits",
            keys: [
                "memory", "processes", "open-files", "file-size", "stack", "processor-seconds", "processors",
                "threads", "line", "blob", "standard-error", "denials",
            ]
        )
        memory = try map.bytes("memory") ?? memory
        processes = try map.count("processes") ?? processes
        openFiles = try map.count("open-files") ?? openFiles
        fileSize = try map.bytes("file-size") ?? fileSize
        stack = try map.bytes("stack") ?? stack
        processorSeconds = try map.count("processor-seconds") ?? processorSeconds
        processors = try map.count("processors") ?? processors
        if processors == 0 {
            throw ProfileError(
                "'processors' must be above 0; leave it out for no quota",
                at: map["processors"]?.position
            )
        }
        threads = try map.count("threads") ?? threads
        line = try map.bytes("line") ?? line
        blob = try map.bytes("blob") ?? blob
        standardError = try map.bytes("standard-error") ?? standardError
        denials = try map.count("denials") ?? denials
    }
}

extension Profile.Times {
    mutating func read(_ node: Node) throws(ProfileError) {
        let map = try ProfileMap(node, "times", keys: ["spawn", "load", "call", "wall"])
        spawn = try map.count("spawn") ?? spawn
        load = try map.count("load") ?? load
        call = try map.count("call") ?? call
        wall = try map.count("wall") ?? wall
    }
}

extension SeccompRules {
    init(_ node: Node) throws(ProfileError) {
        self.init()
        let keys = ["allow", "arguments", "soft", "violation", "absent", "absent-from"]
        let map = try ProfileMap(node, "syscalls", keys: keys)
        rules = try map.items("allow").map { Rule($0.text, .allow, at: $0.position) }
        for member in try map.members("arguments") {
            let tests = try (member.value.array ?? []).map { node throws(ProfileError) in try ArgumentTest(node) }
            guard !tests.isEmpty else {
                throw ProfileError("'\(Printable(member.key))' needs a list of tests", at: member.value.position)
            }
            rules.append(Rule(member.key, .arguments(tests), at: member.position))
        }
        for member in try map.members("soft") {
            guard let error = SoftError(rawValue: member.key) else {
                let known = SoftError.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProfileError(
                    "'\(Printable(member.key))' is no soft error; there are \(known)",
                    at: member.position
                )
            }
            rules += try ProfileMap.items(member.value, "soft").map { Rule($0.text, .soft(error), at: $0.position) }
        }
        rules += try map.items("violation").map { Rule($0.text, .violation, at: $0.position) }
        rules += try map.items("absent").map { Rule($0.text, .absent, at: $0.position) }
        absentFrom = try map.count("absent-from").flatMap { UInt32(exactly: $0) }
        if let absentFrom, absentFrom >= ResolvedRules.firstForeignNumber {
            throw ProfileError("'absent-from' must be the number of a call", at: map["absent-from"]?.position)
        }
        var seen = Set<String>()
        for rule in rules where !seen.insert(rule.name).inserted {
            throw ProfileError("the system call '\(Printable(rule.name))' has two rules", at: rule.position)
        }
    }
}

extension ArgumentTest {
    fileprivate init(_ node: Node) throws(ProfileError) {
        let map = try ProfileMap(node, "a test", keys: ["argument", "equals", "mask", "value"])
        guard let argument = try map.count("argument"), argument < 6 else {
            throw ProfileError("a test needs 'argument', from 0 to 5", at: node.position)
        }
        if let equals = try map.count("equals", most: .max) {
            guard map["mask"] == nil, map["value"] == nil else {
                throw ProfileError("'equals' stands alone; 'mask' and 'value' belong together", at: node.position)
            }
            self.init(argument: argument, comparison: .equals(UInt64(equals)))
        } else {
            guard let mask = try map.count("mask").flatMap(UInt32.init(exactly:)),
                let value = try map.count("value").flatMap(UInt32.init(exactly:))
            else { throw ProfileError("a test needs 'equals', or 'mask' and 'value' of 32 bits", at: node.position) }
            guard value & ~mask == 0 else {
                throw ProfileError("'value' has bits outside 'mask', so the test can never match", at: node.position)
            }
            self.init(argument: argument, comparison: .masked(mask: mask, value: value))
        }
    }
}
