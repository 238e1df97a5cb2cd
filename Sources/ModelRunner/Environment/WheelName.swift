import Documents

/// The parts of a wheel's file name that say where it can be installed (PEP 427).
struct WheelName {
    private let build: Int
    private let interpreters: [Substring]
    private let interfaces: [Substring]
    private let platforms: [Substring]

    /// - Returns: nil when the name is none of a wheel, or holds more than wheels' names do.
    init?(_ name: String) {
        guard name.hasSuffix(".whl"), name.utf8.count <= 255, Self.isPlain(name[...]) else { return nil }
        let parts = name.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5 || parts.count == 6, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        build = parts.count == 6 ? Int(parts[2].prefix { $0.isNumber }) ?? 0 : 0
        interpreters = parts[parts.count - 3].split(separator: ".")
        interfaces = parts[parts.count - 2].split(separator: ".")
        platforms = parts[parts.count - 1].split(separator: ".")
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || "-_.+!".utf8.contains(byte)
        }
    }

    /// How well the wheel fits CPython 3.`minor`, the least number the best: by what it was compiled for, then by
    /// the newest platform, then by its build; the order of pip.
    func rank(minor: Int) -> [Int] { [interfaceRank(minor), platformRank, -build] }

    private func interfaceRank(_ minor: Int) -> Int {
        var best = 1000
        for interpreter in interpreters {
            for interface in interfaces {
                let version = Int(interpreter.dropFirst(3)) ?? 0
                let rank =
                    switch (interpreter.prefix(3), interface) {
                    case ("cp3", "cp3\(minor)") where version == minor: 0
                    case ("cp3", "abi3") where version <= minor: 1 + minor - version
                    case ("cp3", "none") where version == minor: 100
                    case ("py3", "none") where version == minor: 101
                    case ("py3", "none") where interpreter == "py3": 102
                    case ("py3", "none") where version < minor: 103 + minor - version
                    default: 1000
                    }
                best = min(best, rank)
            }
        }
        return best
    }

    private var platformRank: Int {
        platforms.map { platform in
            if platform == "any" { return 2000 }
            let old: [Substring: Int] = ["manylinux2014": 17, "manylinux2010": 12, "manylinux1": 5]
            for (name, minor) in old where platform.hasPrefix(name + "_") { return 1000 - minor }
            guard platform.hasPrefix("manylinux_2_") else { return 1500 }
            return 1000 - (Int(platform.dropFirst("manylinux_2_".count).prefix { $0.isNumber }) ?? 0)
        }.min() ?? 2000
    }
}
