import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Large archives", .serialized)
struct LargeArchiveTests {
    /// The most memory that a tool may ever have, in KiB, however large the package is.
    static let memoryLimit = 64 << 10

    /// Makes a package with `large.py`.
    private func make(_ kind: String, _ number: Int, at path: FilePath) throws {
        let arguments = ["python3", "-B", "\(Archives.scripts)/large.py", kind, path.string, String(number)]
        let run = try Run("/usr/bin/env", arguments)
        try #require(run.status == 0, "\(run.errors)")
    }

    /// Runs a tool and returns its status, what it said on standard error, and its peak memory in KiB.
    private func measured(_ arguments: [String], in folder: FilePath) throws -> (
        status: Int, errors: String, memory: Int
    ) {
        let script = """
            import os, subprocess, sys
            tool = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(tool.pid, 0)
            print(os.WEXITSTATUS(status), usage.ru_maxrss)
            """
        let run = try Run("/usr/bin/env", ["python3", "-c", script, LwPack.path] + arguments, in: folder)
        let numbers = run.text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count == 2, "\(run.errors)")
        return (numbers[0], run.errors, numbers[1])
    }

    @Test("with 70,000 entries are refused, unless they are asked for")
    func entries() throws {
        let scratch = try Scratch()
        try make("entries", 70_000, at: scratch.file("many.zip"))
        let refused = try measured(["inspect", "many.zip"], in: scratch.path)
        #expect(refused.status == 5)
        #expect(refused.errors.contains("too-many-entries"), "\(refused.errors)")
        #expect(refused.memory < Self.memoryLimit)
        let inspected = try measured(["inspect", "many.zip", "--max-entries", "100000"], in: scratch.path)
        #expect(inspected.status == 0, "\(inspected.errors)")
        guard Checkout.isSoak else { return }
        let unpacked = try measured(
            ["unpack", "many.zip", "--output", "out", "--max-entries", "100000"],
            in: scratch.path
        )
        #expect(unpacked.status == 0, "\(unpacked.errors)")
        let files = try Run("/bin/sh", ["-c", "find out -type f | wc -l"], in: scratch.path)
        #expect(files.text == "70000\n")
    }

    @Test("with 64-bit sizes and a hole are read in bounded memory")
    func hole() throws {
        guard Checkout.isSoak else { return }
        let scratch = try Scratch()
        try make("hole", (1 << 30) + (1 << 28), at: scratch.file("hole.zip"))
        let inspected = try measured(["inspect", "hole.zip"], in: scratch.path)
        #expect(inspected.status == 0, "\(inspected.errors)")
        #expect(inspected.memory < Self.memoryLimit, "\(inspected.memory) KiB")
    }

    @Test("of 5 GB, made by us and by Python, are unpacked in bounded memory to what was put in")
    func weights() throws {
        // `make soak` packs and unpacks all of it, a few minutes and 15 GB of disk.
        guard Checkout.isSoak else { return }
        let scratch = try Scratch()
        let size = 5_000_000_000
        try make("tree", size, at: scratch.file("tree"))
        let built = try measured(["build", "tree", "--output", "ours.zip"], in: scratch.path)
        #expect(built.status == 0, "\(built.errors)")
        #expect(built.memory < Self.memoryLimit, "\(built.memory) KiB")
        let script = "import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None"
        _ = try Run.python(script, [scratch.file("ours.zip").string])
        try unpack("ours.zip", in: scratch)
        try make("weights", size, at: scratch.file("python.zip"))
        try unpack("python.zip", in: scratch)
    }

    /// Unpacks a zip of `tree`, and removes it and what came out of it.
    private func unpack(_ zip: String, in scratch: Scratch) throws {
        let unpacked = try measured(["unpack", zip, "--output", "out"], in: scratch.path)
        #expect(unpacked.status == 0, "\(zip): \(unpacked.errors)")
        #expect(unpacked.memory < Self.memoryLimit, "\(zip): \(unpacked.memory) KiB")
        let same = try Run("/usr/bin/env", ["diff", "-r", "tree", "out"], in: scratch.path)
        #expect(same.status == 0, "\(zip): \(same.text)")
        for name in ["out", zip] { try FileManager.default.removeItem(atPath: scratch.file(name).string) }
    }
}
