import Documents
import Foundation
import LaunchPlan
import SandboxPolicy
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

private func profile(_ yaml: String) throws -> Profile {
    try Profile(yaml: Array(yaml.utf8))
}

@Suite struct ProfileTests {
    @Test(arguments: ["strict", "environment-build"])
    func aShippedProfileGivesItsGoldenPlan(name: String) throws {
        let yaml = try Data(contentsOf: root.appendingPathComponent("sandbox-profiles/\(name).yaml"))
        var grants = RunGrants()
        grants.mounts = [
            .readOnly(source: "/usr/lib", path: "/usr/lib"), .link(path: "/lib", target: "usr/lib"),
            .readOnly(source: "/store/a b", path: "/lw/package"),
        ]
        grants.command = ["/usr/bin/python3.11", "-I", "/lw/runner/main.py"]
        grants.workingDirectory = "/lw/package"
        let plan = try Profile(yaml: Array(yaml)).launchPlan(digest: "digest", processors: 2, grants: grants)
        let golden = root.appendingPathComponent("Tests/SandboxPolicyTests/Golden/\(name).plan")
        let expected = try String(contentsOf: golden, encoding: .utf8)
        #expect(plan.text == expected)
        #expect(try LaunchPlan(text: plan.text) == plan)
    }

    @Test(arguments: [
        ("name: a\nabout: b\ncolour: red\n", "line 3", "unknown key 'colour'"),
        ("name: a\nabout: b\nlimits:\n  memory: lots\n", "line 4", "size such as 64MiB"),
        ("name: a\nabout: b\nlimits:\n  memory: -1\n", "line 4", "size"),
        ("name: a\nabout: b\ndevices: [/dev/sda]\n", "line 3", "/dev/sda"),
        ("name: a\nabout: b\nscratch: {path: /tmp/../etc, size: 1MiB, entries: 1}\n", "line 3", "whole path"),
        ("name: ../a\nabout: b\n", "line 1", "letters, digits"),
        ("about: b\n", "line 1", "'name'"),
        ("name: a\nabout: b\nsyscalls:\n  soft:\n    EBADF: [read]\n", "line 5", "EBADF"),
        ("name: a\nabout: b\nsyscalls:\n  arguments:\n    clone: [{argument: 7, equals: 1}]\n", "line 5", "0 to 5"),
        (
            "name: a\nabout: b\nsyscalls:\n  arguments:\n    clone: [{argument: 0, mask: 1, value: 2}]\n", "line 5",
            "never match"
        ),
        ("name: a\nabout: b\nsyscalls:\n  arguments:\n    clone: []\n", "line 5", "list of tests"),
        ("- a\n", "line 1", "must be a map"),
    ])
    func aFaultIsNamedWithItsLine(yaml: String, line: String, words: String) throws {
        let error = try #require(throws: ProfileError.self) { try profile(yaml) }
        #expect(error.description.contains(line), "\(error)")
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func aPackageCannotAskForNetworkBecauseNoProfileHasAWordForIt() throws {
        #expect(throws: ProfileError.self) { try profile("name: a\nabout: b\nnetwork: true\n") }
    }
}
