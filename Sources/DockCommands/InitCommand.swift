import ArgumentParser
import Commands
import Documents
import Market
import SystemPackage

/// `lw-dock init`: makes an empty market.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new, empty market.",
        discussion: """
            Packages lie in its folder. What they are is kept in an SQLite file beside them or, with --database, in a \
            schema of its own in a PostgreSQL database, whose password comes from ~/.pgpass or a service file.

            Example:
              lw-dock init my-market
            """
    )

    @Argument(help: "The market's folder, which does not exist yet.", completion: .directory)
    var folder: String
    @Option(help: ArgumentHelp("Use this PostgreSQL database.", valueName: "postgres://…"))
    var database: String?

    func run() async throws {
        let (path, database) = (FilePath(folder), database)
        _ = try asking { () throws(MarketError) in try Market.create(at: path, postgres: database) }
        show(
            "made the market \(Printable(folder)); 'lw-dock add --market \(Printable(folder)) ZIP' puts a learnware into it"
        )
    }
}
