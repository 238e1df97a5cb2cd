import ArgumentParser
import Commands
import Documents
import Market
import SystemPackage

/// `lw-dock rebuild`: a database from the packages that are left.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make a market's database anew from its packages, after it was lost and there is no backup.",
        discussion: """
            Each package becomes a learnware that waits for its check, in the order in which they came. Only the database \
            knew the names, which packages were versions of one learnware, what was withdrawn, the semantic specifications \
            that came beside their packages, and the reports: that is lost. Packages without a semantic specification, and \
            damaged ones, are put into the folder 'unrecovered'.

            Example:
              lw-dock rebuild --market my-market --first-id 1000
              lw-dock check --market my-market
            """
    )

    @Option(
        help: ArgumentHelp(
            "The first name that is given: beyond all that were given before, no name means something else than it did.",
            valueName: "number"
        )
    )
    var firstID = 1
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...99_999_999).contains(firstID) else { throw ValidationError("--first-id is 1 to 99999999") }
    }

    func run() async throws {
        let (path, first, isJSON) = (FilePath(marketOptions.market), firstID, json)
        try await withInterruption {
            let rebuilt = try asking { () throws(MarketError) in try Market.rebuild(path, first: first).rebuilt }
            show(isJSON ? rebuilt.object.json(pretty: true) : rebuilt.text)
        }
    }
}

extension Market.Rebuilt {
    fileprivate var text: String {
        var lines = learnwares.map { "\($0.id)  \(Printable($0.name, limit: 60))" }
        if let damaged { lines.append("the damaged database is now '\(Printable(damaged.string))'") }
        for (file, reason) in unrecovered {
            lines.append("not recovered: '\(Printable(file.string))': \(Printable(reason, limit: 300))")
        }
        lines.append(
            "rebuilt \(learnwares.count) learnwares, \(unrecovered.count) packages not recovered; "
                + "lost: earlier names, versions, withdrawals and reports"
        )
        return lines.joined(separator: "\n")
    }

    fileprivate var object: Node {
        Node(object: [
            ("schema", "learnware/market-rebuilt/1"),
            (
                "learnwares",
                Node(learnwares.map { Node(object: [("id", Node($0.id)), ("digest", Node("sha256:" + $0.digest))]) })
            ),
            (
                "unrecovered",
                Node(
                    unrecovered.map {
                        Node(object: [("file", Node($0.file.string)), ("reason", Node($0.reason))])
                    }
                )
            ),
            ("damaged_database", damaged.map { Node($0.string) } ?? nil),
        ])
    }
}
