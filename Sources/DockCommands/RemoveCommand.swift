import ArgumentParser
import Commands
import Market

/// `lw-dock withdraw`: hides a learnware.
struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Hide a learnware from searches, or show it again.",
        discussion: """
            Example:
              lw-dock withdraw --market my-market 00000001
              lw-dock withdraw --market my-market 00000001 --undo
            """
    )

    @Argument(help: "The learnware, as 'list' shows it.")
    var id: String
    @Flag(help: "Show it again.")
    var undo = false
    @OptionGroup var marketOptions: MarketOptions

    func run() async throws {
        let market = try marketOptions.open()
        let (id, isWithdrawn) = (id, !undo)
        try asking { () throws(MarketError) in try market.setWithdrawn(isWithdrawn, id) }
        show(isWithdrawn ? "\(id) is found no more" : "\(id) can be found again")
    }
}

/// `lw-dock remove`: removes a learnware for good.
struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove learnwares with all their versions; 'withdraw' only hides.",
        discussion: """
            Packages that no other learnware has go too. A name is never given again.

            Example:
              lw-dock remove --market my-market 00000001
            """
    )

    @Argument(help: "The learnwares, as 'list' shows them.")
    var ids: [String]
    @OptionGroup var marketOptions: MarketOptions

    func run() async throws {
        let market = try marketOptions.open()
        for id in ids {
            try asking { () throws(MarketError) in try market.remove(id) }
            show("removed \(id)")
        }
    }
}
