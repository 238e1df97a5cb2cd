import Documents
import Foundation
import Market
import SystemPackage
import TestSupport
import Testing

/// Markets whose database is gone.
@Suite(.serialized) struct RebuildTests {
    private let scratch: Scratch
    private let zips: Zips

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
    }

    @Test(arguments: Backend.allCases) func packagesBecomeLearnwaresAgain(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let bare = try zips.make("bare", isSemantic: false)
        let (first, second) = (try zips.make("z", name: "First"), try zips.make("y", name: "Second"))
        let id = try market.add(first).id
        try market.finishNext()
        _ = try market.update(id, second)
        _ = try market.add(bare, semantic: FilePath(scratch.appending("model-z/semantic_specification.json")))
        let digests = try market.versions(id).map(\.digest) + [market.list()[1].newest.digest]
        try market.loseDatabase()
        #expect(throws: MarketError.self) { try Market.open(market.path) }

        let (rebuilt, outcome) = try Market.rebuild(market.path, first: 40)
        #expect(outcome.learnwares.map(\.id) == ["00000040", "00000041"])
        #expect(outcome.learnwares.map(\.digest) == Array(digests.prefix(2)))
        #expect(try rebuilt.list().map(\.newest.name) == ["First", "Second"])
        #expect(try rebuilt.list().allSatisfy { $0.newest.state == .waiting })
        #expect(try rebuilt.takeJob(worker: "w")?.key.id == "00000040")
        #expect(try rebuilt.verify().isSound)
        // Its words came beside it: the zip is kept where no sweep comes, for who has them still.
        #expect(outcome.unrecovered.count == 1)
        #expect(outcome.unrecovered[0].reason.contains("no semantic specification"))
        #expect(try rebuilt.verify(repairs: true).superfluous == 0)
        let kept = market.path.appending("\(Market.unrecoveredName)/\(digests[2]).zip")
        #expect(outcome.unrecovered[0].file == kept)
        let again = try rebuilt.add(
            kept,
            semantic: FilePath(scratch.appending("model-z/semantic_specification.json"))
        )
        #expect(again.id == "00000042")
        #expect(try rebuilt.list().last?.newest.digest == digests[2])
        // What is there is not made anew.
        let error = try #require(throws: MarketError.self) { try Market.rebuild(market.path) }
        #expect(error.kind == .refused)
        #expect(try Market.open(market.path).list().count == 3)
    }

    /// Whoever began before may have come as far as an empty database.
    @Test(arguments: Backend.allCases) func whatWasBegunGoesOn(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        _ = try market.add(zips.make("a"))
        try market.loseDatabase()
        switch market.location {
        case .sqlite: try Data().write(to: URL(fileURLWithPath: market.path.string + "/market.sqlite"))
        case .postgres(let url, let schema): _ = try PostgresDatabase(url, schema: schema, isNew: true)
        }
        #expect(throws: MarketError.self) { try Market.open(market.path) }
        let (rebuilt, outcome) = try Market.rebuild(market.path)
        #expect(outcome.learnwares.map(\.id) == ["00000001"])
        #expect(try rebuilt.verify().isSound)
    }

    @Test func aDamagedDatabaseIsPutAside() throws {
        let market = try Backend.sqlite.market(in: scratch)
        _ = try market.add(zips.make("a"))
        let file = market.path.string + "/market.sqlite"
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
        let damaged = Data(repeating: 0x41, count: 8192)
        try damaged.write(to: URL(fileURLWithPath: file))
        let (rebuilt, outcome) = try Market.rebuild(market.path)
        let aside = try #require(outcome.damaged)
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside.string)) == damaged)
        #expect(try rebuilt.list().map(\.id) == ["00000001"])
        #expect(try rebuilt.verify().isSound)
    }

    /// A package that is damaged too is kept as it is.
    @Test func damagedPackagesAreKeptAside() throws {
        let market = try Backend.sqlite.market(in: scratch)
        _ = try market.add(zips.make("a"))
        _ = try market.add(zips.make("b"))
        let file = market.file(try market.list()[0].newest).string
        try FileManager.default.removeItem(atPath: file)
        try Data("PK damaged".utf8).write(to: URL(fileURLWithPath: file))
        try market.loseDatabase()
        let (rebuilt, outcome) = try Market.rebuild(market.path)
        #expect(outcome.learnwares.count == 1 && outcome.unrecovered.count == 1)
        #expect(try rebuilt.verify(repairs: true).isSound)
        let kept = try #require(outcome.unrecovered.first?.file)
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept.string)) == Data("PK damaged".utf8))
    }

    @Test func whatIsNoMarketIsNotRebuilt() throws {
        let error = try #require(throws: MarketError.self) { try Market.rebuild(scratch.path) }
        #expect(error.kind == .missing)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path.string).isEmpty)
    }
}
