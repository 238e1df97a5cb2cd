package import ArgumentParser
import Commands
import LaunchPlan

/// `lw-dock`: a market of learnwares.
package struct LwDock: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lw-dock",
        abstract: "Keep learnwares where they can be found.",
        discussion: """
            Example:
              lw-dock init my-market
              lw-dock add --market my-market my-model.zip
              lw-dock check --market my-market
              lw-dock search --market my-market --words iris
              lw-dock reuse --market my-market --data X.csv --output y.csv
            """,
        version: "lw-dock \(toolVersion)",
        subcommands: [
            InitCommand.self, AddCommand.self, UpdateCommand.self, WithdrawCommand.self, RemoveCommand.self,
            CheckCommand.self, SearchCommand.self, ListCommand.self, ShowCommand.self, ExportCommand.self,
            ImportCommand.self, FsckCommand.self, BackupCommand.self, RestoreCommand.self, RebuildCommand.self,
            ReuseCommand.self,
        ]
    )

    package init() {}
}
