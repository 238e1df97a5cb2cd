import ArgumentParser
import Commands
import Documents
import Market
import SystemPackage

/// `lw-dock import`: takes over a market of the Python package.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over the learnwares of a Python market's folder.",
        discussion: """
            The folder is ~/.learnware of whoever ran the Python package, or a copy of it: database/market_NAME.db says \
            what there is, and NAME/learnware_pool/zips holds the packages. Both are read as a stranger's. Each learnware \
            gets a name of this market and waits for its check, whatever was found of it there. What is here already is \
            left alone, so that a second import goes on where a first one ended. Exit status 5 when a learnware was refused.

            Example:
              lw-dock import --market my-market python-market
              lw-dock check --market my-market
            """
    )

    @Argument(help: "The Python package's folder.", completion: .directory)
    var folder: String
    @Option(help: ArgumentHelp("Which of its markets, where there are several.", valueName: "name"))
    var name: String?
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let market = try marketOptions.open()
        let (path, name, isJSON) = (FilePath(folder), name, json)
        try await withInterruption {
            let source = try asking { () throws(MarketError) in try PythonMarket(path, named: name, for: market) }
            var report = ImportReport(source)
            for row in source.rows where !Task.isCancelled {
                do throws(Failure) {
                    let outcome = try asking { () throws(MarketError) in try market.take(row, from: source) }
                    report.add(row, outcome)
                    if !isJSON { show(ImportReport.line(row, outcome)) }
                } catch {
                    // Those before it are in the market.
                    if isJSON, !Task.isCancelled { show(report.object.json(pretty: true)) }
                    throw error
                }
            }
            if Task.isCancelled { return }
            show(isJSON ? report.object.json(pretty: true) : report.summary)
            guard report.refused == 0 else {
                throw Failure(
                    .packageRefused,
                    "\(report.refused) of \(source.rows.count) learnwares were refused",
                    hint: "'lw-pack inspect' says more about a zip; what is mended there is imported next time"
                )
            }
        }
    }
}

/// What became of each row of a Python market.
private struct ImportReport {
    private let name: String
    private var rows: [Node] = []
    private var added = 0
    private var present = 0
    private(set) var refused = 0

    init(_ source: PythonMarket) {
        name = source.name
    }

    mutating func add(_ row: PythonMarket.Row, _ outcome: Market.ImportOutcome) {
        var members = [("python_id", Node(row.id)), ("file", Node(row.file)), ("outcome", Node(outcome.word))]
        switch outcome {
        case .added(let key):
            added += 1
            members.append(("id", Node(key.id)))
        case .present(let key):
            present += 1
            members.append(("id", Node(key.id)))
        case .refused(let reason):
            refused += 1
            members.append(("reason", Node(reason)))
        }
        rows.append(Node(object: members))
    }

    static func line(_ row: PythonMarket.Row, _ outcome: Market.ImportOutcome) -> String {
        let start = "\(Printable(row.id, limit: 40))  \(outcome.word)"
        switch outcome {
        case .added(let key), .present(let key): return "\(start)  \(key.id)"
        case .refused(let reason): return "\(start)  \(reason)"
        }
    }

    var summary: String {
        "\(Printable(name, limit: 60)): \(added) imported, \(present) here already, \(refused) refused"
    }

    var object: Node {
        Node(object: [
            ("schema", "learnware/market-import/1"), ("name", Node(name)), ("imported", Node(added)),
            ("present", Node(present)), ("refused", Node(refused)), ("rows", Node(rows)),
        ])
    }
}

extension Market.ImportOutcome {
    fileprivate var word: String {
        switch self {
        case .added: "imported"
        case .present: "present"
        case .refused: "refused"
        }
    }
}
