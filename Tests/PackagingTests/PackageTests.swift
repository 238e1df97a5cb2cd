import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Opening and unpacking")
struct PackageTests {
    private func package(_ zip: RawZip, in scratch: Scratch) throws -> Package {
        try Package.open(try scratch.write(zip.bytes, to: "p.zip"))
    }

    @Test("a single top folder is taken away")
    func topFolder() throws {
        let scratch = try Scratch()
        let inner = RawZip.package(adding: [RawZip.Entry("sub/data.txt", "d")])
        let plain = try package(inner, in: scratch)
        for hasFolderEntry in [true, false] {
            var wrapped = inner
            for index in wrapped.entries.indices {
                wrapped.entries[index].name = Array("top/".utf8) + wrapped.entries[index].name
            }
            if hasFolderEntry {
                wrapped.entries.insert(RawZip.Entry("top/", "").with { $0.mode = 0o040755 }, at: 0)
            }
            let package = try package(wrapped, in: scratch)
            #expect(package.entries.map(\.name) == plain.entries.map(\.name))
            #expect(package.digest == plain.digest)
            #expect(try package.read("sub/data.txt", limit: 10) == Array("d".utf8))
            try package.unpack(into: scratch.path, as: "out\(hasFolderEntry)")
            #expect(try scratch.read("out\(hasFolderEntry)/sub/data.txt") == Array("d".utf8))
        }
    }

    @Test("the digest depends on names, modes and contents, not on compression, order or other mode bits")
    func digest() throws {
        let scratch = try Scratch()
        let entry = RawZip.Entry(Array("data.bin".utf8), Array(repeating: 9, count: 1000))
        func digest(_ change: (inout RawZip) -> Void) throws -> String {
            var zip = RawZip.package(adding: [entry])
            change(&zip)
            return try package(zip, in: scratch).digest
        }
        let plain = try digest { _ in }
        #expect(try digest { $0.entries[3].deflated = true } == plain)
        #expect(try digest { $0.entries.reverse() } == plain)
        #expect(try digest { $0.entries[3].mode = 0o100600 } == plain)
        #expect(try digest { $0.entries[3].mode = 0 } == plain)
        #expect(try digest { $0.entries[3].mode = 0o100755 } != plain)
        #expect(try digest { $0.entries[3].name = Array("data.bim".utf8) } != plain)
        #expect(try digest { $0.entries[3].contents[7] = 8 } != plain)
        #expect(try digest { $0.entries.append(RawZip.Entry("empty/", "")) } != plain)
    }

    @Test("the digest is the one that its definition gives")
    func digestDefinition() throws {
        let scratch = try Scratch()
        let zip = RawZip.package(adding: [
            RawZip.Entry("bin/run", "#!").with { $0.mode = 0o100755 }, RawZip.Entry("empty/", ""),
        ])
        let script = """
            import hashlib, sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            out = b'learnware-content 1\\n'
            for name in sorted(n.rstrip('/').encode() for n in z.namelist()):
                if name == b'empty':
                    out += b'755 - empty\\0'
                    continue
                mode = b'755' if name == b'bin/run' else b'644'
                out += mode + b' ' + hashlib.sha256(z.read(name.decode())).hexdigest().encode() + b' ' + name + b'\\0'
            print(hashlib.sha256(out).hexdigest())
            """
        let package = try package(zip, in: scratch)
        let run = try Run.python(script, [scratch.file("p.zip").string])
        #expect(run.text == package.digest + "\n")
        #expect(package.emptyFolders == ["empty"])
    }

    @Test("unpacked files are 0644 or 0755 and folders 0755")
    func modes() throws {
        let scratch = try Scratch()
        let zip = RawZip.package(adding: [
            RawZip.Entry("bin/run").with { $0.mode = 0o100777 }, RawZip.Entry("secret").with { $0.mode = 0o100600 },
            RawZip.Entry("dos").with { $0.mode = 0 }, RawZip.Entry("empty/", "").with { $0.mode = 0o040700 },
        ])
        try package(zip, in: scratch).unpack(into: scratch.path, as: "out")
        #expect(try scratch.permissions(of: "out") == 0o755)
        #expect(try scratch.permissions(of: "out/bin") == 0o755)
        #expect(try scratch.permissions(of: "out/bin/run") == 0o755)
        #expect(try scratch.permissions(of: "out/secret") == 0o644)
        #expect(try scratch.permissions(of: "out/dos") == 0o644)
        #expect(try scratch.permissions(of: "out/empty") == 0o755)
    }

    @Test("an existing target is not touched", arguments: ["folder", "empty", "file", "link"])
    func existingTarget(kind: String) throws {
        let scratch = try Scratch()
        let package = try package(.package(), in: scratch)
        switch kind {
        case "folder": try scratch.write("mine", to: "out/mine")
        case "empty":
            try FileManager.default.createDirectory(
                atPath: scratch.file("out").string,
                withIntermediateDirectories: false
            )
        case "file": try scratch.write("mine", to: "out")
        default: #expect(symlink("nowhere", scratch.file("out").string) == 0)
        }
        let before = scratch.contents
        let error = #expect(throws: PackageError.self) { try package.unpack(into: scratch.path, as: "out") }
        #expect(error?.rule == .targetExists)
        #expect(scratch.contents == before)
    }

