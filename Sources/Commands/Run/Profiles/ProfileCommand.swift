import ArgumentParser
import Documents
import Sandbox
import SandboxPolicy
import SystemPackage

/// `lw-run profile …`.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Look at sandbox profiles, check and compile them.",
        discussion: """
            Example:
              lw-run profile list
              lw-run profile show strict
              lw-run profile diff strict scratch
            """,
        subcommands: [List.self, Show.self, Check.self, Diff.self, Compile.self]
    )

    /// `lw-run profile list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the profiles that came with the tools.",
            discussion: """
                Example:
                  lw-run profile list
                """
        )

        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            let resources = try ProfileArgument.resources()
            let profiles = try CompiledProfile.shippedNames(resources).map { try ProfileArgument.read($0).profile }
            if json {
                let all = profiles.map { profile in
                    Node(object: [
                        ("name", Node(profile.name)), ("about", Node(profile.about)),
                        ("extends", profile.parent.map { Node($0) } ?? nil),
                    ])
                }
                let object: Node = ["schema": "learnware/profiles/1", "profiles": Node(all)]
                return show(object.json(pretty: true))
            }
            let width = profiles.map(\.name.count).max() ?? 0
            for profile in profiles {
                show(profile.name + String(repeating: " ", count: width - profile.name.count + 2) + profile.about)
            }
        }
    }

    /// `lw-run profile show NAME`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a run gets under a profile, with all that it has from the one it extends.",
            discussion: """
                Example:
                  lw-run profile show strict --calls
                """
        )

        @Argument(help: "A shipped profile's name, or a file.") var profile: String
        @Flag(help: "List the system calls, not only how many there are.") var calls = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            let source = try ProfileArgument.read(profile)
            // A profile with a call that does not exist must not be shown as if it were one.
            _ = try ProfileArgument.failing { () throws(SandboxError) in try source.resolved() }
            let facts = ProfileFacts(source: source)
            show(json ? facts.object.json(pretty: true) : facts.page(listsCalls: calls))
        }
    }

    /// `lw-run profile diff A B`.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what the second profile grants more, and what less, than the first.",
            discussion: """
                Example:
                  lw-run profile diff strict scratch
                """
        )

        @Argument(help: "A shipped profile's name, or a file.") var old: String
        @Argument(help: "A shipped profile's name, or a file.") var new: String
        @Flag(help: "End with 1 when they differ.") var exitCode = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            let (before, after) = (try ProfileArgument.read(old).profile, try ProfileArgument.read(new).profile)
            let facts = ProfileDiff(from: before, to: after).facts
            if json {
                let all = facts.map {
                    Node(object: [("grants", Node($0.direction.rawValue)), ("fact", Node($0.text))])
                }
                let object: Node = [
                    "schema": "learnware/profile-diff/1", "from": Node(before.name), "to": Node(after.name),
                    "facts": Node(all),
                ]
                show(object.json(pretty: true))
            } else if facts.isEmpty {
                show("\(after.name) grants what \(before.name) grants")
            }
            for fact in facts where !json {
                let mark =
                    switch fact.direction {
                    case .more: "more "
                    case .less: "less "
                    case .other: "other"
                    }
                show("\(mark)  \(Printable(fact.text, limit: 2000))")
            }
            if exitCode, !facts.isEmpty { throw ExitCode(ExitStatus.differs.rawValue) }
        }
    }
}

/// A profile as it is named on the command line.
enum ProfileArgument {
    static func resources() throws -> Resources {
        try failing { () throws(SandboxError) in try Resources.locate() }
    }

    /// Reads a shipped profile by its name, or a file by its path.
    static func read(_ argument: String) throws -> ProfileSource {
        let shipped = (try? Resources.locate())?.profiles
        guard ProfileDocument.isName(argument) else {
            return try failing { () throws(SandboxError) in
                try ProfileSource(file: FilePath(argument), shipped: shipped, trust: .anybody)
            }
        }
        let located = try resources()
        let names = CompiledProfile.shippedNames(located)
        guard names.contains(argument) else {
            let near = nearest(to: argument, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw Failure(
                .usage,
                "there is no shipped profile '\(argument)'\(near)",
                hint: "shipped are \(names.joined(separator: ", ")); a file's name ends in .yaml"
            )
        }
        return try failing { () throws(SandboxError) in
            let file = located.profiles.appending(argument + ".yaml")
            return try ProfileSource(file: file, shipped: located.profiles, trust: .anybody)
        }
    }

    /// Ends as the documentation says for a file that is not there, and for a profile that is wrong.
    static func failing<Value>(_ body: () throws(SandboxError) -> Value) throws(Failure) -> Value {
        do throws(SandboxError) {
            return try body()
        } catch {
            throw failure(error)
        }
    }

    static func failure(_ error: SandboxError) -> Failure {
        if case .resource = error { return Failure(.file, error.description) }
        return Failure(.usage, error.description)
    }
}
