import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Hostile archives")
struct HostileArchiveTests {
    /// What a refusal says with `--json`.
    struct Refusal: Decodable {
        let schema: String
        let rule: String
        let entry: String?
        let offset: Int?
        let detail: String
    }

    @Test("are refused for their own defect, and the package without one is accepted", arguments: Archives.hostile)
    func library(_ archive: HostileArchive) throws {
        let scratch = try Scratch()
        do {
            try Package.open(archive.path).unpack(into: scratch.path, as: "out")
            #expect(archive.rule == nil)
            #expect(scratch.contents.count == 4)
        } catch {
            #expect(error.rule.rawValue == archive.rule, "\(error.message)")
            if let entry = archive.entry, !entry.isEmpty, entry.utf8.count < 256 {
                // A folder is named with or without its slash.
                #expect(error.entry?.trimming(suffix: "/") == entry.trimming(suffix: "/"))
            }
            #expect(error.message.isPrintable)
            #expect(scratch.contents.isEmpty)
        }
    }

    @Test("are refused by the tool, with an object that says why, and nothing is left", arguments: Archives.hostile)
    func tool(_ archive: HostileArchive) throws {
        let scratch = try Scratch()
        let run = try LwPack.run("unpack", archive.path.string, "--output", "out", "--json", in: scratch.path)
        guard let rule = archive.rule else {
            #expect(run.status == 0)
            return
        }
        #expect(scratch.contents.isEmpty)
        // What is no file at all is the caller's mistake; the rest is the package's.
        #expect(run.status == (rule == "not-a-file" ? 3 : 5))
        let refusal = try JSONDecoder().decode(Refusal.self, from: Data(run.output))
        #expect(refusal.schema == "learnware/refusal/1")
        #expect(refusal.rule == rule)
        #expect(!refusal.detail.isEmpty && refusal.detail.isPrintable)
        if let offset = refusal.offset {
            let size = try FileManager.default.attributesOfItem(atPath: archive.path.string)[.size] as? Int
            #expect((0...(size ?? 0)).contains(offset))
        }
        if let offset = archive.offset { #expect(refusal.offset == offset) }
    }

    @Test(
        "are refused in words on standard error as well",
        arguments: ["symbolic-link", "comment", "overlap", "name-parent-0", "checksum-stored"]
    )
    func words(name: String) throws {
        let known = Archives.hostile.first { $0.testDescription == name + ".zip" }
        let archive = try #require(known)
        let scratch = try Scratch()
        let run = try LwPack.run("unpack", archive.path.string, "--output", "out", in: scratch.path)
        #expect(run.status == 5)
        #expect(run.output.isEmpty)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.first?.hasPrefix("error: ") == true)
        #expect(lines.contains { $0.hasPrefix("rule: \(archive.rule ?? "")") }, "\(run.errors)")
        #expect(scratch.contents.isEmpty)
    }

    @Test("break every rule that there is for archives")
    func everyRule() {
        let broken = Set(Archives.hostile.compactMap(\.rule))
        // Time is not a matter of the zip alone; it has a test of its own. Links and pipes are no zips.
        let rules = Set(PackageError.Rule.archive.map(\.rawValue)).subtracting(["time"]).union(["not-a-file"])
        #expect(rules.subtracting(broken) == [], "rules without a hostile archive")
        #expect(broken.subtracting(rules) == [], "rules that are not there")
        #expect(Archives.hostile.count > 75)
    }
}

extension String {
    func trimming(suffix: Character) -> Substring {
        last == suffix ? dropLast() : self[...]
    }

    /// True without anything that a terminal obeys.
    var isPrintable: Bool {
        unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{202E}" }
    }
}
