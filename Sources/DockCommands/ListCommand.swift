import ArgumentParser
import Commands
import Documents
import Foundation
import Market

/// `lw-dock list`: what is in a market.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the learnwares of a market.",
        discussion: """
            States: waiting and checking, before they can be found; usable; unusable, with a report; withdrawn.

            Example:
              lw-dock list --market my-market
              lw-dock list --market my-market --state unusable
            """
    )

    @Option(help: ArgumentHelp("Only those in this state.", valueName: "state"))
    var state: String?
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    private static let states = VersionState.allCases.map(\.rawValue) + ["withdrawn"]

    func run() async throws {
        if let state, !Self.states.contains(state) {
            throw Failure(.usage, "--state is one of \(Self.states.joined(separator: ", "))")
        }
        let market = try marketOptions.open()
        let all = try asking { () throws(MarketError) in try market.list() }
        let entries = all.filter { state == nil || $0.stateText == state }
        if json {
            let object = Node(object: [
                ("schema", "learnware/market-list/1"), ("learnwares", Node(entries.map(\.object))),
            ])
            show(object.json(pretty: true))
            return
        }
        if entries.isEmpty {
            note([
                all.isEmpty
                    ? "the market is empty; 'lw-dock add ZIP' puts a learnware into it" : "none is in this state"
            ])
            return
        }
        show(entries.map(\.line).joined(separator: "\n"))
    }
}

extension LearnwareEntry {
    var stateText: String { isWithdrawn ? "withdrawn" : newest.state.rawValue }

    fileprivate var line: String {
        let state = stateText.padding(toLength: 9, withPad: " ", startingAt: 0)
        return "\(id)  v\(newest.number)  \(state)  \(Printable(newest.name, limit: 60))"
    }

    fileprivate var object: Node {
        Node(object: [
            ("id", Node(id)), ("version", Node(newest.number)), ("state", Node(stateText)),
            ("name", Node(newest.name)), ("digest", Node("sha256:" + newest.digest)), ("bytes", Node(newest.size)),
            ("specification", newest.specificationType.map { Node($0) } ?? nil),
        ])
    }
}
