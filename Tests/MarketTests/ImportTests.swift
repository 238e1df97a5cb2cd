import Documents
import Foundation
import Market
import SystemPackage
import TestSupport
import Testing

/// Markets of the Python package, taken over into ours.
@Suite(.serialized) struct ImportTests {
    private let scratch: Scratch
    private let zips: Zips

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
    }

    private func semantic(_ name: String, license: Bool = true) throws -> String {
        let text = try String(contentsOfFile: scratch.appending("model-a/semantic_specification.json"), encoding: .utf8)
        let members = try JSON.parse(text).members ?? []
        return Node(
            object: members.filter { license || $0.key != "License" }.map { member in
                let isName = member.key == "Name"
                return (member.key, isName ? ["Values": Node(name), "Type": "String"] : member.value)
            }
        ).json()
    }

    private func outcomes(_ market: Market, _ folder: PythonMarketFolder) throws -> [Market.ImportOutcome] {
        let source = try PythonMarket(FilePath(folder.path), named: nil, for: market)
        return try source.rows.map { try market.take($0, from: source) }
    }

    @Test(arguments: Backend.allCases) func aPythonMarketIsTakenOverOnce(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let (first, bare) = (try zips.make("a"), try zips.make("bare", isSemantic: false))
        try folder.add("00000000", zip: first.string, semantic: semantic("From the database"))
        try folder.add(
            "00000007",
            zip: bare.string,
            semantic: semantic("Old", license: false),
            zipPath: "/old/00000007.zip"
        )
        let keys = ["00000001", "00000002"].map { VersionKey(id: $0, number: 1) }
        #expect(try outcomes(market, folder) == keys.map { .added($0) })
        let list = try market.list()
        #expect(list.map(\.newest.name) == ["From the database", "Old"])
        #expect(list.allSatisfy { $0.newest.state == .waiting })
        // What the other market's database said is what counts, and what was before licences had one.
        let old = try JSON.parse(try market.details(keys[1]).semantic)
        #expect(old["License"]?["Values"]?.array?.first?.string == "Apache-2.0")
        #expect(try outcomes(market, folder) == keys.map { .present($0) })
        #expect(try market.list() == list)
        // What comes later goes on from there.
        try folder.add("00000008", zip: zips.make("c").string, semantic: semantic("Third"))
        #expect(try outcomes(market, folder).last == .added(VersionKey(id: "00000003", number: 1)))
        for key in keys { #expect(try market.takeJob(worker: "w \(key)")?.key == key) }
        #expect(try market.verify().isSound && market.verify().superfluous == 0)
    }

    @Test(arguments: Backend.allCases) func rowsWithOneZipAreToldApartByTheirWords(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let zip = try zips.make("a")
        try folder.add("00000000", zip: zip.string, semantic: semantic("One"))
        let same = folder.zips + "/00000000.zip"
        try folder.add("00000001", zip: nil, semantic: semantic("One"), zipPath: same)
        try folder.add("00000002", zip: nil, semantic: semantic("Two"), zipPath: same)
        let (one, two) = (VersionKey(id: "00000001", number: 1), VersionKey(id: "00000002", number: 1))
        #expect(try outcomes(market, folder) == [.added(one), .present(one), .added(two)])
        #expect(try market.verify().packages == 1)
    }

    /// Two that take the same market over at once: each learnware is there once.
    @Test(arguments: Backend.allCases) func twoAtOnceTakeNothingTwice(_ backend: Backend) async throws {
        let market = try backend.market(in: scratch)
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let zip = try zips.make("a")
        for index in 0..<6 { try folder.add("0000000\(index)", zip: zip.string, semantic: semantic("L \(index)")) }
        let path = market.path
        let added = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let own = try Market.open(path)
                    let source = try PythonMarket(FilePath(folder.path), named: nil, for: own)
                    return try source.rows.count { row in
                        if case .added = try own.take(row, from: source) { true } else { false }
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(added == 6)
        #expect(try market.list().count == 6)
    }

    @Test func theMarketIsChosenByItsName() throws {
        let market = try Backend.sqlite.market(in: scratch)
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let other = try PythonMarketFolder(scratch.appending("python"), named: "other")
        try other.add("00000000", zip: zips.make("a").string, semantic: semantic("Other's"))
        let path = FilePath(folder.path)
        let error = try #require(throws: MarketError.self) { try PythonMarket(path, named: nil, for: market) }
        #expect(error.description.hasSuffix("holds several markets: default, other"))
        #expect(try PythonMarket(path, named: "other", for: market).rows.map(\.id) == ["00000000"])
        #expect(try PythonMarket(path, named: "default", for: market).rows.isEmpty)
        let absent = try #require(throws: MarketError.self) { try PythonMarket(path, named: "third", for: market) }
        #expect(absent.kind == .missing && absent.description.contains("'market_third.db'"))
        // The folder of the one market alone, with its database in it, is enough.
        try FileManager.default.moveItem(atPath: other.database, toPath: folder.path + "/other/market_other.db")
        let source = try PythonMarket(path.appending("other"), named: nil, for: market)
        #expect(try market.take(source.rows[0], from: source) == .added(VersionKey(id: "00000001", number: 1)))
    }

    /// The real learnwares that the Python package made, with the specifications that came beside them.
    @Test func goldenLearnwaresAreTakenOver() throws {
        guard let golden = Checkout.golden else {
            #expect(!Checkout.isCI, "the golden learnwares are not here")
            return
        }
        let market = try Backend.sqlite.market(in: scratch)
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let names = ["iris_numpy", "digits01_0_3_svc", "diabetes_ridge", "text_tfidf_nb"]
        for (index, name) in names.enumerated() {
            let place = golden.appending("learnwares/\(name)")
            let semantic = try String(contentsOfFile: place.appending("semantic_spec.json").string, encoding: .utf8)
            try folder.add("0000000\(index)", zip: place.appending("\(name).zip").string, semantic: semantic)
        }
        let found = try outcomes(market, folder)
        #expect(found.allSatisfy { if case .added = $0 { true } else { false } }, "\(found)")
        #expect(try market.list().count == names.count)
    }
}
