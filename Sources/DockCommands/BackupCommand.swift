import ArgumentParser
import Commands
import Documents
import Market
import SystemPackage

/// `lw-dock backup`: all of a market in one folder.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write all of a market into a new folder, from which it can be restored.",
        discussion: """
            It is the market of one moment, whoever adds to it meanwhile; each package is checked on the way. The folder \
            appears when it is complete, and 'restore' makes a market of it with either database.

            Example:
              lw-dock backup --market my-market my-backup
            """
    )

    @Argument(help: "The backup's folder, which does not exist yet.", completion: .directory)
    var folder: String
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var progressOptions: ProgressOptions

    func run() async throws {
        let market = try marketOptions.open()
        let (path, isJSON) = (FilePath(folder), json)
        let pace = Pace(progressOptions.progress.reporter())
        try await withInterruption {
            let stock = try asking { () throws(MarketError) in
                try market.backUp(to: path) { done, all in pace.tell("\(done) of \(all) packages are copied") }
            }
            show(isJSON ? stock.object("backup", path) : "backed up \(stock.words) into \(Printable(path.string))")
        }
    }
}

/// `lw-dock restore`: a market from its backup.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make an empty market what a backup holds.",
        discussion: """
            The market may have another kind of database than the one that was backed up. Every package is checked, and \
            nothing is seen of the backup until all of it is there; when it is interrupted, begin again.

            Example:
              lw-dock backup --market my-market my-backup
              lw-dock init new-market
              lw-dock restore --market new-market my-backup
            """
    )

    @Argument(help: "The backup's folder.", completion: .directory)
    var folder: String
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup var progressOptions: ProgressOptions

    func run() async throws {
        let market = try marketOptions.open()
        let (path, isJSON) = (FilePath(folder), json)
        let pace = Pace(progressOptions.progress.reporter())
        try await withInterruption {
            let stock = try asking { () throws(MarketError) in
                try market.restore(from: path) { done, all in pace.tell("\(done) of \(all) packages are here") }
            }
            show(isJSON ? stock.object("restored", market.path) : "restored \(stock.words)")
        }
    }
}

extension Market.Stock {
    fileprivate var words: String { "\(learnwares) learnwares, \(versions) versions, \(packages) packages" }

    fileprivate func object(_ kind: String, _ path: FilePath) -> String {
        Node(object: [
            ("schema", Node("learnware/market-\(kind)/1")), ("path", Node(path.string)),
            ("learnwares", Node(learnwares)), ("versions", Node(versions)), ("packages", Node(packages)),
        ]).json(pretty: true)
    }
}
