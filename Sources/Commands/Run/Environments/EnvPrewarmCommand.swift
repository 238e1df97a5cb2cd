import ArgumentParser
import Documents
import ModelRunner
import Packaging

/// `lw-run env prewarm`.
struct EnvPrewarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prewarm",
        abstract: "Build the environments of packages, so that their first run finds them; nothing of them is run.",
        discussion: """
            EXAMPLE:
              lw-run env prewarm my-model.zip other.zip
            """
    )

    @Argument(help: "Learnwares' zips.", completion: .file(extensions: ["zip"])) var packages: [String]
    @OptionGroup(title: "The environment") var environmentOptions: EnvironmentOptions
    @Flag(help: "Print one JSON object.") var json = false
    @OptionGroup var progressOptions: ProgressOptions
    @OptionGroup(title: "Limits of the zip") var limitOptions: LimitOptions

    func run() async throws {
        try await withInterruption {
            try await prewarm()
        }
    }

    private func prewarm() async throws {
        let store = try EnvironmentStore.own(
            try environmentOptions.storeOptions(),
            progress: progressOptions.progress.reporter()
        )
        var nodes: [Node] = []
        for path in packages {
            let package = try openPackage(path, semantic: nil, limits: limitOptions.limits())
            guard package.manifest.sandbox.runtime == .python else {
                nodes.append(["package": Node(path), "key": nil])
                if !json { show("\(Printable(path, limit: 200)): it needs no environment") }
                continue
            }
            let environment: PythonEnvironment
            do throws(RunError) {
                environment = try await store.environment(for: package.environment)
            } catch {
                throw Failure(error)
            }
            let record = environment.record
            nodes.append(
                Node(object: [
                    ("package", Node(path)), ("key", Node(record.key)), ("python", Node(record.python)),
                    ("reused", Node(environment.wasReused)), ("packages", Node(record.packages.map { Node($0) })),
                    ("built", Node(record.built.map { Node($0) })),
                ])
            )
            guard !json else { continue }
            let state = environment.wasReused ? "was there" : "built"
            show(
                "\(Printable(path, limit: 200)): \(record.key.prefix(12)) \(state), Python \(record.python), "
                    + "\(record.packages.count) packages"
            )
        }
        if json {
            let object: Node = ["schema": "learnware/env-prewarm/1", "packages": Node(nodes)]
            show(object.json(pretty: true))
        }
    }
}
