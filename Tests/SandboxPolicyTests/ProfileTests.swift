import Documents
import LaunchPlan
import SandboxPolicy
import Testing

/// What every profile needs, on the fewest lines: three of them.
private let head = "name: a\nabout: b\nsyscalls:\n  allow: [write, execve, exit_group]\n"

private func profile(_ yaml: String, extending parent: Profile? = nil) throws(ProfileError) -> Profile {
    try ProfileDocument(yaml: Array(yaml.utf8)).profile(extending: parent)
}

@Suite struct ProfileTests {
    private static let faults: [(yaml: String, place: String, words: String)] = [
        ("name: a\nabout: b\ncolour: red\n", "line 3, column 1", "unknown key 'colour'"),
        ("name: a\nabout: b\nlimit:\n  memory: 1\n", "line 3, column 1", "did you mean 'limits'?"),
        ("name: a\nabout: b\nlimits:\n  memroy: 1\n", "line 4, column 3", "did you mean 'memory'?"),
        ("name: a\nabout: b\nlimits:\n  memory: lots\n", "line 4", "size such as 64MiB"),
        ("name: a\nabout: b\nlimits:\n  memory: -1\n", "line 4", "size"),
        ("name: a\nabout: b\nlimits:\n  processes: 9223372036854775807\n", "line 4", "from 0 to 4294967295"),
        ("name: a\nabout: b\nlimits:\n  processors: 0\n", "line 4, column 15", "above 0"),
        ("name: a\nabout: b\nlimits:\n  denials: many\n", "line 4, column 12", "whole number"),
        ("name: a\nabout: b\ntraced: maybe\n", "line 3", "true or false"),
        ("name: a\nabout: b\ndevices: [/dev/null, /dev/sda]\n", "line 3, column 22", "/dev/sda"),
        ("name: a\nabout: b\nenvironment: [A]\n", "line 3", "must be a map"),
        ("name: a\nabout: b\nscratch: {path: /tmp/../etc, size: 1MiB, entries: 1}\n", "line 3", "whole path"),
        ("name: a\nabout: b\nscratch: {path: /tmp, size: 1MiB}\n", "line 3", "above 0"),
        ("name: ../a\nabout: b\n", "line 1", "letters, digits"),
        ("about: b\n", "line 1", "'name'"),
        ("name: a\nabout: b\nextends: a\n", "line 3", "another profile"),
        ("name: a\nabout: b\nextends: ../strict\n", "line 3", "another profile"),
        ("name: a\nabout: b\nsyscalls:\n  soft:\n    EBADF: [read]\n", "line 5", "EBADF"),
        ("name: a\nabout: b\nsyscalls:\n  alow: [read]\n", "line 4", "did you mean 'allow'?"),
        ("name: a\nabout: b\nsyscalls:\n  violation: [3]\n", "line 4, column 15", "a number where a text"),
        ("name: a\nabout: b\nsyscalls:\n  arguments:\n    clone: [{argument: 7, equals: 1}]\n", "line 5", "0 to 5"),
        ("name: a\nabout: b\nsyscalls:\n  arguments: [clone]\n", "line 4", "must be a map"),
        (
            "name: a\nabout: b\nsyscalls:\n  arguments:\n    clone: [{argument: 0, mask: 1, value: 2}]\n", "line 5",
            "never match"
        ),
        ("name: a\nabout: b\nsyscalls:\n  arguments:\n    clone: []\n", "line 5", "list of tests"),
        (head + "  violation: [ptrace,\n    write]\n", "line 6, column 5", "'write' has two rules"),
        ("name: a\nabout: b\nsyscalls:\n  allow: [write, execve]\n", "line 4", "'exit_group' must be under 'allow'"),
        ("name: a\nabout: b\n", "'write' must be", "launcher"),
        (
            "name: a\nabout: b\nsyscalls:\n  allow: [read, ptrace]\n", "line 4, column 17",
            "'ptrace' is on the hard list"
        ),
        (head + "  arguments:\n    unshare: [{argument: 0, equals: 0}]\n", "line 6", "'unshare' is on the hard list"),
        ("name: a\nabout: b\nsyscalls:\n  allow: [clone3]\n", "line 4, column 11", "hides its flags"),
        ("name: a\nabout: b\nsyscalls:\n  allow: [io_uring_setup]\n", "line 4", "no filter sees"),
        ("name: a\nabout: b\nsyscalls:\n  allow: [clone]\n", "line 4", "new namespaces"),
        (head + "  arguments:\n    clone: [{argument: 0, equals: 0x20011}]\n", "line 6", "new namespaces"),
        (head + "  arguments:\n    clone: [{argument: 0, mask: 0xff, value: 0x11}]\n", "line 6", "new namespaces"),
        (head + "  arguments:\n    clone: [{argument: 1, equals: 0}]\n", "line 6", "new namespaces"),
        ("- a\n", "line 1", "must be a map"),
    ]

    @Test(arguments: faults)
    func aFaultIsNamedWithItsPlace(yaml: String, place: String, words: String) throws {
        let error = try #require(throws: ProfileError.self) { try profile(yaml) }
        #expect(error.description.contains(place), "\(error)")
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func anUnknownCallIsNamedWithItsPlaceInTheListAndTheNearestName() throws {
        let rules = try profile(head + "  absent: [clone3,\n    fuetx]\n").seccomp
        let error = try #require(throws: ProfileError.self) { try ResolvedRules(rules, names: Shipped.calls) }
        #expect(
            error.description
                == "line 6, column 5: no architecture has a system call named 'fuetx'; did you mean 'futex'?"
        )
    }

