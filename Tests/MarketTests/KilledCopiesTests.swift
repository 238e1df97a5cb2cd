import Foundation
import Glibc
import Market
import SystemPackage
import TestSupport
import Testing

/// Imports, backups and restorations that are killed at random moments, and begun again.
@Suite(.serialized) struct KilledCopiesTests {
    private let scratch: Scratch
    private let zips: Zips
    private let wanted = Checkout.isSoak ? 200 : 10

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
    }

    /// Runs a command again and again until so many were killed; looks after each.
    private func killing(_ arguments: [String], after begin: () throws -> Void = {}, look: () throws -> Void)
        async throws
    {
        var generator = SeededGenerator(seed: 11)
        // How long one takes, so that the moments lie within.
        var longest = 200
        var kills = 0
        for _ in 0..<wanted * 20 where kills < wanted {
            try begin()
            let start = ContinuousClock.now
            let process = try Tool.start("lw-dock", arguments)
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...longest, using: &generator)))
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
            }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal {
                kills += 1
            } else {
                longest = max(5, Int((ContinuousClock.now - start) / .milliseconds(1)))
            }
            try look()
        }
        #expect(kills >= wanted)
    }

    @Test(.timeLimit(.minutes(30)), arguments: Backend.allCases)
    func anImportGoesOnWhereItWasKilled(_ backend: Backend) async throws {
        let folder = try PythonMarketFolder(scratch.appending("python"))
        let count = 12
        let zip = try zips.make("a").string
        let semantic = try String(
            contentsOfFile: scratch.appending("model-a/semantic_specification.json"),
            encoding: .utf8
        )
        for index in 0..<count {
            try folder.add(
                String(index),
                zip: zip,
                semantic: semantic.replacing("\"Name\"", with: "\"Number\": {\"Values\": \"\(index)\"}, \"Name\"")
            )
        }
        let market = try backend.market(in: scratch)
        var known = 0
        try await killing(
            ["import", "--market", market.path.string, folder.path],
            look: {
                let list = try market.list()
                #expect(list.count >= known && list.count <= count)
                #expect(try market.verify().isSound)
                known = list.count
                guard known == count else { return }
                // All of it is there: from the beginning.
                for entry in list { try market.remove(entry.id) }
                known = 0
            }
        )
        let last = try Tool.run("lw-dock", ["import", "--market", market.path.string, folder.path])
        #expect(last.status == 0 && last.output.hasSuffix(", 0 refused\n"), "\(last)")
        // Nothing is there twice.
        #expect(try market.list().count == count)
        #expect(try market.verify(repairs: true).isSound)
        let arriving = market.path.appending("packages/arriving").string
        #expect(try FileManager.default.contentsOfDirectory(atPath: arriving).isEmpty)
    }

    /// A backup is there, whole, or it is not there.
    @Test(.timeLimit(.minutes(30)), arguments: Backend.allCases)
    func aBackupIsWholeOrAbsent(_ backend: Backend) async throws {
        let market = try backend.market(in: scratch)
        for index in 0..<8 { _ = try market.add(zips.make("z\(index)")) }
        let target = scratch.path.appending("backup")
        var checked = 0
        try await killing(
            ["backup", "--market", market.path.string, target.string],
            after: { try? FileManager.default.removeItem(atPath: target.string) },
            look: {
                guard FileManager.default.fileExists(atPath: target.string) else { return }
                checked += 1
                guard checked < 4 else { return }
                let restored = try Backend.sqlite.market(in: scratch, named: "restored-\(checked)")
                #expect(try restored.restore(from: target).versions == 8)
                #expect(try restored.verify().isSound)
            }
        )
        try? FileManager.default.removeItem(atPath: target.string)
        #expect(try market.backUp(to: target).packages == 8)
        #expect(!FileManager.default.fileExists(atPath: scratch.appending(".backup.partial")))
    }

    /// A market is what the backup holds, or it is empty and can become that.
    @Test(.timeLimit(.minutes(30)), arguments: Backend.allCases)
    func aRestoredMarketIsWholeOrEmpty(_ backend: Backend) async throws {
        let market = try Backend.sqlite.market(in: scratch)
        for index in 0..<8 { _ = try market.add(zips.make("z\(index)")) }
        let backup = scratch.path.appending("backup")
        _ = try market.backUp(to: backup)
        let expected = try market.list()
        let target = try backend.market(in: scratch, named: "target")
        try await killing(
            ["restore", "--market", target.path.string, backup.string],
            look: {
                let list = try target.list()
                #expect(list.isEmpty || list == expected)
                #expect(try target.verify().isSound)
                // Empty again, with whatever is left in its folder.
                for entry in list { try target.remove(entry.id) }
            }
        )
        #expect(try target.restore(from: backup).versions == 8)
        #expect(try target.list() == expected)
        #expect(try target.verify().isSound)
    }

    /// A market that is rebuilt has all its packages again, or none and can be rebuilt.
    @Test(.timeLimit(.minutes(30)), arguments: Backend.allCases)
    func aRebuiltMarketIsWholeOrEmpty(_ backend: Backend) async throws {
        let market = try backend.market(in: scratch)
        for index in 0..<8 { _ = try market.add(zips.make("z\(index)")) }
        var isLost = false
        try await killing(
            ["rebuild", "--market", market.path.string],
            after: {
                // What was made is lost once more, and what was begun goes on.
                if !isLost { try market.loseDatabase() }
            },
            look: {
                let opened = try? Market.open(market.path)
                let list = try opened?.list() ?? []
                #expect(list.isEmpty || list.count == 8)
                isLost = list.isEmpty
            }
        )
        if isLost { _ = try Market.rebuild(market.path) }
        let rebuilt = try Market.open(market.path)
        #expect(try rebuilt.list().map(\.id) == (1...8).map { "0000000\($0)" })
        #expect(try rebuilt.verify(repairs: true).isSound)
    }
}
