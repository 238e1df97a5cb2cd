package import ArgumentParser
import LaunchPlan

/// Commands of a tool that stand in a target of their own, because of the libraries that they need.
package protocol CommandAdditions {
    static var commands: [any ParsableCommand.Type] { get }
}

/// The additions of two targets.
package enum BothAdditions<First: CommandAdditions, Second: CommandAdditions>: CommandAdditions {
    package static var commands: [any ParsableCommand.Type] { First.commands + Second.commands }
}

/// `lw-pack`: builds, inspects, checks and unpacks learnware zips.
package struct LwPack<Additions: CommandAdditions>: AsyncParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
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
            ] + Additions.commands
        )
    }

    package init() {}
}