    @Test("a target name that is no name is refused", arguments: ["..", ".", "", "a/b", "/"])
    func targetName(name: String) throws {
        let scratch = try Scratch()
        let package = try package(.package(), in: scratch)
        #expect(throws: PackageError.self) { try package.unpack(into: scratch.path, as: name) }
        #expect(scratch.contents == ["p.zip"])
    }

    @Test("a zip that changes after it was checked is not unpacked")
    func changed() throws {
        let scratch = try Scratch()
        let original = RawZip.package(adding: [RawZip.Entry("model", "good")])
        let package = try package(original, in: scratch)
        let changed = RawZip.package(adding: [RawZip.Entry("model", "evil")])
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("p.zip").string))
        try handle.write(contentsOf: Data(changed.bytes))
        try handle.close()
        let error = #expect(throws: PackageError.self) { try package.unpack(into: scratch.path, as: "out") }
        #expect(error?.rule == .changed)
        #expect(scratch.contents == ["p.zip"])
    }

    @Test("a cancelled task leaves nothing")
    func cancelled() async throws {
        let scratch = try Scratch()
        let package = try package(.package(), in: scratch)
        let path = scratch.path
        let task = Task { () throws -> Void in
            while !Task.isCancelled { await Task.yield() }
            try package.unpack(into: path, as: "out")
        }
        task.cancel()
        let error = await #expect(throws: PackageError.self) { try await task.value }
        #expect(error?.rule == .interrupted)
        #expect(scratch.contents == ["p.zip"])
    }

    @Test("several tasks read one package at the same time")
    func concurrentReads() async throws {
        let scratch = try Scratch()
        let entries = (0..<20).map { index in
            RawZip.Entry(Array("f\(index)".utf8), Array(repeating: UInt8(index), count: 50_000)).with {
                $0.deflated = true
            }
        }
        let package = try package(.package(adding: entries), in: scratch)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<20 {
                group.addTask {
                    try package.read("f\(index)", limit: 50_000) == Array(repeating: UInt8(index), count: 50_000)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test("reading keeps to its limit and to the names that there are")
    func read() throws {
        let scratch = try Scratch()
        let package = try package(.package(), in: scratch)
        #expect(try package.read("learnware.yaml", limit: 10) == Array("name: raw\n".utf8))
        #expect(throws: PackageError.self) { try package.read("learnware.yaml", limit: 9) }
        #expect(throws: PackageError.self) { try package.read("../p.zip", limit: 9) }
    }

    @Test("names outside ASCII keep their bytes, whatever the locale", arguments: ["模型.txt", "cafe\u{301}.txt"])
    func unicodeNames(name: String) throws {
        let scratch = try Scratch()
        let entry = RawZip.Entry(name).with { $0.flags = 0x0800 }
        let package = try package(.package(adding: [entry]), in: scratch)
        #expect(package.entries.contains { $0.name.utf8.elementsEqual(name.utf8) })
    }

    @Test("the file digest is that of the zip's bytes")
    func fileDigest() throws {
        let scratch = try Scratch()
        let package = try package(.package(), in: scratch)
        let run = try Run("/usr/bin/sha256sum", [scratch.file("p.zip").string])
        #expect(run.text.hasPrefix(try package.fileDigest() + " "))
    }

    @Test("an environment in UTF-16 is read, whichever its byte order, and noted", arguments: [false, true])
    func utf16(isBigEndian: Bool) throws {
        let scratch = try Scratch()
        var zip = RawZip.package()
        zip.entries[2].contents = UTF16Text.bytes("numpy==2.4.6\r\n", isBigEndian: isBigEndian)
        let package = try package(zip, in: scratch)
        #expect(package.environment.requirements.lines.map(\.canonicalText) == ["numpy==2.4.6"])
        #expect(package.warnings.contains { $0.hasPrefix("requirements.txt: the file is UTF-16") })
    }

    @Test("other texts in UTF-16 are refused with the way to convert them")
    func utf16Manifest() throws {
        let scratch = try Scratch()
        var zip = RawZip.package()
        let manifest = try #require(zip.entries.firstIndex { $0.name == Array("learnware.yaml".utf8) })
        zip.entries[manifest].contents = UTF16Text.bytes("name: a\n", isBigEndian: false)
        let error = #expect(throws: PackageError.self) { try package(zip, in: scratch) }
        #expect(error?.rule == .encoding)
        #expect(error?.hint?.contains("iconv") == true)
    }

    static let broken: [[UInt8]] = [
        [0xFF, 0xFE, 0x61], [0xFF, 0xFE, 0x00, 0xD8, 0x61, 0x00], [0xFE, 0xFF, 0xDC, 0x00], [0x61, 0x00, 0x62, 0x00],
        [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], [0xC3, 0x28],
    ]

    @Test("an environment that is no text in any encoding is refused", arguments: broken)
    func brokenText(bytes: [UInt8]) throws {
        let scratch = try Scratch()
        var zip = RawZip.package()
        zip.entries[2].contents = bytes
        let error = #expect(throws: PackageError.self) { try package(zip, in: scratch) }
        #expect(error?.rule == .encoding)
        #expect(error?.message.contains("requirements.txt") == true)
    }

    @Test("a byte order mark before UTF-8 does no harm")
    func byteOrderMark() throws {
        let scratch = try Scratch()
        var zip = RawZip.package()
        zip.entries[2].contents = [0xEF, 0xBB, 0xBF] + zip.entries[2].contents
        #expect(try package(zip, in: scratch).environment.requirements.lines.map(\.name) == ["numpy"])
    }
}
