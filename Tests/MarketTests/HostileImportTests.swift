import Foundation
import Glibc
import Market
import SystemPackage
import TestSupport
import Testing

/// Folders that a stranger made to be imported.
@Suite(.serialized) struct HostileImportTests {
    private let scratch: Scratch
    private let zips: Zips
    private let market: Market
    private let outside: String

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
        market = try Backend.sqlite.market(in: scratch)
        outside = try zips.make("outside").string
    }

    private var semantic: String {
        get throws {
            try String(contentsOfFile: scratch.appending("model-outside/semantic_specification.json"), encoding: .utf8)
        }
    }

    private func folder(schema: String = PythonMarketFolder.schema) throws -> PythonMarketFolder {
        try PythonMarketFolder(scratch.appending("python"), schema: schema)
    }

    private func source(_ folder: PythonMarketFolder) throws -> PythonMarket {
        try PythonMarket(FilePath(folder.path), named: nil, for: market)
    }

    /// The reasons for which all rows are refused.
    private func refusals(_ folder: PythonMarketFolder) throws -> [String] {
        let source = try source(folder)
        return try source.rows.map { row in
            guard case .refused(let reason) = try market.take(row, from: source) else { return "taken" }
            return reason
        }
    }

    private func refusal(_ folder: PythonMarketFolder) throws -> MarketError {
        try #require(throws: MarketError.self) { try source(folder) }
    }

    @Test func pathsAreOnlyNames() throws {
        let folder = try folder()
        let base = FilePath(outside).lastComponent?.string ?? ""
        let paths = [
            outside, "../../../../\(base)", "..", "", "/", "a/..", ".", String(repeating: "x", count: 300), "a\0b",
        ]
        for (index, path) in paths.enumerated() {
            try folder.add("\(index)", zip: nil, semantic: semantic, zipPath: path)
        }
        let found = try refusals(folder)
        #expect(found.prefix(2).allSatisfy { $0 == "there is no file '\(base)'" }, "\(found)")
        #expect(found.dropFirst(2).allSatisfy { $0 == "its zip's path ends in no name of a file" }, "\(found)")
        #expect(found.count == paths.count)
        #expect(try market.list().isEmpty)
    }

    @Test func linksAndPipesAreNotFollowed() throws {
        let folder = try folder()
        try folder.add("0", zip: nil, semantic: semantic)
        try folder.add("1", zip: nil, semantic: semantic)
        try folder.add("2", zip: nil, semantic: semantic)
        try FileManager.default.createSymbolicLink(atPath: folder.zips + "/0.zip", withDestinationPath: outside)
        mkfifo(folder.zips + "/1.zip", 0o600)
        mkdir(folder.zips + "/2.zip", 0o700)
        let found = try refusals(folder)
        #expect(found[0] == "'0.zip' is a link; name the file itself")
        #expect(found[1] == "'1.zip' is not a regular file" && found[2] == found[1].replacing("1.zip", with: "2.zip"))
        // Nor is the folder of zips reached through one, nor the database.
        let elsewhere = scratch.appending("elsewhere")
        try FileManager.default.moveItem(atPath: folder.zips, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: folder.zips, withDestinationPath: elsewhere)
        #expect(try refusal(folder).hint?.contains("a link is not followed") == true)
        try FileManager.default.removeItem(atPath: folder.zips)
        try FileManager.default.moveItem(atPath: elsewhere, toPath: folder.zips)
        try FileManager.default.moveItem(atPath: folder.database, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: folder.database, withDestinationPath: elsewhere)
        #expect(try refusal(folder).description.hasSuffix("is a link; name the file itself"))
    }

    /// `market_...db` would be the market `..`, whose folder is the parent.
    @Test func theNameOfADatabaseLeadsNowhere() throws {
        let folder = try folder()
        try FileManager.default.moveItem(atPath: folder.database, toPath: folder.path + "/database/market_...db")
        #expect(try refusal(folder).kind == .missing)
        let error = try #require(throws: MarketError.self) {
            try PythonMarket(FilePath(folder.path), named: "..", for: market)
        }
        #expect(error.kind == .missing)
    }

    @Test func whatIsTooLargeIsRefusedAndTheRestTaken() throws {
        let folder = try folder()
        try folder.add("0", zip: outside, semantic: semantic)
        let huge = String(repeating: " ", count: 2 << 20)
        try folder.add("1", zip: outside, semantic: try semantic + huge)
        try folder.run(("INSERT INTO tb_learnware VALUES (?, ?, ?, '', '1')", [huge, try semantic, "1.zip"]))
        try folder.run(("INSERT INTO tb_learnware VALUES ('3', zeroblob(2000000), ?, '', '1')", ["1.zip"]))
        try folder.add("4", zip: outside, semantic: "[1]")
        try folder.add("5", zip: outside, semantic: "no JSON")
        let found = try refusals(folder)
        #expect(found.filter { $0 == "taken" }.count == 1 && found.count == 6, "\(found)")
        #expect(found.filter { $0.contains("is no text of at most 1048576 bytes") }.count == 2)
        #expect(found.filter { $0.contains("is no text of at most 100 bytes") }.count == 1)
        #expect(try market.list().count == 1)
    }

    @Test func moreRowsThanAnyMarketHasAreRefusedAtOnce() throws {
        let folder = try folder()
        try folder.run(
            """
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO tb_learnware SELECT i, '{}', 'a.zip', '', '1' FROM n
            """
        )
        #expect(try refusal(folder).description.contains("has more than 100000 rows"))
    }

    @Test(arguments: [
        ("CREATE VIEW tb_learnware AS SELECT '0' AS id, '{}' AS semantic_spec, '0.zip' AS zip_path", "is a view"),
        ("CREATE VIRTUAL TABLE tb_learnware USING fts5(id, semantic_spec, zip_path)", "is no ordinary table"),
        ("CREATE TABLE other (id TEXT)", "is not there"),
        ("CREATE TABLE tb_learnware (id TEXT, semantic_spec TEXT)", "keeps no column 'zip_path'"),
    ]) func anotherTableIsNamed(schema: String, reason: String) throws {
        let error = try refusal(folder(schema: schema))
        #expect(error.kind == .corrupt && error.description.contains(reason), "\(error)")
    }

    @Test func whatIsComputedIsNotRead() throws {
        let schema = """
            CREATE TABLE tb_learnware (id TEXT, semantic_spec TEXT GENERATED ALWAYS AS (printf('%.*c', 9000, 'x')),
                zip_path TEXT, folder_path TEXT, use_flag TEXT)
            """
        let folder = try folder(schema: schema)
        try folder.run("INSERT INTO tb_learnware (id, zip_path) VALUES ('0', '0.zip')")
        let error = try refusal(folder)
        #expect(error.description.hasSuffix("keeps no column 'semantic_spec'"), "\(error)")
    }

    @Test func triggersDoNotRunAndNothingIsWrittenThere() throws {
        let folder = try folder()
        try folder.add("0", zip: outside, semantic: semantic)
        try folder.run("CREATE TABLE seen (what TEXT)")
        try folder.run("CREATE TRIGGER t AFTER INSERT ON tb_learnware BEGIN INSERT INTO seen VALUES ('x'); END")
        let before = try everything(in: folder)
        #expect(try refusals(folder) == ["taken"])
        #expect(try everything(in: folder) == before)
    }

    private func everything(in folder: PythonMarketFolder) throws -> [String: Data?] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: "\(folder.path)/\($0)")) }
        )
    }

    @Test func whatIsNoDatabaseIsNamed() throws {
        let folder = try folder()
        try Data("no database at all".utf8).write(to: URL(fileURLWithPath: folder.database))
        #expect(try refusal(folder).description == "'\(folder.database)' is no SQLite database")
        try FileHandle(forWritingTo: URL(fileURLWithPath: folder.database)).truncate(atOffset: 1 << 40)
        #expect(try refusal(folder).description.contains("has 1099511627776 bytes"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: market.path.appending("packages/arriving").string)
                .isEmpty
        )
    }

    /// Rows that are only in the log would be missed without a word.
    @Test func aDatabaseThatIsInUseIsNamed() throws {
        let folder = try folder()
        for (suffix, first) in [("-wal", [0x37, 0x7F] as [UInt8]), ("-journal", [0xD9, 0xD5])] {
            let log = URL(fileURLWithPath: folder.database + suffix)
            try Data(first).write(to: log)
            let error = try refusal(folder)
            #expect(
                error.kind == .refused && error.description.contains("\(suffix)' holds what is not in the database")
            )
            // A journal that is done with begins with zeros, or is empty.
            for rest in [Data(count: 512), Data()] {
                try rest.write(to: log)
                #expect(try source(folder).rows.isEmpty)
            }
        }
    }

    /// Anything in the place of a few bytes: an error or rows, never a crash and never a hang.
    @Test(.timeLimit(.minutes(5))) func damageAnywhereIsSurvived() throws {
        let folder = try folder()
        for index in 0..<40 {
            try folder.add("\(index)", zip: nil, semantic: String(repeating: "s", count: 50 * index))
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        var generator = SeededGenerator(seed: 3)
        var outcomes = (read: 0, refused: 0)
        for _ in 0..<(Checkout.isSoak ? 20_000 : 400) {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                // Headers of the file and of pages more often than the rest.
                let page = Int.random(in: 0..<whole.count / 4096, using: &generator) * 4096
                let near = Bool.random(using: &generator)
                let place = page + Int.random(in: 0..<(near ? 110 : 4096), using: &generator)
                bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            }
            try bytes.write(to: URL(fileURLWithPath: folder.database))
            if (try? source(folder)) != nil { outcomes.read += 1 } else { outcomes.refused += 1 }
        }
        #expect(outcomes.read > 0 && outcomes.refused > 0, "\(outcomes)")
    }
}
