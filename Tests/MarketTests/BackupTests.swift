import Documents
import Foundation
import Glibc
import Market
import SystemPackage
import TestSupport
import Testing

/// Backups, and markets that are made of them.
@Suite(.serialized) struct BackupTests {
    private let scratch: Scratch
    private let zips: Zips
    private let backup: FilePath

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
        backup = scratch.path.appending("backup")
    }

    /// A market with one of everything: versions, verdicts, what waits, what is withdrawn, and a name that is gone.
    private func fill(_ market: Market) throws {
        let first = try zips.make("a", name: "Änderung \u{202E} \"q\" \\ \n")
        let id = try market.add(first).id
        try market.finishNext()
        _ = try market.update(id, zips.make("b"))
        try market.finishNext(usable: false)
        let twin = try market.add(first).id
        try market.finishNext()
        try market.setWithdrawn(true, twin)
        let gone = try market.add(zips.make("c")).id
        _ = try market.add(zips.make("d"))
        try market.remove(gone)
        // One is being checked, one is usable and due again.
        #expect(try market.takeJob(worker: "one")?.key.id == "00000004")
        try market.makeDue([id])
    }

    /// All that the database says, as lines.
    private func contents(_ market: Market) throws -> [String] {
        try market.list().flatMap { entry in
            try ["\(entry)"]
                + market.versions(entry.id).map {
                    let details = try market.details(VersionKey(id: entry.id, number: $0.number))
                    return
                        "\(details.version) \(details.semantic) \(details.specification ?? "-") \(details.report ?? "-")"
                }
        }
    }

    @Test(arguments: Backend.allCases, Backend.allCases)
    func aMarketComesBackWhole(_ from: Backend, _ to: Backend) throws {
        let market = try from.market(in: scratch, named: "old")
        try fill(market)
        let stock = try market.backUp(to: backup)
        #expect(stock == Market.Stock(learnwares: 3, versions: 4, packages: 3))
        let restored = try to.market(in: scratch, named: "new")
        #expect(try restored.restore(from: backup) == stock)
        let expected = try contents(market).map { $0.replacing("VersionState.checking", with: "VersionState.waiting") }
        #expect(try contents(restored) == expected)
        #expect(try restored.verify().isSound && restored.verify().superfluous == 0)
        #expect(try restored.usable().map(\.id) == market.usable().map(\.id))
        // What was under way is due again, and so is what was due.
        #expect(try restored.takeJob(worker: "w")?.key == VersionKey(id: "00000001", number: 2))
        #expect(try restored.takeJob(worker: "w")?.key == VersionKey(id: "00000004", number: 1))
        #expect(try restored.takeJob(worker: "w") == nil)
        // No name is given twice.
        #expect(try restored.add(zips.make("a")).id == "00000005")
        let again = try #require(throws: MarketError.self) { try restored.restore(from: backup) }
        #expect(again.kind == .refused && again.description.contains("not empty"))
    }

    /// Adding and removing goes on meanwhile; each backup is the market of one moment.
    @Test(arguments: Backend.allCases) func writersDoNotDisturbIt(_ backend: Backend) async throws {
        let market = try backend.market(in: scratch)
        let files = try (0..<3).map { try zips.make("w\($0)") }
        for file in files { _ = try market.add(file) }
        let path = market.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<2 {
                group.addTask {
                    let own = try Market.open(path)
                    while !Task.isCancelled {
                        let id = try own.add(files[writer]).id
                        try own.remove(id)
                    }
                }
            }
            for index in 0..<5 {
                let target = scratch.path.appending("backup-\(index)")
                let stock = try market.backUp(to: target)
                #expect((3...5).contains(stock.learnwares) && stock.packages == 3, "\(stock)")
                let restored = try Backend.sqlite.market(in: scratch, named: "restored-\(index)")
                #expect(try restored.restore(from: target) == stock)
                #expect(try restored.verify().isSound)
            }
            group.cancelAll()
        }
    }

    @Test func nothingIsReplaced() throws {
        let market = try Backend.sqlite.market(in: scratch)
        for make in [
            { try self.scratch.write("backup", "a file") },
            {
                mkdir(self.backup.string, 0o700)
                return ""
            },
        ] {
            _ = try make()
            let error = try #require(throws: MarketError.self) { try market.backUp(to: backup) }
            #expect(error.kind == .refused && error.description.hasSuffix("exists already; it is not replaced"))
            try FileManager.default.removeItem(atPath: backup.string)
        }
        let nowhere = try #require(throws: MarketError.self) { try market.backUp(to: "/nowhere/backup") }
        #expect(nowhere.kind == .inputOutput)
        for name in ["/", "..", ""] {
            #expect(throws: MarketError.self) { try market.backUp(to: FilePath(name)) }
        }
    }

    /// An empty market has a backup too.
    @Test func whatIsEmptyComesBackEmpty() throws {
        let market = try Backend.sqlite.market(in: scratch)
        try market.remove(market.add(zips.make("a")).id)
        #expect(try market.backUp(to: backup) == Market.Stock())
        let restored = try Backend.sqlite.market(in: scratch, named: "new")
        #expect(try restored.restore(from: backup) == Market.Stock())
        #expect(try restored.add(zips.make("a")).id == "00000002")
    }

    @Test func aDamagedMarketHasNoBackup() throws {
        let market = try Backend.sqlite.market(in: scratch)
        _ = try market.add(zips.make("a"))
        let file = market.file(try market.list()[0].newest).string
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        try FileManager.default.removeItem(atPath: file)
        for damage in [nil, Data("damaged".utf8), try Data(contentsOf: URL(fileURLWithPath: zips.make("b").string))] {
            if let damage { try damage.write(to: URL(fileURLWithPath: file)) }
            let error = try #require(throws: MarketError.self) { try market.backUp(to: backup) }
            #expect(error.kind == .corrupt && error.hint?.contains("lw-dock fsck") == true, "\(error)")
            let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path.string)
            #expect(!left.contains { $0.contains("backup") }, "\(left)")
        }
        try whole.write(to: URL(fileURLWithPath: file))
        #expect(try market.backUp(to: backup).packages == 1)
    }

    /// What a killed process left is removed; what a living one writes is left alone.
    @Test func aPartialBackupIsBegunAnew() throws {
        let market = try Backend.sqlite.market(in: scratch)
        _ = try market.add(zips.make("a"))
        let partial = scratch.appending(".backup.partial")
        try FileManager.default.createDirectory(atPath: partial + "/packages/ab", withIntermediateDirectories: true)
        try scratch.write(".backup.partial/packages/ab/stranger.zip", "left")
        let target = try scratch.write("precious", "kept")
        try FileManager.default.createSymbolicLink(atPath: partial + "/rows.jsonl", withDestinationPath: target)
        let descriptor = open(partial, O_RDONLY | O_DIRECTORY)
        #expect(flock(descriptor, LOCK_EX) == 0)
        let busy = try #require(throws: MarketError.self) { try market.backUp(to: backup) }
        #expect(busy.kind == .busy)
        #expect(FileManager.default.fileExists(atPath: partial + "/packages/ab/stranger.zip"))
        close(descriptor)
        _ = try market.backUp(to: backup)
        let files = try FileManager.default.subpathsOfDirectory(atPath: backup.string).filter { $0.contains(".") }
        let digest = try market.list()[0].newest.digest
        #expect(Set(files) == ["backup.json", "rows.jsonl", "packages/\(digest.prefix(2))/\(digest).zip"])
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept")
        #expect(!FileManager.default.fileExists(atPath: partial))
    }
}
