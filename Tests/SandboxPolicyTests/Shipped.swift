import Foundation
import SandboxPolicy

/// The shipped profiles, read as the host reads them, with the numbers of x86-64 whatever machine tests them.
enum Shipped {
    static let names = ["environment-build", "fit", "forkserver", "scratch", "strict", "trace"]

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let golden = root.appendingPathComponent("Tests/SandboxPolicyTests/Golden")
    static let folder = root.appendingPathComponent("sandbox-profiles")

    static func yaml(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent("\(name).yaml")))
    }

    static func profile(_ name: String) throws -> Profile {
        let document = try ProfileDocument(yaml: yaml(name))
        return try document.profile(extending: document.extends.map { try profile($0) })
    }

    static func rules(_ name: String) throws -> ResolvedRules {
        try ResolvedRules(profile(name).seccomp, names: calls)
    }

    static let numbers: [String: UInt32] = {
        let text = try? String(contentsOf: golden.appendingPathComponent("x86_64.syscalls"), encoding: .utf8)
        let pairs = (text ?? "").split(separator: "\n").compactMap { line -> (String, UInt32)? in
            let words = line.split(separator: " ")
            return UInt32(words[0]).map { (String(words[1]), $0) }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()

    static let calls = SyscallNames(
        architecture: 0xC000_003E,
        lookUp: { name in numbers[name].map { .number($0) } ?? .unknown },
        all: { numbers.keys.sorted() }
    )
}
