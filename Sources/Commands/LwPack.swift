package import ArgumentParser

/// `lw-pack`: builds, inspects and unpacks learnware zips.
package struct LwPack: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lw-pack",
        abstract: "Pack a trained model as a learnware.",
        subcommands: []
    )

    package init() {}
}
