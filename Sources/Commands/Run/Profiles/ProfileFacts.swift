import Documents
import LaunchPlan
import Sandbox
import SandboxPolicy

/// A profile as a person reads it, and as a program does.
struct ProfileFacts {
    let source: ProfileSource

    private var profile: Profile { source.profile }

    /// Calls of one fate, under the words that the page has for it.
    private struct CallClass {
        var words: String
        var calls: [String]
    }

    private func names(_ isWanted: (SeccompRules.Fate) -> Bool) -> [String] {
        profile.seccomp.rules.filter { isWanted($0.fate) }.map(\.name).sorted()
    }

    private var tested: [(name: String, tests: [ArgumentTest])] {
        profile.seccomp.rules.compactMap { rule in
            if case .arguments(let tests) = rule.fate { (rule.name, tests) } else { nil }
        }.sorted { $0.name < $1.name }
    }

    private var classes: [CallClass] {
        var all = [
            CallClass(words: "allowed", calls: names { $0 == .allow }),
            CallClass(words: "allowed with some arguments", calls: tested.map(\.name)),
        ]
        for error in SeccompRules.SoftError.allCases {
            all.append(CallClass(words: "answered \(error.rawValue)", calls: names { $0 == .soft(error) }))
        }
        all.append(CallClass(words: "end the run", calls: names { $0 == .violation }))
        all.append(CallClass(words: "answered ENOSYS, as if absent", calls: names { $0 == .absent }))
        return all.filter { !$0.calls.isEmpty }
    }

    // MARK: - For people

    func page(listsCalls: Bool) -> String {
        var lines = ["\(profile.name): \(Printable(profile.about))"]
        func row(_ label: String, _ value: String) {
            lines.append("  " + label + String(repeating: " ", count: max(1, 20 - label.count)) + value)
        }
        if let parent = profile.parent { row("extends", parent) }
        row("file", Printable(source.path, limit: 4096).description)
        row("digest", source.digest)
        for limit in Profile.limitTable { row(limit.name, limit.unit.text(limit.value(profile))) }
        row("threads", profile.limits.threads == 0 ? "one for each processor" : String(profile.limits.threads))
        row("scratch", profile.scratch?.text ?? "none: nothing to write to")
        row("devices", profile.devices.isEmpty ? "none" : profile.devices.joined(separator: " "))
        let environment = profile.environment.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        row("environment", Printable(environment, limit: 4096).description)
        if profile.isTraced { row("traced", "violations are denied and reported, and do not end the run") }
        lines.append("system calls")
        for group in classes {
            row(String(group.calls.count), group.words)
            guard listsCalls else { continue }
            lines += Self.wrapped(group.calls)
            if group.words.hasSuffix("some arguments") {
                for call in tested {
                    lines.append("      \(call.name): " + ArgumentTest.words(call.tests))
                }
            }
        }
        if let first = profile.seccomp.absentFrom { row("from \(first) on", "answered ENOSYS, as if absent") }
        row("all others", "answered EPERM, reported and counted")
        return lines.joined(separator: "\n")
    }

    private static func wrapped(_ names: [String]) -> [String] {
        var lines: [String] = []
        var line = "     "
        for name in names {
            if line.count + name.count + 1 > 100 {
                lines.append(line)
                line = "     "
            }
            line += " " + name
        }
        return lines + [line]
    }

    // MARK: - For programs

    var object: Node {
        Node(object: [
            ("schema", "learnware/profile/1"),
            ("name", Node(profile.name)),
            ("about", Node(profile.about)),
            ("extends", profile.parent.map { Node($0) } ?? nil),
            ("file", Node(source.path)),
            ("digest", Node(source.digest)),
            (
                "limits",
                Node(
                    object: Profile.limitTable.map { limit in
                        (limit.name.replacing("-", with: "_"), limit.value(profile).map { Node($0) } ?? nil)
                    } + [("threads", Node(profile.limits.threads))]
                )
            ),
            (
                "scratch",
                profile.scratch.map { scratch in
                    [
                        "path": Node(scratch.path), "size": Node(scratch.size.bytes),
                        "entries": Node(scratch.size.inodes),
                    ]
                } ?? nil
            ),
            ("devices", Node(profile.devices.map { Node($0) })),
            ("environment", Node(object: profile.environment.map { ($0.name, Node($0.value)) })),
            ("traced", Node(profile.isTraced)),
            ("syscalls", calls),
        ])
    }

    private var calls: Node {
        func list(_ isWanted: (SeccompRules.Fate) -> Bool) -> Node { Node(names(isWanted).map { Node($0) }) }
        return Node(object: [
            ("allow", list { $0 == .allow }),
            (
                "arguments",
                Node(object: tested.map { call in (call.name, Node(call.tests.map { Node($0.description) })) })
            ),
            (
                "soft",
                Node(
                    object: SeccompRules.SoftError.allCases.map { error in (error.rawValue, list { $0 == .soft(error) })
                    }
                )
            ),
            ("violation", list { $0 == .violation }),
            ("absent", list { $0 == .absent }),
            ("absent_from", profile.seccomp.absentFrom.map { Node(Int($0)) } ?? nil),
        ])
    }
}
