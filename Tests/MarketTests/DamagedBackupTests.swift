import Documents
import Foundation
import Market
import SystemPackage
import TestSupport
import Testing

/// Backups that are not what was backed up: nothing of them gets into a market.
@Suite(.serialized) struct DamagedBackupTests {
    private let scratch: Scratch
    private let zips: Zips
    private let backup: String
    private let package: String

    init() throws {
        scratch = try Scratch()
        zips = Zips(scratch)
        backup = scratch.appending("backup")
        let market = try Backend.sqlite.market(in: scratch)
        let id = try market.add(zips.make("a")).id
        try market.finishNext()
        _ = try market.update(id, zips.make("b"))
        _ = try market.backUp(to: FilePath(backup))
        let digest = try market.list()[0].newest.digest
        package = "\(backup)/packages/\(digest.prefix(2))/\(digest).zip"
    }

    private func refusal(_ backend: Backend = .sqlite) throws -> MarketError {
        let market = try backend.market(in: scratch, named: "new-\(UInt32.random(in: .min ... .max))")
        let error = try #require(throws: MarketError.self) { try market.restore(from: FilePath(backup)) }
        #expect(try market.list().isEmpty)
        // And it can still be made what a good one holds.
        #expect(try market.verify(repairs: true).isSound)
        return error
    }

    private func edit(_ name: String, _ change: (String) -> String) throws {
        let file = URL(fileURLWithPath: "\(backup)/\(name)")
        try Data(change(String(contentsOf: file, encoding: .utf8)).utf8).write(to: file)
    }

    @Test(arguments: Backend.allCases) func aChangedRowIsFound(_ backend: Backend) throws {
        try edit("rows.jsonl") { $0.replacing("Digits", with: "Digitz") }
        #expect(try refusal(backend).description.hasSuffix("is not what was backed up: its SHA-256 is another"))
    }

    @Test func rowsThatEndEarlyAreFound() throws {
        try edit("rows.jsonl") { String($0.dropLast(40)) }
        #expect(try refusal().description.hasSuffix("ends in the middle of a line"))
        try edit("rows.jsonl") { $0.split(separator: "\n").dropLast().joined(separator: "\n") + "\n" }
        #expect(try refusal().kind == .corrupt)
    }

    @Test func aMissingOrOtherPackageIsFound() throws {
        try FileManager.default.removeItem(atPath: package)
        #expect(try refusal().description.contains("there is no file"))
        try FileManager.default.copyItem(atPath: zips.make("c").string, toPath: package)
        #expect(try refusal().description.contains("is not what was backed up: it is the package"))
        try FileManager.default.removeItem(atPath: package)
        try FileManager.default.createSymbolicLink(atPath: package, withDestinationPath: zips.make("b").string)
        #expect(try refusal().description.contains("is a link"))
    }

    @Test func whatIsNoBackupIsNamed() throws {
        try edit("backup.json") { $0.replacing("backup/1", with: "backup/2") }
        let newer = try refusal()
        #expect(newer.kind == .refused && newer.hint?.contains("newer version") == true)
        try edit("backup.json") { _ in "{}" }
        #expect(try refusal().description.hasSuffix("does not say that this is a backup of a market"))
        try FileManager.default.removeItem(atPath: backup + "/backup.json")
        #expect(try refusal().kind == .missing)
        try FileManager.default.removeItem(atPath: backup)
        #expect(try refusal().description == "there is no folder '\(backup)'")
    }

    /// Someone who writes rows writes their digest too.
    @Test(arguments: [
        ("\"newest\":2", "\"newest\":3", "lacks the newest version"),
        ("\"version\":2", "\"version\":0", "is no row of a market"),
        ("\"learnware\":\"00000001\"", "\"learnware\":\"../0001\"", "is no row of a market"),
        ("\"state\":\"waiting\"", "\"state\":\"golden\"", "is no row of a market"),
        ("\"digest\":\"", "\"digest\":\"../", "is no row of a market"),
        ("\"learnware\":\"00000001\"", "\"learnware\":\"00000009\"", "do not agree"),
        ("\"withdrawn\":false", "\"withdrawn\":false,\"withdrawn\":true", "is no row of a market"),
    ]) func rowsThatCannotBeAreRefused(word: String, other: String, reason: String) throws {
        try edit("rows.jsonl") { $0.replacing(word, with: other) }
        let sum = try Tool.run("/usr/bin/env", ["sha256sum", backup + "/rows.jsonl"]).output.prefix(64)
        let text = try String(contentsOfFile: backup + "/backup.json", encoding: .utf8)
        let old = try #require(try JSON.parse(text)["rows"]?.string)
        try edit("backup.json") { $0.replacing(old, with: "sha256:" + sum) }
        let error = try refusal()
        #expect(error.kind == .corrupt && error.description.contains(reason), "\(error)")
    }
}
