import Documents
import LaunchPlan

extension Profile {
    /// Reads a profile's YAML.
    ///
    /// - Throws: ``ProfileError`` with line and column; an unknown key or call name is an error, never skipped.
    package init(yaml bytes: [UInt8]) throws(ProfileError) {
        let map = try ProfileMap(
            YAML.parse(bytes),
            "the profile",
            keys: ["name", "about", "root", "devices", "scratch", "limits", "times", "environment", "syscalls"]
        )
        self.init(name: try map.text("name"), about: try map.text("about"))
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }), !name.isEmpty else {
            throw ProfileError("name must be made of letters, digits and '-'", at: map["name"]?.position)
        }
        if let node = map["root"] { root = try Self.size(ProfileMap(node, "root", keys: ["size", "entries"])) }
        devices = try map.texts("devices")
        for device in devices where !["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"].contains(device) {
            throw ProfileError(
                "the device '\(Printable(device))' is not one that a profile may grant",
                at: map["devices"]?.position
            )
        }
        if let node = map["scratch"] {
            let scratch = try ProfileMap(node, "scratch", keys: ["path", "size", "entries"])
            self.scratch = Scratch(path: try scratch.path("path"), size: try Self.size(scratch))
        }
        if let node = map["limits"] { limits = try Limits(node) }
        if let node = map["times"] { times = try Times(node) }
        for member in map["environment"]?.members ?? [] {
            guard let value = member.value.string else {
                throw ProfileError(
                    "the value of '\(Printable(member.key))' must be a text in quotes",
                    at: member.value.position
                )
            }
            environment.append(LaunchPlan.Variable(member.key, value))
        }
        if let node = map["syscalls"] { seccomp = try SeccompRules(node) }
    }

    private static func size(_ map: ProfileMap) throws(ProfileError) -> LaunchPlan.TemporaryFileSystem {
        LaunchPlan.TemporaryFileSystem(bytes: try map.bytes("size") ?? 0, inodes: try map.count("entries") ?? 0)
    }
}

extension Profile.Limits {
    fileprivate init(_ node: Node) throws(ProfileError) {
        self.init()
        let map = try ProfileMap(
            node,
            "limits",
            keys: [
                "memory", "processes", "open-files", "file-size", "stack", "processor-seconds", "threads", "line",
                "blob", "standard-error",
            ]
        )
        memory = try map.bytes("memory") ?? memory
        processes = try map.count("processes") ?? processes
        openFiles = try map.count("open-files") ?? openFiles
        fileSize = try map.bytes("file-size") ?? fileSize
        stack = try map.bytes("stack") ?? stack
        processorSeconds = try map.count("processor-seconds") ?? processorSeconds
        threads = try map.count("threads") ?? threads
        line = try map.bytes("line") ?? line
        blob = try map.bytes("blob") ?? blob
        standardError = try map.bytes("standard-error") ?? standardError
    }
}

extension Profile.Times {
    fileprivate init(_ node: Node) throws(ProfileError) {
        self.init()
        let map = try ProfileMap(node, "times", keys: ["spawn", "load", "call", "wall"])
        spawn = try map.count("spawn") ?? spawn
        load = try map.count("load") ?? load
        call = try map.count("call") ?? call
        wall = try map.count("wall") ?? wall
    }
}

extension SeccompRules {
    fileprivate init(_ node: Node) throws(ProfileError) {
        self.init()
        let map = try ProfileMap(node, "syscalls", keys: ["allow", "arguments", "soft", "absent", "absent-from"])
        allow = try map.texts("allow")
        for member in map["arguments"]?.members ?? [] {
            let tests = try (member.value.array ?? []).map { node throws(ProfileError) in try ArgumentTest(node) }
            guard !tests.isEmpty else {
                throw ProfileError("'\(Printable(member.key))' needs a list of tests", at: member.value.position)
            }
            conditional.append(ConditionalCall(name: member.key, alternatives: tests))
        }
        for member in map["soft"]?.members ?? [] {
            guard let error = SoftError(rawValue: member.key) else {
                let known = SoftError.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProfileError(
                    "'\(Printable(member.key))' is no soft error; there are \(known)",
                    at: member.position
                )
            }
            for name in try ProfileMap.texts(member.value, "soft") {
                soft.append(SoftCall(name: name, error: error))
            }
        }
        absent = try map.texts("absent")
        absentFrom = try map.count("absent-from").map { UInt32($0) }
    }
}

extension ArgumentTest {
    fileprivate init(_ node: Node) throws(ProfileError) {
        let map = try ProfileMap(node, "a test", keys: ["argument", "equals", "mask", "value"])
        guard let argument = try map.count("argument"), argument < 6 else {
            throw ProfileError("a test needs 'argument', from 0 to 5", at: node.position)
        }
        if let equals = try map.count("equals") {
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
