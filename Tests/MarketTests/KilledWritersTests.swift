import Foundation
import Glibc
import Market
import SystemPackage
import TestSupport
import Testing

/// Processes that add, update and remove, and are killed at random moments.
@Suite(.serialized) struct KilledWritersTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Whatever was confirmed is there, and nothing is half there.
    @Test(.timeLimit(.minutes(30)), arguments: Backend.allCases)
    func nothingIsLostOrHalfDone(_ backend: Backend) async throws {
        let market = try backend.market(in: scratch)
        let zips = Zips(scratch)
        let files = try (0..<3).map { try zips.make("k\($0)").string }
        var generator = SeededGenerator(seed: 7)
        var confirmed: Set<String> = []
        var removed: Set<String> = []
        var kills = 0
        let wanted = Checkout.isSoak ? 200 : 10
        while kills < wanted {
            // Four at once, each with a task of its own, and a moment to die at.
            var running: [(process: Process, removes: String?)] = []
            for _ in 0..<4 {
                let file = files[Int.random(in: 0..<3, using: &generator)]
                let known = confirmed.subtracting(removed).sorted()
                var arguments = ["add", file, file]
                var target: String?
                if known.count > 3, Bool.random(using: &generator) {
                    let id = known[Int.random(in: 0..<known.count, using: &generator)]
                    if Bool.random(using: &generator) {
                        arguments = ["update", id, file]
                    } else {
                        arguments = ["remove", id]
                        target = id
                    }
                }
                let process = try Tool.start("lw-dock", arguments + ["--market", market.path.string])
                running.append((process, target))
            }
            for (process, target) in running {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &generator)))
                if process.isRunning {
                    kill(process.processIdentifier, SIGKILL)
                    kills += 1
                }
                process.waitUntilExit()
                let output = (process.standardOutput as? Pipe)?.fileHandleForReading.readDataToEndOfFile() ?? Data()
                for line in String(decoding: output, as: UTF8.self).split(separator: "\n") where target == nil {
                    let id = line.prefix(8)
                    if line.hasSuffix(".zip"), id.allSatisfy(\.isNumber) { confirmed.insert(String(id)) }
                }
                // A removal may have happened, whether or not it was confirmed.
                if let target { removed.insert(target) }
            }
            let found = try Market.open(market.path).verify()
            #expect(found.isSound, "after \(kills) kills: \(found.findings)")
            let there = Set(try market.list().map(\.id))
            #expect(confirmed.subtracting(removed).isSubset(of: there))
        }
        #expect(try market.verify(repairs: true).isSound)
        let found = try market.verify()
        #expect(found.superfluous == 0 && found.versions > 0, "\(found)")
        let arriving = market.path.appending("packages/arriving").string
        #expect(try FileManager.default.contentsOfDirectory(atPath: arriving).isEmpty)
        // Every job that was there still is.
        while try market.takeJob(worker: "last") != nil {}
        #expect(try market.list().allSatisfy { $0.newest.state == .checking })
    }
}