    @Test func aCallAboveAbsentFromIsNamed() throws {
        let rules = try profile(head + "  absent-from: 450\n  soft:\n    EPERM: [cachestat]\n").seccomp
        let error = try #require(throws: ProfileError.self) { try ResolvedRules(rules, names: Shipped.calls) }
        #expect(error.description.hasPrefix("line 7, column 13: 'cachestat' is system call 451"))
    }

    @Test func aPackageCannotAskForNetworkBecauseNoProfileHasAWordForIt() throws {
        #expect(throws: ProfileError.self) { try profile("name: a\nabout: b\nnetwork: true\n") }
    }

    @Test func threadsBoundTheProcessorsUnlessTheProfileSaysMore() throws {
        func quota(_ limits: String) throws -> Int? {
            try profile(head + "limits: {\(limits)}\n").launchPlan(digest: "", processors: 8).control.cpuPercent
        }
        #expect(try quota("") == nil)
        #expect(try quota("threads: 0") == nil)
        #expect(try quota("threads: 3") == 300)
        #expect(try quota("processors: 2") == 200)
        #expect(try quota("threads: 3, processors: 1") == 100)
    }

    @Test func theControlGroupsBoundsFollowTheLimits() throws {
        let plan = try profile(head + "limits: {memory: 1GiB, processes: 9}\n").launchPlan(digest: "", processors: 8)
        #expect(plan.control == LaunchPlan.Control(memory: 1 << 30, processes: 10))
    }
}

@Suite struct ExtendedProfileTests {
    private let parent = """
        name: parent
        about: The one that is extended.
        devices: [/dev/null, /dev/urandom]
        limits: {memory: 1GiB, processes: 9}
        environment: {HOME: "/nonexistent", LANG: "C"}
        syscalls:
          allow: [write, execve, exit_group, read]
          arguments:
            fcntl: [{argument: 1, equals: 1}]
          soft:
            EPERM: [mkdir, socket]
          violation: [ptrace]
          absent: [clone3]
          absent-from: 457

        """

    private func child(_ yaml: String) throws -> Profile {
        try profile("name: child\nabout: c\nextends: parent\n" + yaml, extending: profile(parent))
    }

    @Test func whatTheChildDoesNotSayIsTheParents() throws {
        let child = try child("")
        var expected = try profile(parent)
        (expected.name, expected.about, expected.parent) = ("child", "c", "parent")
        #expect(child == expected)
    }

    @Test func valuesOfTheChildReplaceThoseOfTheParentOneByOne() throws {
        let child = try child("limits: {memory: 2GiB}\nenvironment: {LANG: \"C.UTF-8\"}\ndevices: [/dev/null]\n")
        #expect(child.limits.memory == 2 << 30)
        #expect(child.limits.processes == 9)
        #expect(child.devices == ["/dev/null"])
        #expect(child.environment.map(\.name) == ["HOME", "LANG"])
        #expect(child.environment.last?.value == "C.UTF-8")
    }

    @Test func aCallThatTheChildNamesMovesToTheChildsList() throws {
        let rules = try child(
            "syscalls:\n  allow: [mkdir, fcntl]\n  absent: [read]\n  soft:\n    EACCES: [clone3]\n    ENOENT: [open]\n"
        ).seccomp
        #expect(rules.fate(of: "mkdir") == .allow)
        #expect(rules.fate(of: "fcntl") == .allow)
        #expect(rules.fate(of: "read") == .absent)
        #expect(rules.fate(of: "clone3") == .soft(.accessDenied))
        #expect(rules.fate(of: "open") == .soft(.notFound))
        #expect(rules.fate(of: "socket") == .soft(.notPermitted))
        #expect(rules.fate(of: "ptrace") == .violation)
        #expect(rules.absentFrom == 457)
        #expect(throws: Never.self) { try ResolvedRules(rules, names: Shipped.calls) }
    }

    @Test func testsOfTheChildReplaceThoseOfTheParent() throws {
        let rules = try child("syscalls:\n  arguments:\n    fcntl: [{argument: 1, equals: 2}]\n").seccomp
        #expect(rules.fate(of: "fcntl") == .arguments([ArgumentTest(argument: 1, comparison: .equals(2))]))
    }

    @Test func aChildCannotBeExtended() throws {
        let document = try ProfileDocument(yaml: Array("name: g\nabout: x\nextends: child\n".utf8))
        #expect(document.extends == "child")
        let error = try #require(throws: ProfileError.self) { try document.profile(extending: child("")) }
        #expect(
            error.description
                == "line 3, column 10: 'child' extends 'parent'; a profile may only extend one that stands by itself"
        )
    }

    @Test func aChildCannotTakeFromTheHardListOrWhatTheLauncherNeeds() throws {
        #expect(throws: ProfileError.self) { try child("syscalls:\n  allow: [ptrace]\n") }
        #expect(throws: ProfileError.self) { try child("syscalls:\n  absent: [execve]\n") }
    }
}
