import ArgumentParser
import Commands
import Documents
import Foundation
import Market
import Packaging
import Search
import SpecificationCommands
import Specifications
import SystemPackage

/// The words for how mixtures are looked for.
enum MixtureChoice: String, ExpressibleByArgument, CaseIterable {
    case greedy
    case auto
}

/// `lw-dock search`: finds learnwares for words, data or both.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find learnwares for words, for data, or for both.",
        discussion: """
            Data stays here: what is compared is a specification of it, which --data makes in this process, or which \
            'lw-pack spec' made before. A score is the share \
            of the data that a learnware's own explains, from 0 to 1, and means the same in every search. A mixture is \
            named when several learnwares together fit the data better than any alone; docs/search.md has the formulas.

            Example:
              lw-dock search --market my-market --words iris
              lw-dock search --market my-market --data X.csv --task Classification
              lw-pack spec X.csv -o stat.json
              lw-dock search --market my-market --specification stat.json
            """
    )

    @Option(
        help: ArgumentHelp("The specification of your data.", valueName: "json"),
        completion: .file(extensions: ["json"])
    )
    var specification: String?
    @Option(
        help: ArgumentHelp(
            "Your data: .csv, .tsv, .json, .jsonl, .npy, .npz or .parquet, a folder of images or texts, or - for standard "
                + "input. Of it, a specification is made and no file.",
            valueName: "file"
        ),
        completion: .file()
    )
    var data: String?
    @Option(help: "A text in the name or the description, exactly or nearly so.")
    var name: String?
    @Option(help: "Words of which some must be in the name or the description.")
    var words: String?
    @Option(help: ArgumentHelp("A kind of data, such as Table; may be repeated.", valueName: "tag"))
    var dataType: [String] = []
    @Option(help: ArgumentHelp("A task, such as Classification; may be repeated.", valueName: "tag"))
    var task: [String] = []
    @Option(help: ArgumentHelp("A library; may be repeated.", valueName: "tag"))
    var library: [String] = []
    @Option(help: ArgumentHelp("A scenario, such as Health; may be repeated.", valueName: "tag"))
    var scenario: [String] = []
    @Option(help: ArgumentHelp("The most learnwares that are named.", valueName: "n"))
    var limit = 10
    @Option(help: "How a mixture is looked for.")
    var mixture = MixtureChoice.greedy
    @Option(help: ArgumentHelp("The most learnwares in a mixture; 1 for none.", valueName: "n"))
    var mixtureSize = 5
    @Flag(help: "Find what the Python package would, with its scores beside.")
    var compatible = false
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false
    @OptionGroup(title: "How --data is read and its specification made") var options: SpecificationOptions
    @OptionGroup var progressOptions: ProgressOptions

    func validate() throws {
        guard data == nil || specification == nil else {
            throw ValidationError("--data makes a specification, and --specification names one: give one of them")
        }
        guard data != nil || options.isDefault else {
            throw ValidationError("how a specification is made was said, but not of what: --data FILE")
        }
        if data != nil { try options.validate(isCompatible: compatible) }
    }

    func run() async throws {
        guard mixtureSize > 0 else { throw Failure(.usage, "--mixture-size is \(mixtureSize); it must be at least 1") }
        let market = try marketOptions.open()
        let entries = try asking { () throws(MarketError) in try market.usable() }
        let catalogue = try Catalogue(entries)
        if let data {
            let (options, isCompatible, progress) = (options, compatible, progressOptions.progress)
            try await withInterruption {
                let made = try await options.specification(of: data, isCompatible: isCompatible, progress: progress)
                if !Task.isCancelled { try search(catalogue, made) }
            }
        } else {
            try search(catalogue, try wanted())
        }
    }

    private func search(_ catalogue: Catalogue, _ wanted: AnySpecification?) throws(Failure) {
        do throws(SearchError) {
            let index = try SearchIndex(catalogue.candidates)
            var options = SearchOptions()
            options.limit = limit
            options.mixture = mixtureSize > 1 ? SearchOptions.MixtureMethod(rawValue: mixture.rawValue) : nil
            options.mixtureSize = mixtureSize
            options.isCompatible = compatible
            let query = SearchQuery(semantic: semantic, specification: wanted)
            let page = SearchPage(try index.search(query, options: options), catalogue)
            show(json ? page.object.json(pretty: true) : page.text)
        } catch {
            throw Failure(error)
        }
    }

    private var semantic: SemanticQuery {
        var query = SemanticQuery()
        query.name = name ?? ""
        query.words = words ?? ""
        for (key, kind, values) in [
            ("Data", SemanticQuery.Kind.single, dataType), ("Task", .single, task), ("Library", .single, library),
            ("Scenario", .tag, scenario),
        ] where !values.isEmpty {
            query.filters.append(SemanticQuery.Filter(key, kind, anyOf: values))
        }
        return query
    }

    private func wanted() throws(Failure) -> AnySpecification? {
        guard let specification else { return nil }
        do throws(SpecificationError) {
            return try AnySpecification(contentsOf: FilePath(specification))
        } catch {
            if error.code == .inputOutput { throw Failure(.file, "\(error)") }
            throw Failure(.input, "\(Printable(specification)): \(error)")
        }
    }
}

/// The usable learnwares of a market as searches see them.
struct Catalogue {
    private(set) var candidates: [SearchCandidate] = []
    private(set) var names: [String: String] = [:]
    /// How many could not be read, and the first reason.
    private(set) var unreadable: (count: Int, reason: String)?

    init(_ entries: [(id: String, details: VersionDetails)]) throws(Failure) {
        for (id, details) in entries {
            names[id] = details.version.name
            do {
                let semantic = try SemanticSpecification(parsing: Array(details.semantic.utf8), file: id)
                let statistical = try details.specification.map { try AnySpecification(json: Array($0.utf8)) }
                candidates.append(SearchCandidate(id: id, semantic: semantic, statistical: statistical))
            } catch {
                unreadable = ((unreadable?.count ?? 0) + 1, unreadable?.reason ?? "\(id): \(error)")
            }
        }
    }
}
