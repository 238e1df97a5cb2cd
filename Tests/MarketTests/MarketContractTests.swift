import Foundation
import Market
import Packaging
import SystemPackage
import TestSupport
import Testing

/// What every market does, whatever its database.
@Suite(.serialized) struct MarketContractTests {
    private let scratch: Scratch
    private let zips: Zips

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
    }

    @Test(arguments: Backend.allCases) func aLearnwareIsAddedCheckedAndFound(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let zip = try zips.make("a", name: "Digits of a clerk")
        let key = try market.add(zip)
        #expect(key == VersionKey(id: "00000001", number: 1))
        #expect(try market.list().map(\.newest.state) == [.waiting])
        #expect(try market.usable().isEmpty)
        let job = try #require(try market.takeJob(worker: "one"))
        #expect(job.key == key && job.attempts == 1)
        #expect(try market.list().map(\.newest.state) == [.checking])
        #expect(try market.takeJob(worker: "two") == nil)
        #expect(try market.finish(job, .init(isUsable: true, checker: "c 1", report: #"{"a": "\u00e9"}"#)))
        let entry = try #require(try market.list().first)
        #expect(entry.newest.state == .usable && entry.newest.name == "Digits of a clerk")
        #expect(entry.newest.checker == "c 1" && entry.newest.specificationType == "RKMETableSpecification")
        let details = try market.details(key)
        #expect(details.report == #"{"a": "\u00e9"}"#)
        #expect(
            try details.specification
                == String(contentsOfFile: scratch.appending("model-a/stat_spec.json"), encoding: .utf8)
        )
        #expect(try market.usable().map(\.id) == ["00000001"])
        #expect(try market.package(entry.newest).digest == entry.newest.digest)
        // Another process sees the same.
        #expect(try Market.open(market.path).list() == [entry])
        #expect(try market.verify() == Market.open(market.path).verify() && market.verify().isSound)
    }

    @Test(arguments: Backend.allCases) func equalPackagesAreKeptOnce(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let zip = try zips.make("a")
        let (first, second) = (try market.add(zip), try market.add(zip))
        #expect(first.id != second.id)
        let all = try market.list()
        #expect(Set(all.map(\.newest.digest)).count == 1)
        #expect(try market.verify().packages == 1)
        try market.remove(first.id)
        // The other still refers to it.
        #expect(FileManager.default.fileExists(atPath: market.file(all[1].newest).string))
        try market.remove(second.id)
        #expect(!FileManager.default.fileExists(atPath: market.file(all[1].newest).string))
        #expect(try market.verify().isSound && market.verify().superfluous == 0)
    }

    @Test(arguments: Backend.allCases) func aNameIsNeverGivenAgain(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let zip = try zips.make("a")
        let first = try market.add(zip)
        try market.remove(first.id)
        #expect(try market.add(zip).id == "00000002")
        #expect(throws: MarketError.self) { try market.versions(first.id) }
    }

    @Test(arguments: Backend.allCases) func versionsAreKeptAndTheNewestUsableIsFound(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let id = try market.add(zips.make("a", name: "First")).id
        try market.finishNext()
        #expect(try market.update(id, zips.make("b", name: "Second")).number == 2)
        // Until it is checked, and when it fails, the first is found.
        #expect(try market.usable().map(\.details.version.name) == ["First"])
        try market.finishNext(usable: false)
        #expect(try market.usable().map(\.details.version.name) == ["First"])
        #expect(try market.list().map(\.newest.state) == [.unusable])
        #expect(try market.update(id, zips.make("c", name: "Third")).number == 3)
        try market.finishNext()
        #expect(try market.usable().map(\.details.version.name) == ["Third"])
        #expect(try market.versions(id).map(\.state) == [.usable, .unusable, .usable])
        try market.setWithdrawn(true, id)
        #expect(try market.usable().isEmpty && market.list().map(\.isWithdrawn) == [true])
        try market.setWithdrawn(false, id)
        #expect(try market.usable().count == 1)
    }

    @Test(arguments: Backend.allCases) func whatIsRefusedLeavesNothing(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let before = try everyFile(of: market)
        let broken = scratch.path.appending("broken.zip")
        try Data("PK\u{3}\u{4} no".utf8).write(to: URL(fileURLWithPath: broken.string))
        #expect(throws: MarketError.self) { try market.add(broken) }
        let bare = try #require(throws: MarketError.self) { try market.add(zips.make("bare", isSemantic: false)) }
        #expect(bare.description.contains("no semantic specification"))
        #expect(throws: MarketError.self) { try market.update("00000009", zips.make("a")) }
        #expect(throws: MarketError.self) { try market.remove("00000009") }
        let absent = try #require(throws: MarketError.self) { try market.add("/nowhere/x.zip") }
        #expect(absent.kind == .inputOutput && absent.description == "there is no file '/nowhere/x.zip'")
        #expect(try market.list().isEmpty)
        // Zips that were whole may lie there until somebody sweeps; nothing refers to them.
        let found = try market.verify(repairs: true)
        #expect(found.isSound && found.versions == 0)
        #expect(try everyFile(of: market) == before)
        // A failure takes no name away.
        #expect(try market.add(zips.make("a")).id == "00000001")
    }

    private func everyFile(of market: Market) throws -> Set<String> {
        let packages = market.path.appending("packages").string
        return Set(try FileManager.default.subpathsOfDirectory(atPath: packages).filter { $0.contains(".") })
    }

    @Test(arguments: Backend.allCases) func aJobOfADeadWorkerGoesToAnother(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let key = try market.add(zips.make("a"))
        let dead = try #require(try market.takeJob(worker: "dead"))
        #expect(try market.takeJob(worker: "other") == nil)
        try market.expireLeases()
        let job = try #require(try market.takeJob(worker: "other"))
        #expect(job.key == key && job.attempts == 2)
        #expect(try !market.keep(dead) && market.keep(job))
        // What the first says when it wakes up is not written.
        #expect(try !market.finish(dead, .init(isUsable: false, checker: "c", report: "{}")))
        try market.giveBack(job)
        #expect(try market.list().map(\.newest.state) == [.waiting])
        #expect(try #require(try market.takeJob(worker: "third")).attempts == 2)
    }

    @Test(arguments: Backend.allCases) func whatEndsItsWorkersIsUnusable(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let key = try market.add(zips.make("a"))
        for _ in 0..<Market.mostAttempts {
            #expect(try market.takeJob(worker: UUID().uuidString) != nil)
            try market.expireLeases()
        }
        #expect(try market.takeJob(worker: "one more") == nil)
        #expect(try market.list().map(\.newest.state) == [.unusable])
        #expect(try market.details(key).report?.contains("ended its worker 3 times") == true)
        #expect(try market.verify().isSound)
    }

    @Test(arguments: Backend.allCases) func aNewCheckerMakesChecksDue(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let id = try market.add(zips.make("a")).id
        _ = try market.add(zips.make("b"))
        try market.finishNext()
        try market.finishNext(usable: false)
        #expect(try market.requeue(unlessBy: "test 1") == 0)
        #expect(try market.requeue(unlessBy: "test 2") == 2)
        // Twice is once.
        #expect(try market.requeue(unlessBy: "test 2") == 2)
        // It is found while it is checked again for the sake of a new checker: nothing has said that it is bad.
        #expect(try market.usable().map(\.id) == [id])
        let job = try #require(try market.takeJob(worker: "v"))
        #expect(try market.usable().map(\.id) == [id])
        try market.giveBack(job)
        #expect(try market.usable().map(\.id) == [id])
        try market.finishNext()
        try market.finishNext()
        #expect(try market.takeJob(worker: "w") == nil)
    }

    @Test(arguments: Backend.allCases) func whatIsNamedIsDueAndNothingElseIsTaken(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        let ids = try ["a", "b", "c"].map { try market.add(zips.make($0)).id }
        try market.finishNext(usable: false)
        // One that is not there, and nothing is changed.
        let error = try #require(throws: MarketError.self) { try market.makeDue([ids[0], "00000009"]) }
        #expect(error.kind == .missing)
        #expect(try market.takeJob(worker: "w", only: [ids[0]]) == nil)
        for _ in 0..<2 { try market.makeDue([ids[2], ids[0]]) }
        let wanted = [ids[0], ids[2]]
        #expect(try market.takeJob(worker: "w", only: wanted)?.key.id == ids[0])
        #expect(try market.takeJob(worker: "w", only: wanted)?.key.id == ids[2])
        #expect(try market.takeJob(worker: "w", only: wanted) == nil)
        #expect(try market.takeJob(worker: "w")?.key.id == ids[1])
        // What was found before stays until there is another verdict.
        #expect(try market.list().map(\.newest.state) == [.unusable, .checking, .checking])
    }

    /// Many at once, as from many processes: each opens the market for itself.
    @Test(arguments: Backend.allCases) func writersAtOnceLoseNothing(_ backend: Backend) async throws {
        let market = try backend.market(in: scratch)
        let files = try (0..<4).map { try zips.make("z\($0)") }
        let path = market.path
        let keys = try await withThrowingTaskGroup(of: [VersionKey].self) { group in
            for file in files {
                group.addTask {
                    let own = try Market.open(path)
                    return try (0..<5).map { _ in try own.add(file) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(keys).count == 20)
        #expect(try market.list().map(\.id) == keys.map(\.id).sorted())
        let taken = try await withThrowingTaskGroup(of: [VersionKey].self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let own = try Market.open(path)
                    var taken: [VersionKey] = []
                    while let job = try own.takeJob(worker: "worker \(worker)") {
                        taken.append(job.key)
                        _ = try own.finish(job, .init(isUsable: true, checker: "c", report: "{}"))
                    }
                    return taken
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 20 && Set(taken) == Set(keys))
        #expect(try market.verify().isSound && market.usable().count == 20)
    }

    /// A database that is gone is not quietly made anew, empty.
    @Test(arguments: Backend.allCases) func aLostDatabaseIsSaid(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        _ = try market.add(zips.make("a"))
        switch market.location {
        case .sqlite:
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: market.path.string + "/market.sqlite" + suffix)
            }
        case .postgres(let url, let schema):
            try PostgresDatabase(url, schema: schema, isNew: false).removeSchema()
        }
        let error = try #require(throws: MarketError.self) { try Market.open(market.path) }
        #expect(error.kind == .corrupt && error.hint?.contains("backup") == true, "\(error)")
    }

    @Test func aZipThatNoPackageCanBeIsNotEvenCopied() throws {
        let market = try Backend.sqlite.market(in: scratch)
        let file = scratch.appending("huge.zip")
        try Data().write(to: URL(fileURLWithPath: file))
        // Sparse: it takes no room until somebody copies it.
        try FileHandle(forWritingTo: URL(fileURLWithPath: file)).truncate(atOffset: 1 << 40)
        let error = try #require(throws: MarketError.self) { try market.add(FilePath(file)) }
        #expect(error.kind == .package && error.description.contains("1099511627776 bytes"), "\(error)")
    }

    @Test func whatIsAddedAgainMendsADamagedPackage() throws {
        let market = try Backend.sqlite.market(in: scratch)
        let zip = try zips.make("a")
        _ = try market.add(zip)
        let file = market.file(try market.list()[0].newest)
        try Data("damage".utf8).write(to: URL(fileURLWithPath: file.string))
        #expect(try !market.verify().isSound)
        _ = try market.add(zip)
        #expect(try market.verify().isSound)
        #expect(FileManager.default.contentsEqual(atPath: zip.string, andPath: file.string))
    }

    @Test(arguments: Backend.allCases) func verificationFindsWhatIsWrong(_ backend: Backend) throws {
        let market = try backend.market(in: scratch)
        _ = try market.add(zips.make("a"))
        _ = try market.add(zips.make("b"))
        let entries = try market.list()
        let lost = market.file(entries[0].newest)
        try FileManager.default.removeItem(atPath: lost.string)
        let changed = market.file(entries[1].newest)
        try FileManager.default.removeItem(atPath: changed.string)
        try FileManager.default.copyItem(atPath: zips.make("c").string, toPath: changed.string)
        try Data().write(to: URL(fileURLWithPath: market.path.appending("packages/stranger").string))
        let found = try market.verify()
        #expect(!found.isSound && found.findings.count == 3, "\(found.findings)")
        let messages = found.findings.map(\.message).joined(separator: "\n")
        #expect(messages.contains("stranger' is no part of a market"))
        #expect(messages.contains("\(lost)' cannot be used"))
        #expect(messages.contains("\(changed)' holds another package than it is named after"))
        #expect(throws: MarketError.self) { try market.package(entries[1].newest) }
    }
}
