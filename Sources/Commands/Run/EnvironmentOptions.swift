package import ArgumentParser
import Documents
import ModelRunner
package import Packaging

/// What every command asks that may build an environment.
package struct EnvironmentOptions: ParsableArguments {
    @Option(help: "The interpreter: a version such as 3.11, or a path.") package var python: String?
    @Flag(help: "Fetch nothing; use only what is in the store.") package var offline = false
    @Option(
        help: "Install this too, such as pandas or 'pandas<3'; may be given more than once."
    )
    package var with: [String] = []
    @Flag(help: "Install builds for CPUs where the index offers them.") package var cpu = false
    @Flag(help: "Build in the sandbox, without a network, what has no wheel and is named with its exact version.")
    package var allowBuilds = false

    package init() {}

    package func validate() throws {
        _ = try requirements()
    }

    func storeOptions() throws -> EnvironmentStore.Options {
        var options = EnvironmentStore.Options()
        options.python = python
        options.isOffline = offline
        options.added = try requirements()
        options.prefersCPU = cpu
        options.allowsBuilds = allowBuilds
        return options
    }

    /// The requirements of `--with`, held to the same rules as a package's.
    package func requirements() throws -> [Requirement] {
        try with.map { text in
            do {
                return try RequirementParser.added(text)
            } catch {
                throw ValidationError("--with '\(Printable(text, limit: 80))' is refused: \(error)")
            }
        }
    }
}
