import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Importing, backing up, restoring and rebuilding, as their user meets them.
@Suite(.serialized) struct DockCopyTests {
    private let scratch: Scratch
    private let zip: String
    private let semantic: String

    init() throws {
        scratch = try Scratch()
        zip = scratch.appending("m.zip")
        #expect(try Tool.run("lw-pack", ["init", scratch.appending("m"), "--template", "numpy"]).status == 0)
        #expect(try Tool.run("lw-pack", ["build", scratch.appending("m"), "-o", zip]).status == 0)
        semantic = try String(contentsOfFile: scratch.appending("m/semantic_specification.json"), encoding: .utf8)
        #expect(try dock(["init", market]).status == 0)
    }

    private var market: String { scratch.appending("market") }

    private func dock(_ arguments: [String]) throws -> ToolResult {
        try Tool.run("lw-dock", arguments, environment: Home.environment(for: .tester))
    }

    private func json(_ arguments: [String], status: Int32 = 0) throws -> Node {
        let result = try dock(arguments + ["--json"])
        #expect(result.status == status, "\(result.errors)")
        return try JSON.parse(result.output, limits: .data)
    }

    @Test func anImportSaysWhatBecameOfEachRow() throws {
        let folder = try PythonMarketFolder(scratch.appending("python"))
        try folder.add("00000003", zip: zip, semantic: semantic)
        try folder.add("\u{1B}[2J", zip: nil, semantic: semantic, zipPath: "/x/\u{202E}piz.zip")
        let first = try dock(["import", "--market", market, folder.path])
        #expect(first.status == 5 && first.errors.hasPrefix("error: 1 of 2 learnwares were refused"), "\(first)")
        #expect(first.output.contains("00000003  imported  00000001\n"), "\(first)")
        #expect(first.output.hasSuffix("default: 1 imported, 0 here already, 1 refused\n"), "\(first)")
        #expect(!first.output.contains("\u{1B}") && !first.output.contains("\u{202E}"))
        let second = try json(["import", "--market", market, folder.path], status: 5)
        let rows = second["rows"]?.array ?? []
        #expect(rows.map { $0["outcome"]?.string } == ["refused", "present"])
        #expect(rows.last?["id"]?.string == "00000001" && rows.last?["python_id"]?.string == "00000003")
        #expect(rows.first?["reason"]?.string?.contains("there is no file") == true)
        try folder.run("DELETE FROM tb_learnware WHERE id <> '00000003'")
        #expect(try json(["import", "--market", market, folder.path])["present"]?.integer == 1)
        let nowhere = try dock(["import", "--market", market, scratch.appending("nowhere")])
        #expect(nowhere.status == 3 && nowhere.errors.hasPrefix("error: there is no folder"), "\(nowhere)")
        let other = try dock(["import", "--market", market, market])
        #expect(other.status == 3 && other.errors.contains("there is no database 'market_NAME.db'"), "\(other)")
    }

    @Test func aBackupIsRestoredAndALostDatabaseRebuilt() throws {
        #expect(try dock(["add", "--market", market, zip]).status == 0)
        let backup = scratch.appending("backup")
        let made = try json(["backup", "--market", market, backup])
        #expect(made["learnwares"]?.integer == 1 && made["schema"]?.string == "learnware/market-backup/1")
        #expect(try dock(["backup", "--market", market, backup]).status == 2)
        #expect(try dock(["restore", "--market", market, backup]).status == 2)
        let new = scratch.appending("new")
        #expect(try dock(["init", new]).status == 0)
        #expect(try json(["restore", "--market", new, backup])["versions"]?.integer == 1)
        #expect(try dock(["list", "--market", new]).output == dock(["list", "--market", market]).output)
        #expect(try dock(["restore", "--market", new, scratch.appending("m")]).status == 3)

        #expect(try dock(["rebuild", "--market", market]).status == 2)
        try FileManager.default.removeItem(atPath: market + "/market.sqlite")
        let lost = try dock(["list", "--market", market])
        #expect(lost.status == 3 && lost.errors.contains("lw-dock rebuild"), "\(lost)")
        let rebuilt = try dock(["rebuild", "--market", market, "--first-id", "500"])
        #expect(rebuilt.status == 0 && rebuilt.output.contains("00000500  Iris species"), "\(rebuilt)")
        #expect(rebuilt.output.contains("lost: earlier names, versions, withdrawals and reports"), "\(rebuilt)")
        #expect(try dock(["fsck", "--market", market]).status == 0)
    }

