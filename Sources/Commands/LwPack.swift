package import ArgumentParser

/// `lw-pack`: builds, inspects and unpacks learnware zips.
package struct LwPack: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lw-pack",
        abstract: "Pack a trained model as a learnware.",
        subcommands: [
            InitCommand.self, BuildCommand.self, InspectCommand.self, UnpackCommand.self, SemanticCommand.self,
            DiffCommand.self,
        ]
    )

    package init() {}
}
