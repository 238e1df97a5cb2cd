package import ArgumentParser

/// `lw-run`: runs a learnware in its sandbox.
package struct LwRun: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lw-run",
        abstract: "Run a learnware without trusting it.",
        subcommands: [PredictCommand.self, ProfileCommand.self]
    )

    package init() {}
}
