import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// A market as its user meets it: real learnwares are checked in their sandboxes, and found for real data.
@Suite(.serialized) struct DockTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var market: String { scratch.appending("market") }

    private func dock(_ arguments: [String]) throws -> ToolResult {
        try Tool.run("lw-dock", arguments, environment: Home.environment(for: .tester))
    }

    private func json(_ arguments: [String]) throws -> Node {
        let result = try dock(arguments + ["--json"])
        #expect(result.status == 0, "\(result.errors)")
        return try JSON.parse(result.output, limits: .data)
    }

    @Test func learnwaresAreCheckedAndMixturesFound() throws {
        guard let golden = Checkout.golden else {
            #expect(!Checkout.isCI, "the golden learnwares are not here")
            return
        }
        #expect(try dock(["init", market]).status == 0)
        #expect(try dock(["search", "--market", market]).output.contains("no learnware of this market is usable yet"))
        let names = [
            "digits01_0_3_svc", "digits01_4_6_svc", "digits01_7_9_svc", "bad_predict_raises", "bad_nan_output",
        ]
        for name in names {
            let folder = golden.appending("learnwares/\(name)")
            let added = try dock([
                "add", "--market", market, folder.appending("\(name).zip").string, "--semantic",
                folder.appending("semantic_spec.json").string,
            ])
            #expect(added.status == 0, "\(added.errors)")
        }
        let checked = try dock(["check", "--market", market, "--workers", "2"])
        #expect(checked.status == 0, "\(checked.errors)")
        #expect(checked.output.split(separator: "\n").count == 5)
        let list = try json(["list", "--market", market])["learnwares"]?.array ?? []
        #expect(list.map { $0["state"]?.string } == ["usable", "usable", "usable", "unusable", "unusable"])
        let report = try json(["show", "--market", market, "00000004"])["report"]
        #expect(report?["verdict"]?.string == "invalid" && report?["conclusion"]?.string?.contains("predicts") == true)
        #expect(try dock(["check", "--market", market]).errors.contains("nothing waits for a check"))

        // Digits 0 to 3 and 7 to 9, half each: the Python package finds .512 and .488 (golden/market, U2).
        let user = golden.appending("market/U2_mix_0_3_and_7_9_spec.json").string
        let found = try json(["search", "--market", market, "--specification", user, "--compatible"])
        let members = found["mixture"]?["members"]?.array ?? []
        #expect(members.compactMap { $0["id"]?.string }.sorted() == ["00000001", "00000003"])
        #expect(members.compactMap { $0["weight"]?.number }.allSatisfy { abs($0 - 0.5) < 0.02 })
        let ours = try json(["search", "--market", market, "--specification", user])
        #expect((ours["mixture"]?["score"]?.number ?? 0) > (ours["singles"]?.array?.first?["score"]?.number ?? 1))
        let text = try dock(["search", "--market", market, "--specification", user]).output
        #expect(text.hasPrefix("together, score 0.") && text.contains("without it the distance grows by"), "\(text)")

        // What is withdrawn is found no more, and what is asked for in words filters.
        #expect(try dock(["withdraw", "--market", market, "00000003"]).status == 0)
        let left = try json(["search", "--market", market, "--specification", user])["singles"]?.array ?? []
        #expect(left.compactMap { $0["id"]?.string } == ["00000001", "00000002"])
        let gone = try dock(["search", "--market", market, "--specification", "/nowhere.json"])
        #expect(gone.status == 3 && gone.errors.hasPrefix("error: '/nowhere.json' cannot be read"), "\(gone)")
        let none = try dock(["search", "--market", market, "--task", "Regression"])
        #expect(none.status == 0 && none.output.hasPrefix("nothing was found\n2 learnwares were left out"), "\(none)")
        let other = try dock([
            "search", "--market", market, "--specification", golden.appending("market/U4_iris_spec.json").string,
        ])
        #expect(other.output.contains("nothing was found") && other.output.contains("left out"), "\(other)")
    }

    @Test func anotherProfileMakesChecksDueAgain() throws {
        let (folder, zip) = (scratch.appending("m"), scratch.appending("m.zip"))
        #expect(try Tool.run("lw-pack", ["init", folder, "--template", "numpy"]).status == 0)
        #expect(try Tool.run("lw-pack", ["build", folder, "-o", zip]).status == 0)
        #expect(try dock(["init", market]).status == 0)
        #expect(try dock(["add", "--market", market, zip]).status == 0)
        #expect(try dock(["check", "--market", market]).output.contains("usable"))
        #expect(try dock(["check", "--market", market, "--again"]).errors.contains("nothing waits"))
        #expect(try dock(["check", "--market", market, "--again", "--profile", "scratch"]).output.contains("usable"))
        let shown = try json(["show", "--market", market, "00000001"])
        #expect(shown["checker"]?.string?.hasSuffix("profile scratch") == true && shown["state"]?.string == "usable")
    }

    /// One zip that is gone keeps nobody from checking the others.
    @Test func aMissingPackageKeepsNothingElseFromItsCheck() throws {
        #expect(try dock(["init", market]).status == 0)
        for name in ["lost", "kept"] {
            let (folder, zip) = (scratch.appending(name), scratch.appending("\(name).zip"))
            #expect(try Tool.run("lw-pack", ["init", folder, "--template", "numpy"]).status == 0)
            try Data("\(name)\n".utf8).write(to: URL(fileURLWithPath: folder + "/NOTES.md"))
            #expect(try Tool.run("lw-pack", ["build", folder, "-o", zip]).status == 0)
            #expect(try dock(["add", "--market", market, zip]).status == 0)
        }
        let named = try #require(try json(["show", "--market", market, "00000001"])["digest"]?.string)
        let digest = named.dropFirst("sha256:".count)
        try FileManager.default.removeItem(atPath: "\(market)/packages/\(digest.prefix(2))/\(digest).zip")
        let result = try dock(["check", "--market", market])
        #expect(result.status == 12 && result.output.contains("00000002  v1  usable"), "\(result)")
        #expect(
            result.errors.contains("00000001 v1: there is no file") || result.errors.contains("cannot be"),
            "\(result)"
        )
    }

    /// What the host lacks says nothing of the learnware: it waits for another host.
    @Test func whatThisHostCannotTellGoesBack() throws {
        let (folder, zip) = (scratch.appending("m"), scratch.appending("m.zip"))
        #expect(try Tool.run("lw-pack", ["init", folder, "--template", "numpy"]).status == 0)
        #expect(try Tool.run("lw-pack", ["build", folder, "-o", zip]).status == 0)
        #expect(try dock(["init", market]).status == 0)
        #expect(try dock(["add", "--market", market, zip, zip]).status == 0)
        let result = try Tool.run(
            "lw-dock",
            ["check", "--market", market, "--offline"],
            environment: ["XDG_CACHE_HOME": scratch.appending("empty")]
        )
        #expect(result.status == 12 && result.errors.contains("this host could not check 2 of them"), "\(result)")
        let states = try json(["list", "--market", market, "--state", "waiting"])["learnwares"]?.array ?? []
        #expect(states.count == 2)
    }
}
