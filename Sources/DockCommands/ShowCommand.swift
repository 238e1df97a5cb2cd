import ArgumentParser
import Commands
import Documents
import Foundation
import Market
import SystemPackage

/// `lw-dock show`: one learnware.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a learnware, its versions and the report of its check.",
        discussion: """
            Example:
              lw-dock show --market my-market 00000001
            """
    )

    @Argument(help: "The learnware, as 'list' shows it.")
    var id: String
    @Option(help: ArgumentHelp("This version in the place of the newest.", valueName: "number"))
    var version: Int?
    @OptionGroup var marketOptions: MarketOptions
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let market = try marketOptions.open()
        let id = id
        let versions = try asking { () throws(MarketError) in try market.versions(id) }
        let number = version ?? versions.last?.number ?? 1
        guard versions.contains(where: { $0.number == number }) else {
            let there = versions.map { String($0.number) }.joined(separator: ", ")
            throw Failure(.file, "learnware \(id) has no version \(number); it has \(there)")
        }
        let details = try asking { () throws(MarketError) in
            try market.details(VersionKey(id: id, number: number))
        }
        let semantic = try? JSON.parse(details.semantic, limits: .data)
        let report = details.report.flatMap { try? JSON.parse($0, limits: .data) }
        if json {
            let object = Node(object: [
                ("schema", "learnware/market-learnware/1"), ("id", Node(id)), ("version", Node(number)),
                ("state", Node(details.version.state.rawValue)), ("digest", Node("sha256:" + details.version.digest)),
                ("file", Node(market.file(details.version).string)), ("semantic", semantic ?? nil),
                ("checker", details.version.checker.map { Node($0) } ?? nil), ("report", report ?? nil),
                ("versions", Node(versions.map { Node($0.number) })),
            ])
            show(object.json(pretty: true))
            return
        }
        show(Self.page(id, details, versions, semantic, report, market.file(details.version).string))
    }

    private static func page(
        _ id: String,
        _ details: VersionDetails,
        _ versions: [Version],
        _ semantic: Node?,
        _ report: Node?,
        _ file: String
    ) -> String {
        let version = details.version
        var rows = [
            ("name", Printable(version.name, limit: 80).description),
            ("description", Printable(semantic?["Description"]?["Values"]?.string ?? "", limit: 300).description),
        ]
        for key in ["Data", "Task", "Library", "Scenario", "License"] {
            let values = semantic?[key]?["Values"]?.array?.compactMap(\.string) ?? []
            if !values.isEmpty {
                rows.append((key.lowercased(), Printable(values.joined(separator: ", "), limit: 120).description))
            }
        }
        rows += [
            ("specification", version.specificationType.map { Printable($0, limit: 60).description } ?? "none"),
            ("state", version.state.rawValue),
        ]
        for check in report?["checks"]?.array ?? [] where check["state"]?.string == "fail" {
            let text = "\(check["check"]?.string ?? ""): \(check["summary"]?.string ?? "")"
            rows.append(("because", Printable(text, limit: 300).description))
            if let remedy = check["remedy"]?.string {
                rows.append(("", "→ " + Printable(remedy, limit: 300).description))
            }
        }
        rows += [
            ("checked by", version.checker.map { Printable($0, limit: 120).description } ?? "nobody yet"),
            ("digest", "sha256:" + version.digest),
            ("package", Printable(file).description),
        ]
        if versions.count > 1 {
            rows.append(
                ("versions", versions.map { "\($0.number) (\($0.state.rawValue))" }.joined(separator: ", "))
            )
        }
        return
            (["\(id), version \(version.number)"]
            + rows.map { "  " + $0.0.padding(toLength: 15, withPad: " ", startingAt: 0) + $0.1 })
            .joined(separator: "\n")
    }
}
