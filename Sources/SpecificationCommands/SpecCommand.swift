package import ArgumentParser
import Commands

/// `lw-pack spec`, for the tool.
package enum SpecificationAdditions: CommandAdditions {
    package static var commands: [any ParsableCommand.Type] { [SpecCommand.self] }
}

/// `lw-pack spec`: statistical specifications, which let a learnware be found without showing its data.
struct SpecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spec",
        abstract: "Make, compare and show statistical specifications, by which learnwares are found.",
        discussion: """
            A specification is a few weighted points that stand for all rows. It is made here, and the rows stay here.

            Example:
              lw-pack spec X.csv -o stat.json --privacy-report
              lw-pack spec show stat.json --plot stat.svg
              lw-pack init my-model --template numpy
              lw-pack spec compare stat.json my-model/stat_spec.json
            """,
        subcommands: [SpecFitCommand.self, SpecCompareCommand.self, SpecShowCommand.self],
        defaultSubcommand: SpecFitCommand.self
    )
}
