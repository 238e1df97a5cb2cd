package import ArgumentParser
import LaunchPlan

/// `lw-run`: runs a learnware in its sandbox.
package struct LwRun: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lw-run",
        abstract: "Run a learnware without trusting it.",
        discussion: """
            Example:
              lw-run predict my-model.zip --input X.csv --output y.csv
            """,
        version: "lw-run \(toolVersion)",
        subcommands: [
            PredictCommand.self, FitCommand.self, FinetuneCommand.self, TraceCommand.self, EnvCommand.self,
            DoctorCommand.self, ProfileCommand.self,
        ]
    )

    package init() {}
}
