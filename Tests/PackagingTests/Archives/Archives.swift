import Foundation
import SystemPackage
import TestSupport
import Testing

/// A hostile zip that `hostile.py` made, and how it must be refused.
struct HostileArchive: CustomTestStringConvertible, Sendable {
    let path: FilePath
    /// The rule that it breaks; nil for the control, which breaks none.
    let rule: String?
    /// The entry that must be named; nil where none can be, or any may be.
    let entry: String?
    /// Where the offending header begins, where only one place can be meant.
    let offset: Int?

    var testDescription: String { path.lastComponent?.string ?? path.string }
}

/// An honest zip that `honest.py` made, and what is in it.
struct HonestArchive: CustomTestStringConvertible, Sendable {
    struct File: Codable, Hashable, Sendable {
        let name: String
        let sha256: String
        let executable: Bool
    }

    struct Contents: Codable, Hashable, Sendable {
        /// Ordered by the bytes of their names.
        let files: [File]
        /// The empty ones, ordered likewise.
        let folders: [String]
    }

    let path: FilePath
    let contents: Contents?

    var testDescription: String { path.lastComponent?.string ?? path.string }
}

/// The zips that the scripts in `Tests/Archives` make, once for all tests.
enum Archives {
    static let scripts = Checkout.root.appending("Tests/Archives")

    /// Removed when the tests end; `Scratch` would not be, in a constant.
    private static let folder: FilePath = {
        let path = "/tmp/lw-test-archives-\(getpid())"
        mkdir(path, 0o700)
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/lw-test-archives-\(getpid())") }
        return FilePath(path)
    }()

    static let hostile: [HostileArchive] = {
        struct Expected: Decodable {
            let rule: String?
            let entry: String?
            let offset: Int?
        }
        let made: [String: Expected]? = make("hostile")
        guard let made else { return [HostileArchive(path: "hostile.py failed", rule: "", entry: nil, offset: nil)] }
        return made.sorted { $0.key < $1.key }.map { name, expected in
            HostileArchive(
                path: folder.appending("hostile").appending(name),
                rule: expected.rule,
                entry: expected.entry,
                offset: expected.offset
            )
        }
    }()

    static let honest: [HonestArchive] = {
        var options = ["--lw-pack", LwPack.path]
        if let golden = Checkout.golden { options += ["--golden", golden.string] }
        let made: [String: HonestArchive.Contents]? = make("honest", options)
        guard let made else { return [HonestArchive(path: "honest.py failed", contents: nil)] }
        return made.sorted { $0.key < $1.key }.map { name, contents in
            HonestArchive(path: folder.appending("honest").appending(name), contents: contents)
        }
    }()

    /// Runs one of the scripts and reads what it expects; nil when that fails, with the reason as an issue.
    private static func make<Expected: Decodable>(_ name: String, _ options: [String] = []) -> [String: Expected]? {
        let target = folder.appending(name)
        do {
            let run = try Run("/usr/bin/env", ["python3", "-B", "\(scripts)/\(name).py", target.string] + options)
            guard run.status == 0 else {
                Issue.record("\(name).py: \(run.errors)")
                return nil
            }
            let text = try Data(contentsOf: URL(fileURLWithPath: target.appending("expected.json").string))
            return try JSONDecoder().decode([String: Expected].self, from: text)
        } catch {
            Issue.record("\(name).py: \(error)")
            return nil
        }
    }
}
