import Foundation
import Glibc
import Packaging
import SystemPackage
import Testing

/// A Python that reads zips as long as it is asked to: the independent reader of the differential tests.
final class PythonReader {
    struct Answer: Decodable {
        struct Entry: Decodable {
            let name: String
            let sha256: String
        }

        var entries: [Entry]?
        var error: String?
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest: [UInt8] = []

    private static let script = """
        import hashlib, json, sys, zipfile
        for line in sys.stdin:
            try:
                found = []
                with zipfile.ZipFile(json.loads(line)["path"]) as archive:
                    for info in archive.infolist():
                        digest = hashlib.sha256()
                        with archive.open(info) as file:
                            for block in iter(lambda: file.read(1 << 20), b""):
                                digest.update(block)
                        found.append({"name": info.filename, "sha256": digest.hexdigest()})
                answer = {"entries": found}
            except Exception as error:
                answer = {"error": repr(error)}
            print(json.dumps(answer), flush=True)
        """

    init() throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What Python's zipfile makes of a zip.
    func read(_ path: FilePath) throws -> Answer {
        let question = try JSONEncoder().encode(["path": path.string])
        try input.fileHandleForWriting.write(contentsOf: question + Data("\n".utf8))
        return try JSONDecoder().decode(Answer.self, from: Data(try line()))
    }

    private func line() throws -> [UInt8] {
        let descriptor = output.fileHandleForReading.fileDescriptor
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeFirst(end + 1) }
                return Array(rest[..<end])
            }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            try #require(poll(&waiting, 1, 60_000) == 1, "Python does not answer")
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            try #require(count > 0, "Python has ended")
            rest += buffer[..<count]
        }
    }
}

extension PythonReader.Answer {
    /// How an opened package differs from what Python reads; nil when it does not.
    func difference(from package: Package) -> String? {
        guard let entries else { return "Python refuses it: \(error ?? "?")" }
        var names = entries.map(\.name)
        if !names.contains("learnware.yaml") {
            // The one folder around everything is taken away.
            guard let top = names.first?.split(separator: "/").first.map({ $0 + "/" }) else { return "no names" }
            guard names.allSatisfy({ $0.utf8.starts(with: top.utf8) }) else { return "Python sees no top folder" }
            names = names.map { String(Substring($0.utf8.dropFirst(top.utf8.count))) }
        }
        let pairs = zip(names, entries.map(\.sha256))
        let theirs = pairs.filter { !$0.0.isEmpty && !$0.0.hasSuffix("/") }.map { "\($0.0) \($0.1)" }
        let ours = package.entries.map { "\($0.name) \($0.digest)" }
        guard Self.ordered(theirs) == Self.ordered(ours) else {
            return
                "only Python reads \(theirs.filter { !ours.contains($0) }), only we \(ours.filter { !theirs.contains($0) })"
        }
        let folders = names.filter { $0.hasSuffix("/") }
        let empty = folders.filter { folder in
            !names.contains { $0 != folder && $0.utf8.starts(with: folder.utf8) }
        }.map { String($0.dropLast()) }
        guard Self.ordered(empty) == Self.ordered(package.emptyFolders) else {
            return "Python sees the empty folders \(empty), we \(package.emptyFolders)"
        }
        return nil
    }

    /// By bytes: Swift's own order of strings takes equivalent spellings for equal.
    private static func ordered(_ texts: [String]) -> [[UInt8]] {
        texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
