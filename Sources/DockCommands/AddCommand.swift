import ArgumentParser
import Commands
import Documents
import Market
import Packaging
import SystemPackage

/// `lw-dock add`: puts learnwares into a market.
struct AddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put learnwares into a market.",
        discussion: """
            Each zip is checked from the first byte to the last, and a copy of it is kept. It can be found once it has \
            been checked.

            Example:
              lw-dock add --market my-market my-model.zip
            """
    )

    @Argument(help: "The learnware zips.", completion: .file(extensions: ["zip"]))
    var zips: [String]
    @Option(
        help: "A JSON file with the semantic specification, for one zip that has none.",
        completion: .file(extensions: ["json"])
    )
    var semantic: String?
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        guard semantic == nil || zips.count == 1 else {
            throw Failure(.usage, "--semantic is for one zip, and \(zips.count) are named")
        }
        let market = try marketOptions.open()
        var added: [VersionKey] = []
        for zip in zips {
            let (path, semantic) = (FilePath(zip), semantic.map { FilePath($0) })
            do throws(Failure) {
                let key = try asking { () throws(MarketError) in try market.add(path, semantic: semantic) }
                added.append(key)
                if !json { show("\(key.id)  \(Printable(zip))") }
            } catch {
                var failure = error
                // Those before it are in the market.
                if zips.count > 1 { failure.message = "\(Printable(zip)): \(failure.message)" }
                if json { showObject(added) }
                throw failure
            }
        }
        if json { showObject(added) }
    }

    private func showObject(_ added: [VersionKey]) {
        let object = Node(object: [
            ("schema", "learnware/market-added/1"), ("ids", Node(added.map { Node($0.id) })),
        ])
        show(object.json(pretty: true))
    }
}

/// `lw-dock update`: a new version of a learnware.
struct UpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Add a new version of a learnware; the older ones are kept.",
        discussion: """
            The version that was found before is found until the new one has been checked.

            Example:
              lw-dock update --market my-market 00000001 my-model.zip
            """
    )

    @Argument(help: "The learnware, as 'list' shows it.")
    var id: String
    @Argument(help: "The new version's zip.", completion: .file(extensions: ["zip"]))
    var zip: String
    @Option(
        help: "A JSON file with the semantic specification, for a zip that has none.",
        completion: .file(extensions: ["json"])
    )
    var semantic: String?
    @OptionGroup var marketOptions: MarketOptions

    func run() async throws {
        let market = try marketOptions.open()
        let (id, path, semantic) = (id, FilePath(zip), semantic.map { FilePath($0) })
        let key = try asking { () throws(MarketError) in try market.update(id, path, semantic: semantic) }
        show("\(key)")
    }
}
