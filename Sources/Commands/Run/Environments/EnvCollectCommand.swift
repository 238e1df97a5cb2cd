import ArgumentParser
import Documents
import Foundation
import ModelRunner

/// `lw-run env gc`.
struct EnvCollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove environments that were not used for long, and wheels that then belong to none.",
        discussion: """
            What a run uses at the moment is kept.

            EXAMPLE:
              lw-run env gc --days 30 --dry-run
            """
    )

    @Argument(help: "Names of environments, or their beginnings, to remove whatever their age.") var names: [String] =
        []
    @Option(help: "Remove what was not used for so many days.") var days = 30
    @Flag(help: "Remove all environments that no run uses.") var all = false
    @Flag(help: "Remove nothing; say what would go.") var dryRun = false
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
        guard days >= 0, days <= 36_500 else { throw ValidationError("--days is a number of days") }
        guard names.isEmpty || !all else { throw ValidationError("--all leaves nothing to name") }
    }

    func run() async throws {
        let store = try EnvironmentStore.own()
        let named = names.isEmpty ? nil : Set(try store.environments(named: names).map(\.key))
        let limit = Int(Date().timeIntervalSince1970) - days * 86_400
        let collection: EnvironmentStore.Collection
        do throws(RunError) {
            collection = try store.collect(isTrial: dryRun) { environment in
                named.map { $0.contains(environment.key) } ?? (all || environment.lastUse < limit)
            }
        } catch {
            throw Failure(error)
        }
        if json {
            let object = Node(object: [
                ("schema", "learnware/env-gc/1"), ("dry_run", Node(dryRun)),
                ("environments", Node(collection.environments.map { Node($0.key) })),
                ("wheels", Node(collection.wheels)), ("bytes", Node(collection.bytes)),
                ("kept_in_use", Node(collection.inUse.map { Node($0.key) })),
            ])
            return show(object.json(pretty: true))
        }
        for environment in collection.inUse { show("\(environment.shortKey) is kept: a run uses it") }
        let verb = dryRun ? "would remove" : "removed"
        show(
            "\(verb) \(collection.environments.count) environment\(collection.environments.count == 1 ? "" : "s") and "
                + "\(collection.wheels) wheel\(collection.wheels == 1 ? "" : "s"), \(DecimalSize.text(collection.bytes))"
        )
    }
}
