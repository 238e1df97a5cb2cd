package import ArgumentParser
import LaunchPlan

/// `lw-pack`: builds, inspects and unpacks learnware zips.
package struct LwPack: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lw-pack",
        abstract: "Pack a trained model as a learnware.",
        discussion: """
            Example:
              lw-pack init my-model --template sklearn
              lw-pack build my-model -o my-model.zip
              lw-pack inspect my-model.zip
            """,
        version: "lw-pack \(toolVersion)",
        subcommands: [
            InitCommand.self, BuildCommand.self, InspectCommand.self, UnpackCommand.self, SemanticCommand.self,
            DiffCommand.self,
        ]
    )

    package init() {}
}
