import ArgumentParser
import Commands
import Market
import Packaging
import SystemPackage

/// `lw-dock export`: a learnware's package as a file of its own.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Copy a learnware's package out of a market.",
        discussion: """
            Example:
              lw-dock export --market my-market 00000001 -o copy.zip
            """
    )

    @Argument(help: "The learnware, as 'list' shows it.")
    var id: String
    @Option(help: ArgumentHelp("This version in the place of the newest.", valueName: "number"))
    var version: Int?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Where the zip goes.", valueName: "zip"),
        completion: .file(extensions: ["zip"])
    )
    var output: String
    @OptionGroup var marketOptions: MarketOptions

    func run() async throws {
        let market = try marketOptions.open()
        let (id, number, target) = (id, version, FilePath(output))
        try asking { () throws(MarketError) in
            let versions = try market.versions(id)
            guard let version = versions.last(where: { number == nil || $0.number == number }) else {
                throw MarketError(.missing, "learnware \(id) has no version \(number ?? 0)")
            }
            try market.export(version, to: target)
        }
    }
}
