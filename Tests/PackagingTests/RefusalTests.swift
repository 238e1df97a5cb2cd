import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

/// One hostile zip and the rule that it breaks.
struct Hostile: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rule: PackageError.Rule
    let bytes: @Sendable () -> [UInt8]

    init(_ name: String, _ rule: PackageError.Rule, bytes: @escaping @Sendable () -> [UInt8]) {
        testDescription = name
        self.rule = rule
        self.bytes = bytes
    }

    init(_ name: String, _ rule: PackageError.Rule, _ zip: @escaping @Sendable () -> RawZip) {
        self.init(name, rule, bytes: { zip().bytes })
    }

    /// A good package with one entry of this name.
    init(name: String, _ rule: PackageError.Rule) {
        self.init("name \(name.debugDescription)", rule) { .package(adding: [RawZip.Entry(name)]) }
    }

    init(_ name: String, _ rule: PackageError.Rule, entry: @escaping @Sendable () -> RawZip.Entry) {
        self.init(name, rule) { .package(adding: [entry()]) }
    }
}

@Suite("Hostile zips are refused")
struct RefusalTests {
    static let names = [
        Hostile(name: "../outside", .nameParent),
        Hostile(name: "a/../../outside", .nameParent),
        Hostile(name: "a/..", .nameParent),
        Hostile(name: "..", .nameParent),
        // To Swift, a slash with a mark on it is one character and no slash.
        Hostile(name: "a/\u{301}b/../\u{301}c/../\u{301}d", .nameParent),
        Hostile(name: "a//\u{301}b", .nameEmpty),
        Hostile(name: "./a", .nameParent),
        Hostile(name: "/etc/cron.d/x", .nameAbsolute),
        Hostile(name: "//x", .nameAbsolute),
        Hostile(name: "a//b", .nameEmpty),
        Hostile(name: "", .nameEmpty),
        Hostile(name: "a\\..\\b", .nameBackslash),
        Hostile(name: "C:/x", .nameColon),
        Hostile(name: "a\0.py", .nameControl),
        Hostile(name: "a\nb", .nameControl),
        Hostile(name: "a\u{1B}[2Jb", .nameControl),
        Hostile(name: "a\u{9B}b", .nameControl),
        Hostile("name that is not UTF-8", .nameEncoding) {
            .package(adding: [RawZip.Entry([0x61, 0xFF, 0xFE], [1])])
        },
        Hostile(name: String(repeating: "a", count: 256), .nameTooLong),
        Hostile(name: (0..<5).map { _ in String(repeating: "b", count: 250) }.joined(separator: "/"), .nameTooLong),
        Hostile(name: (0..<17).map { "d\($0)" }.joined(separator: "/"), .nameTooDeep),
    ]

    static let duplicates = [
        Hostile(name: "learnware.yaml", .nameDuplicate),
        Hostile(name: "LEARNWARE.yaml", .nameDuplicate),
        Hostile("two names that case folding makes one", .nameDuplicate) {
            .package(adding: [RawZip.Entry("straße"), RawZip.Entry("STRASSE")])
        },
        Hostile("two names that normalising makes one", .nameDuplicate) {
            .package(adding: [RawZip.Entry("caf\u{E9}"), RawZip.Entry("cafe\u{301}")])
        },
        Hostile("two folders that case folding makes one", .nameDuplicate) {
            .package(adding: [RawZip.Entry("Data/a"), RawZip.Entry("data/b")])
        },
        Hostile("a folder twice", .nameDuplicate) {
            .package(adding: [RawZip.Entry("d/", ""), RawZip.Entry("d/", "")])
        },
        Hostile("a file that is another's folder", .nameConflict) {
            .package(adding: [RawZip.Entry("a"), RawZip.Entry("a/b")])
        },
        Hostile("a folder that is then a file", .nameConflict) {
            .package(adding: [RawZip.Entry("a/b"), RawZip.Entry("a")])
        },
        Hostile(
            "another name in the entry's own header",
            .nameMismatch,
            entry: {
                RawZip.Entry("good.txt").with { $0.localName = Array("evil.py".utf8) }
            }
        ),
    ]

    static let kinds = [
        Hostile("a symbolic link", .link, entry: { RawZip.Entry("l", "/etc/passwd").with { $0.mode = 0o120777 } }),
        Hostile("a character device", .specialFile, entry: { RawZip.Entry("d", "").with { $0.mode = 0o020666 } }),
        Hostile("a block device", .specialFile, entry: { RawZip.Entry("d", "").with { $0.mode = 0o060666 } }),
        Hostile("a pipe", .specialFile, entry: { RawZip.Entry("p", "").with { $0.mode = 0o010666 } }),
        Hostile("a socket", .specialFile, entry: { RawZip.Entry("s", "").with { $0.mode = 0o140777 } }),
        Hostile("set-user-id", .setID, entry: { RawZip.Entry("u").with { $0.mode = 0o104755 } }),
        Hostile("set-group-id", .setID, entry: { RawZip.Entry("g").with { $0.mode = 0o102755 } }),
        Hostile("a sticky folder", .setID, entry: { RawZip.Entry("t/", "").with { $0.mode = 0o041777 } }),
        Hostile("an encrypted entry", .encrypted, entry: { RawZip.Entry("e").with { $0.flags = 1 } }),
        Hostile("a strongly encrypted entry", .encrypted, entry: { RawZip.Entry("e").with { $0.flags = 0x41 } }),
        Hostile("a folder with contents", .folder, entry: { RawZip.Entry("f/", "x") }),
        Hostile("an entry packed with bzip2", .method, entry: { RawZip.Entry("b").with { $0.method = 12 } }),
        Hostile("an entry packed with LZMA", .method, entry: { RawZip.Entry("b").with { $0.method = 14 } }),
    ]

