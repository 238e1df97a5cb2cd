import Documents
import Foundation
import Market
import SystemPackage
import TestSupport
import Testing

/// Both databases that a market can have; every test of the contract runs over each.
enum Backend: String, CaseIterable, Sendable {
    case sqlite
    case postgres

    /// A new market in a folder of the test's.
    func market(in scratch: Scratch, named name: String = "market") throws -> Market {
        try Market.create(at: scratch.path.appending(name), postgres: try address)
    }

    /// The address of the server; nil for SQLite.
    var address: String? {
        get throws { self == .sqlite ? nil : try PostgresServer.shared.get().url }
    }
}

/// Small learnwares, each with contents of its own.
struct Zips {
    private let scratch: Scratch

    init(_ scratch: Scratch) { self.scratch = scratch }

    /// Packs a model folder; equal `content` gives equal packages.
    func make(_ content: String, name: String = "Digits", isSemantic: Bool = true) throws -> FilePath {
        let folder = scratch.path.appending("model-\(content)")
        if !FileManager.default.fileExists(atPath: folder.string) {
            let made = try Tool.run("lw-pack", ["init", folder.string, "--template", "numpy"])
            try #require(made.status == 0, "\(made.errors)")
            try Data("# \(content)\n".utf8).write(to: URL(fileURLWithPath: folder.appending("NOTES.md").string))
        }
        let semantic = folder.appending("semantic_specification.json")
        if isSemantic {
            var node = try JSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: semantic.string))))
            node = Node(
                object: (node.members ?? []).map { member in
                    member.key == "Name"
                        ? ("Name", Node(object: [("Values", Node(name)), ("Type", "String")]))
                        : (member.key, member.value)
                }
            )
            try Data(node.jsonBytes()).write(to: URL(fileURLWithPath: semantic.string))
        } else {
            try FileManager.default.removeItem(atPath: semantic.string)
            let manifest = folder.appending("learnware.yaml").string
            let lines = try String(contentsOfFile: manifest, encoding: .utf8).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            let rest = lines.filter { !$0.contains("semantic") }.joined(separator: "\n")
            try rest.write(toFile: manifest, atomically: true, encoding: .utf8)
        }
        let zip = scratch.path.appending("\(content).zip")
        try? FileManager.default.removeItem(atPath: zip.string)
        let packed = try Tool.run("lw-pack", ["build", folder.string, "-o", zip.string])
        try #require(packed.status == 0, "\(packed.errors)")
        return zip
    }
}

extension Market {
    /// Checks nothing, and calls what is next usable or not.
    func finishNext(usable: Bool = true, worker: String = "w") throws {
        let job = try #require(try takeJob(worker: worker))
        #expect(try finish(job, Verdict(isUsable: usable, checker: "test 1", report: #"{"ok": true}"#)))
    }

    /// Removes the database, and leaves whatever lies beside it.
    func loseDatabase() throws {
        switch location {
        case .sqlite: try FileManager.default.removeItem(atPath: path.string + "/market.sqlite")
        case .postgres(let url, let schema): try PostgresDatabase(url, schema: schema, isNew: false).removeSchema()
        }
    }
}
