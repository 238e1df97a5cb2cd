import ArgumentParser
import Documents
import Foundation
import ModelRunner
import Sandbox

/// `lw-run env …`.
struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Look at the environments of Python packages in the store, build, verify and remove them.",
        discussion: """
            EXAMPLE:
              lw-run env prewarm my-model.zip
              lw-run env list
              lw-run env gc --days 30
            """,
        subcommands: [EnvListCommand.self, EnvPrewarmCommand.self, EnvVerifyCommand.self, EnvCollectCommand.self]
    )
}

extension EnvironmentStore {
    /// The caller's own store.
    static func own(
        _ options: Options = Options(),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(Failure) -> EnvironmentStore {
        do {
            return EnvironmentStore(
                store: try Store(),
                resources: try Resources.locate(),
                options: options,
                progress: progress
            )
        } catch let error as RunError {
            throw Failure(error)
        } catch {
            throw Failure(.internalFault, "\(error)")
        }
    }

    /// The environments whose names begin with one of the words; all when there is no word.
    ///
    /// - Throws: ``Failure`` for a word that begins none, or several.
    func environments(named words: [String]) throws(Failure) -> [StoredEnvironment] {
        let all = environments()
        guard !words.isEmpty else { return all }
        var chosen: [StoredEnvironment] = []
        for word in words {
            let matching = all.filter { $0.key.hasPrefix(word) }
            guard let first = matching.first, matching.count == 1 || first.key == word else {
                let problem = matching.isEmpty ? "no environment's name begins" : "several environments' names begin"
                throw Failure(
                    .usage,
                    "\(problem) with '\(Printable(word, limit: 80))'",
                    hint: "'lw-run env list' shows all"
                )
            }
            chosen.append(first)
        }
        return chosen
    }
}

extension StoredEnvironment {
    /// As much of the name as a person needs.
    var shortKey: String { String(key.prefix(12)) }

    var node: Node {
        Node(object: [
            ("key", Node(key)), ("python", Node(python)), ("bytes", Node(bytes)), ("last_use", Node(lastUse)),
            ("in_use", Node(isInUse)), ("packages", Node(packages.map { Node($0) })),
        ])
    }

    /// When it was last used, as people say it.
    var age: String {
        let days = (Int(Date().timeIntervalSince1970) - lastUse) / 86_400
        return isInUse ? "in use" : days <= 0 ? "today" : days == 1 ? "yesterday" : "\(days) days ago"
    }
}

/// `lw-run env list`.
struct EnvListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the environments in the store, the last used first.",
        discussion: """
            EXAMPLE:
              lw-run env list --json
            """
    )

    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let all = try EnvironmentStore.own().environments()
        if json {
            let object: Node = ["schema": "learnware/environments/1", "environments": Node(all.map(\.node))]
            return show(object.json(pretty: true))
        }
        guard !all.isEmpty else { return show("there is no environment in the store") }
        show("NAME          PYTHON    SIZE        LAST USE      PACKAGES")
        for environment in all {
            var packages = environment.packages.prefix(4).joined(separator: " ")
            if environment.packages.count > 4 { packages += " and \(environment.packages.count - 4) more" }
            let columns = [
                ReceiptText.pad(environment.shortKey, 14), ReceiptText.pad(environment.python, 10),
                ReceiptText.pad(DecimalSize.text(environment.bytes), 12), ReceiptText.pad(environment.age, 14),
            ]
            show(columns.joined() + Printable(packages, limit: 200).description)
        }
    }
}

/// `lw-run env verify`.
struct EnvVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare every file of the environments, and every wheel, with its hash.",
        discussion: """
            Sizes, times and inodes are compared before every run; this reads the contents too. Ends with 6 when \
            something is not what it was.

            EXAMPLE:
              lw-run env verify
            """
    )

    @Argument(help: "Names of environments, or their beginnings; all when left out.") var names: [String] = []
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let store = try EnvironmentStore.own()
        let chosen = try store.environments(named: names)
        let results = chosen.map { ($0, store.damage(of: $0)) }
        let wheels = names.isEmpty ? store.damagedWheels() : []
        if json {
            let nodes = results.map { environment, files in
                Node(object: [("key", Node(environment.key)), ("changed", Node(files.map { Node($0) }))])
            }
            let object: Node = [
                "schema": "learnware/env-verify/1", "environments": Node(nodes),
                "changed_wheels": Node(wheels.map { Node($0) }),
            ]
            show(object.json(pretty: true))
        } else {
            for (environment, files) in results {
                let shown = files.prefix(5).map { Printable($0, limit: 200).description }.joined(separator: ", ")
                let more = files.count > 5 ? " and \(files.count - 5) more" : ""
                show("\(environment.shortKey)  " + (files.isEmpty ? "as it was built" : "changed: \(shown)\(more)"))
            }
            for wheel in wheels { show("wheel \(Printable(wheel, limit: 80)) is not what its name says") }
            if results.isEmpty { show("there is no environment in the store") }
        }
        let changed = results.filter { !$0.1.isEmpty }.map(\.0.shortKey)
        guard changed.isEmpty, wheels.isEmpty else {
            let count = changed.count + wheels.count
            throw Failure(
                .environment,
                "\(count) of the store's environments and wheels \(count == 1 ? "was" : "were") changed since it was made",
                hint: changed.isEmpty
                    ? "'lw-run env gc --all' removes them"
                    : "remove: lw-run env gc "
                        + changed.joined(separator: " ")
            )
        }
    }
}