    static let contents = [
        Hostile(
            "a bomb",
            .ratio,
            entry: {
                RawZip.Entry(Array("zeros".utf8), [UInt8](repeating: 0, count: 4 << 20)).with { $0.deflated = true }
            }
        ),
        Hostile(
            "more bytes than declared",
            .sizeMismatch,
            entry: {
                RawZip.Entry(Array("long".utf8), Array(repeating: 7, count: 1 << 20)).with {
                    $0.deflated = true
                    $0.declaredSize = 5
                }
            }
        ),
        Hostile("a wrong checksum", .checksum, entry: { RawZip.Entry("c").with { $0.declaredChecksum = 1 } }),
        Hostile(
            "deflated bytes that are none",
            .damaged,
            entry: {
                RawZip.Entry("c", "\u{7}\u{7}\u{7}\u{7}").with { $0.method = 8 }
            }
        ),
    ]

    static let wholes = [
        Hostile("no zip at all", .noZip, bytes: { Array("GIF89a, and so on, but nothing that a zip has".utf8) }),
        Hostile("an empty file", .noZip, bytes: { [] }),
        Hostile("half a zip", .noZip, bytes: { Array(RawZip.package().bytes.dropLast(60)) }),
        Hostile("bytes before the zip", .directory, bytes: { Array("#!/bin/sh\n".utf8) + RawZip.package().bytes }),
        Hostile("a directory that has more entries than the end record says", .entryCount) {
            var zip = RawZip.package()
            zip.declaredCount = 2
            return zip
        },
        Hostile("a directory that has fewer entries than the end record says", .entryCount) {
            var zip = RawZip.package()
            zip.declaredCount = 9
            return zip
        },
        Hostile("bytes after the end", .trailingBytes) {
            var zip = RawZip.package()
            zip.suffix = Array("trailing".utf8)
            return zip
        },
        Hostile("two records with one offset", .overlap) {
            .package(adding: [
                RawZip.Entry("a", String(repeating: "x", count: 64)),
                RawZip.Entry("b", String(repeating: "x", count: 64)).with { $0.sharesPrevious = true },
            ])
        },
        Hostile("entries that overlap", .overlap) {
            .package(
                adding: [RawZip.Entry(Array("a".utf8), Array(repeating: 1, count: 5000))]
                    + (0..<50).map { index in
                        RawZip.Entry(Array("b\(index)".utf8), Array(repeating: 1, count: 5000)).with {
                            $0.sharesPrevious = true
                        }
                    }
            )
        },
        Hostile("too many entries", .tooManyEntries) {
            .package(adding: (0..<4094).map { RawZip.Entry("f\($0)", "") })
        },
        Hostile("no learnware.yaml", .manifestMissing) { RawZip(entries: [RawZip.Entry("__init__.py")]) },
        Hostile("two top folders", .manifestMissing) {
            RawZip(entries: [RawZip.Entry("a/learnware.yaml", "name: a\n"), RawZip.Entry("b/x")])
        },
        Hostile("a module that is not there", .fileMissing) {
            RawZip(entries: [RawZip.Entry("learnware.yaml", "name: a\n")])
        },
    ]

    @Test("by their own rule, leaving nothing", arguments: names + duplicates + kinds + contents + wholes)
    func refused(_ hostile: Hostile) throws {
        let scratch = try Scratch()
        let zip = try scratch.write(hostile.bytes(), to: "h.zip")
        let error = #expect(throws: PackageError.self) {
            let package = try Package.open(zip)
            try package.unpack(into: scratch.path, as: "out")
        }
        #expect(error?.rule == hostile.rule, "\(error.map(\.message) ?? "")")
        #expect(scratch.contents == ["h.zip"])
        // One sentence without anything that a terminal obeys.
        let message = try #require(error?.message)
        #expect(
            !message.isEmpty
                && message.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        )
    }

    @Test("that are too large for their limits")
    func limits() throws {
        let scratch = try Scratch()
        let zip = try scratch.write(RawZip.package().bytes, to: "p.zip")
        func rule(_ change: (inout ArchiveLimits) -> Void) -> PackageError.Rule? {
            var limits = ArchiveLimits.standard
            change(&limits)
            do throws(PackageError) {
                _ = try Package.open(zip, limits: limits)
                return nil
            } catch {
                return error.rule
            }
        }
        #expect(rule { _ in } == nil)
        #expect(rule { $0.archiveBytes = 100 } == .archiveTooLarge)
        #expect(rule { $0.fileBytes = 12 } == .fileTooLarge)
        #expect(rule { $0.totalBytes = 30 } == .totalTooLarge)
        #expect(rule { $0.entries = 2 } == .tooManyEntries)
        #expect(rule { $0.seconds = 1e-9 } == .time)
    }

    @Test("through a link, a folder or a pipe")
    func noRegularFile() throws {
        let scratch = try Scratch()
        let zip = try scratch.write(RawZip.package().bytes, to: "p.zip")
        let link = scratch.file("link.zip")
        #expect(symlink(zip.string, link.string) == 0)
        let pipe = scratch.file("pipe.zip")
        #expect(mkfifo(pipe.string, 0o600) == 0)
        for path in [link, pipe, scratch.path] {
            let error = #expect(throws: PackageError.self) { try Package.open(path) }
            #expect(error?.rule == .notAFile)
        }
        #expect(throws: PackageError.self) { try Package.open(scratch.file("missing.zip")) }
    }
}
