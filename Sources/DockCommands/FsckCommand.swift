import ArgumentParser
import Commands
import Documents
import Market

/// `lw-dock fsck`: looks through a whole market.
struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Look through a whole market: its database, and each package from the first byte to the last.",
        discussion: """
            Zips that nothing refers to are left when something is killed; they are harmless, and --repair removes \
            them. Exit status 0 when the market is sound, 3 when it is not.

            Example:
              lw-dock fsck --market my-market
            """
    )

    @Flag(help: "Put right what can be put right without losing anything.")
    var repair = false
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let market = try marketOptions.open()
        let repair = repair
        let found = try asking { () throws(MarketError) in try market.verify(repairs: repair) }
        if json {
            let findings = found.findings.map {
                Node(object: [("message", Node($0.message)), ("repaired", Node($0.isRepaired))])
            }
            let object = Node(object: [
                ("schema", "learnware/market-verification/1"), ("sound", Node(found.isSound)),
                ("versions", Node(found.versions)), ("packages", Node(found.packages)),
                ("superfluous", Node(found.superfluous)), ("findings", Node(findings)),
            ])
            show(object.json(pretty: true))
        } else {
            for finding in found.findings { show((finding.isRepaired ? "repaired: " : "wrong: ") + finding.message) }
            if found.superfluous > 0 {
                show("\(found.superfluous) zips that nothing refers to; --repair removes them")
            }
            if found.isSound { show("sound: \(found.versions) versions, \(found.packages) packages") }
        }
        guard found.isSound else {
            throw Failure(
                .file,
                "the market is not sound",
                hint: repair ? "restore what is missing from a backup" : "--repair puts right what it can"
            )
        }
    }
}