    /// Those that are named are checked, whatever was found of them before, and no others.
    @Test func onlyWhatIsNamedIsChecked() throws {
        #expect(try dock(["add", "--market", market, zip, zip]).status == 0)
        let unknown = try dock(["check", "--market", market, "00000002", "00000009"])
        #expect(unknown.status == 3 && unknown.errors.contains("no learnware '00000009'"), "\(unknown)")
        #expect(unknown.output.isEmpty)
        for _ in 0..<2 {
            let checked = try dock(["check", "--market", market, "00000002"])
            #expect(checked.status == 0 && checked.output.hasPrefix("00000002  v1  usable"), "\(checked)")
            #expect(checked.output.split(separator: "\n").count == 1)
        }
        let states = try json(["list", "--market", market])["learnwares"]?.array?.map { $0["state"]?.string }
        #expect(states == ["waiting", "usable"])
        #expect(try dock(["check", "--market", market, "00000002", "--again"]).status == 2)
        #expect(try dock(["check", "--market", market]).output.hasPrefix("00000001  v1  usable"))
    }

    /// Data are searched for as their specification is, and leave no file.
    @Test func dataAreSearchedForAsTheirSpecificationIs() throws {
        #expect(try dock(["add", "--market", market, zip]).status == 0)
        #expect(try dock(["check", "--market", market]).status == 0)
        let rows = (0..<150).map { "\(5 + Double($0 % 20) / 10),3.\($0 % 9),\(1 + $0 % 5).4,0.\($0 % 7)" }
        let data = try scratch.write("X.csv", rows.joined(separator: "\n"))
        let made = scratch.appending("stat.json")
        for options in [[], ["--seed", "5", "--points", "20"], ["--compatible"]] {
            #expect(try Tool.run("lw-pack", ["spec", data, "-o", made] + options).status == 0)
            let mode = options.filter { $0 == "--compatible" }
            let bySpecification = try dock(["search", "--market", market, "--specification", made, "--json"] + mode)
            let before = try FileManager.default.subpathsOfDirectory(atPath: scratch.path.string).filter {
                !$0.contains("market.sqlite-")
            }
            let byData = try dock(["search", "--market", market, "--data", data, "--json"] + options)
            #expect(byData.status == 0 && byData.output == bySpecification.output, "\(byData)")
            #expect(byData.output.contains("\"id\": \"00000001\""), "\(byData)")
            let after = try FileManager.default.subpathsOfDirectory(atPath: scratch.path.string).filter {
                !$0.contains("market.sqlite-")
            }
            #expect(after.sorted() == before.sorted())
        }
        let text = try dock(["search", "--market", market, "--data-type", "Table", "--data", data])
        #expect(text.status == 0 && text.output.contains("00000001  score"), "\(text)")
        for wrong in [
            ["--data", data, "--specification", made], ["--points", "20"], ["--data", data, "--type", "text"],
            ["--data", data, "--compatible", "--no-guard"],
        ] {
            #expect(try dock(["search", "--market", market] + wrong).status == 2, "\(wrong)")
        }
        let nowhere = try dock(["search", "--market", market, "--data", "/nowhere.csv"])
        #expect(nowhere.status == 3 && nowhere.errors.contains("/nowhere.csv"), "\(nowhere)")
        let words = try scratch.write("words.csv", "a\nb\n")
        #expect(try dock(["search", "--market", market, "--data", words]).status == 4)
    }
}
