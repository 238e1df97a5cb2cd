import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("What build leaves out")
struct IgnoreTests {
    /// Names of every kind that patterns are about; those that end in `/` are folders.
    private static let tree = [
        "a", "b", "ab", "abc", "a b", "a]", "-", "!x", "#x", "data/", "data/a", "data/ab.txt", "data/sub/",
        "data/sub/a", "data/sub/data/", "data/sub/data/b", "foo/", "foo/bar/", "foo/bar/baz", "foo/baz", "é", "x*y",
        "log.txt", "deep/", "deep/a/", "deep/a/b/", "deep/a/b/c/", "deep/a/b/c/d.log", "w~x", "A", "Z9",
    ]

    private static let pieces = [
        "a", "b", "c", "ab", "data", "foo", "bar", "baz", "sub", "deep", "*", "**", "**/", "/**", "/", "?", "[ab]",
        "[!a]", "[^b-d]", "[a-", "[]]", "[[:alpha:]]", "[[:nope:]]", "[a\\]]", "\\", "\\*", ".txt", "*.log", " ", "\\ ",
        "!", "#", "-", "é", "[0-9]", "x", "***", "[[:digit:]-z]", "[--a]", "[a-\\c]", "[[:a]",
    ]

    @Test("understands every pattern as git does", .timeLimit(.minutes(2)))
    func differential() throws {
        let scratch = try Scratch()
        for name in Self.tree {
            let path = scratch.file("tree/" + name).string
            if name.hasSuffix("/") {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } else {
                try scratch.write("", to: "tree/" + name)
            }
        }
        let tree = scratch.file("tree")
        try #require(try Run("/usr/bin/env", ["git", "init", "-q"], in: tree).status == 0)
        let paths = Self.tree.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        var generator = SeededGenerator(seed: 20_240_607)
        for round in 0..<300 {
            let lines = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                    Self.pieces.randomElement(using: &generator) ?? ""
                }.joined()
            }
            let text = lines.joined(separator: round % 7 == 0 ? "\r\n" : "\n") + (round % 3 == 0 ? "" : "\n")
            try scratch.write(text, to: "tree/.gitignore")
            let git = try gitLines(paths, in: tree)
            let rules = try IgnoreFile(parsing: Array(text.utf8))
            for path in Self.tree { #expect(lineIgnoring(path, rules) == git[trimmed(path)], "\(path) in \(lines)") }
        }
    }

    private func trimmed(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// As `build` walks: a folder that is left out is not entered.
    private func lineIgnoring(_ path: String, _ rules: IgnoreFile) -> Int? {
        let components = trimmed(path).split(separator: "/")
        for count in 1...components.count {
            let isFolder = count < components.count || path.hasSuffix("/")
            let name = Array(components.prefix(count).joined(separator: "/").utf8)
            if let line = rules.lineIgnoring(name, isFolder: isFolder) { return line }
        }
        return nil
    }

    /// The line of `.gitignore` by which git ignores each path.
    private func gitLines(_ paths: [String], in folder: FilePath) throws -> [String: Int] {
        let options = ["-c", "core.excludesFile=/dev/null", "-c", "core.ignoreCase=false"]
        let run = try Run(
            "/usr/bin/env",
            ["git"] + options + ["check-ignore", "--no-index", "-v", "--"] + paths,
            environment: ["LC_ALL": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"],
            in: folder
        )
        try #require(run.status <= 1, "\(run.errors)")
        var lines: [String: Int] = [:]
        for line in run.text.split(separator: "\n") {
            // `.gitignore:LINE:PATTERN<tab>PATH`; a path with unusual bytes is quoted as C does.
            let parts = line.split(separator: ":", maxSplits: 2)
            guard parts.count == 3, let tab = parts[2].lastIndex(of: "\t"), !parts[2].hasPrefix("!") else { continue }
            let path = String(parts[2][parts[2].index(after: tab)...])
            lines[path == "\"\\303\\251\"" ? "é" : path] = Int(parts[1])
        }
        return lines
    }

    @Test(
        "reads the syntax of .gitignore",
        arguments: [
            ("*.log", "deep/x.log", true), ("/x.log", "deep/x.log", false), ("deep/*.log", "deep/x.log", true),
            ("**/x.log", "x.log", true), ("deep/**", "deep", false), ("deep/**/x", "deep/x", true),
            ("*.log\n!x.log", "deep/x.log", false), ("# x", "# x", false), ("\\# x", "# x", true), ("x   ", "x", true),
            ("x\\ ", "x ", true), ("[a-c]?", "bé", false), ("[a-c]??", "bé", true), ("x/", "x", false),
            ("", "x", false),
        ]
    )
    func syntax(text: String, path: String, isIgnored: Bool) throws {
        let rules = try IgnoreFile(parsing: Array(text.utf8))
        #expect((rules.lineIgnoring(Array(path.utf8), isFolder: false) != nil) == isIgnored)
    }

    @Test("takes no longer for a pattern that is made to take long")
    func bounded() throws {
        let pattern = String(repeating: "*aaaaaaaaaaaaaaaaaaaa", count: 31) + "*b"
        let folders = String(repeating: "**/", count: 32) + "x"
        let rules = try IgnoreFile(parsing: Array((pattern + "\n" + folders).utf8))
        let name = Array(String(repeating: "a", count: 1000).utf8)
        let time = ContinuousClock().measure { #expect(rules.lineIgnoring(name, isFolder: false) == nil) }
        #expect(time < .seconds(2))
        let many = String(repeating: "x\n", count: 2) + String(repeating: "*a?[b]", count: 11)
        #expect(throws: PackageError.self) { try IgnoreFile(parsing: Array(repeating: 0x61, count: 1025)) }
        #expect(refusal(of: Array(many.utf8)) == ".lwignore line 3: it has 33 wildcards; a pattern may have 32")
        let lines = Array("# one\n\n".utf8) + Array(repeatElement("a\n", count: 1001).joined().utf8)
        #expect(refusal(of: lines) == ".lwignore line 1003: there are more than 1000 patterns")
        #expect(throws: PackageError.self) { try IgnoreFile(parsing: Array(repeating: 0x0A, count: 65_537)) }
    }

    private func refusal(of text: [UInt8]) -> String? {
        do {
            _ = try IgnoreFile(parsing: text)
            return nil
        } catch {
            return error.message
        }
    }

    @Test("reads the encodings that PowerShell and Notepad write", arguments: [false, true])
    func encodings(isBigEndian: Bool) throws {
        let text = "secret.key\r\né/\r\n"
        let units = [0xFEFF] + Array(text.utf16)
        let bytes = units.flatMap { unit in
            let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return isBigEndian ? pair.reversed() : pair
        }
        for bytes in [bytes, [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
            let rules = try IgnoreFile(parsing: bytes)
            #expect(rules.lineIgnoring(Array("secret.key".utf8), isFolder: false) == 1)
            #expect(rules.lineIgnoring(Array("é".utf8), isFolder: true) == 2)
        }
    }

    @Test(
        "refuses lines that would leave nothing out by mistake",
        arguments: [
            ("x\na\u{0}b\n", "line 2: it has a NUL byte, which no name has"),
            ("secret\rother\r", "line 1: it has a carriage return alone, which ends no line"),
            ("x\r\n./secret\r\n", "line 2: a pattern that begins with './' matches nothing"),
            ("!./a", "line 1: a pattern that begins with './' matches nothing"),
            ("../a", "line 1: a pattern that begins with '../' matches nothing"),
            ("./", "line 1: a pattern that begins with './' matches nothing"),
            ("a\u{0}", "UTF-16 without a byte order mark"),
        ]
    )
    func mistakes(text: String, sentence: String) throws {
        #expect(refusal(of: Array(text.utf8))?.contains(sentence) == true, "\(refusal(of: Array(text.utf8)) ?? "")")
    }

    @Test("tells what to write instead of a leading ./, and says so before anything is packed")
    func hint() throws {
        let scratch = try Scratch()
        let folder = try package([".lwignore": "./secret.key\n", "secret.key": "x"], in: scratch)
        let error = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: scratch.file("p.zip")) }
        #expect(error?.hint == "write '/secret.key' or 'secret.key'")
        #expect(error?.rule == .ignoreFile && error?.isFileFault == false)
        try scratch.write([0xFF, 0xFE] + "secret.key\n".utf16.flatMap { [UInt8($0), 0] }, to: "p/.lwignore")
        try scratch.write("a\n", to: "p/sub/.lwignore")
        let report = try PackageBuilder.build(folder, to: scratch.file("p.zip"))
        #expect(!report.package.entries.map(\.name).contains("secret.key"))
        #expect(report.warnings.contains { $0.contains("sub/.lwignore") && $0.contains("leaves nothing out") })
    }

    private func package(_ files: [String: String], in scratch: Scratch) throws -> FilePath {
        let good = ["learnware.yaml": "name: good\n", "__init__.py": "", "requirements.txt": "numpy\n"]
        for (name, text) in good.merging(files, uniquingKeysWith: { $1 }) { try scratch.write(text, to: "p/" + name) }
        return scratch.file("p")
    }

    @Test("says for each name why it is not packed")
    func reasons() throws {
        let scratch = try Scratch()
        let folder = try package(
            [
                ".lwignore": "# mine\n*.csv\n!keep.csv\n/data/\n", "x.csv": "", "keep.csv": "", "data/big.bin": "",
                "sub/data/kept": "", "sub/.lwignore": "", "__pycache__/a": "", ".hg/x": "", ".svn/x": "", "notes~": "",
                ".x.swo": "", "#x#": "", ".#x": "", "Thumbs.db": "", "desktop.ini": "", ".idea/x": "",
                ".vscode/x": "", ".ipynb_checkpoints/x": "", ".mypy_cache/x": "", ".ruff_cache/x": "",
                ".pytest_cache/x": "", "__MACOSX/x": "", "._x": "", "sub/.git": "gitdir: x", "#": "",
            ],
            in: scratch
        )
        let left = try PackageBuilder.build(folder, to: scratch.file("p.zip"))
        #expect(
            left.leftOut.map { "\($0.name): \($0.reason)" } == [
                "#x#: an editor's", ".#x: an editor's", "._x: a file manager's", ".hg: version control",
                ".idea: an editor's", ".ipynb_checkpoints: copies that a notebook keeps",
                ".lwignore: says what is left out", ".mypy_cache: a tool's cache", ".pytest_cache: a tool's cache",
                ".ruff_cache: a tool's cache", ".svn: version control", ".vscode: an editor's", ".x.swo: an editor's",
                "Thumbs.db: a file manager's", "__MACOSX: a file manager's",
                "__pycache__: compiled by Python, and made again when needed",
                "data: ignored by .lwignore line 4", "desktop.ini: a file manager's", "notes~: an editor's",
                "sub/.git: version control", "x.csv: ignored by .lwignore line 2",
            ]
        )
        #expect(
            left.package.entries.map(\.name) == [
                "#", "__init__.py", "keep.csv", "learnware.yaml", "requirements.txt", "sub/.lwignore", "sub/data/kept",
            ]
        )
    }

    @Test(
        "says that a file which is named was left out, and why",
        arguments: [
            (["learnware.yaml": "model: {module_path: m.py}", ".lwignore": "*.py", "m.py": ""], "line 1"),
            (
                ["learnware.yaml": "sandbox: {runtime: executable, entry: d/x}", ".lwignore": "\nd/", "d/x": ""],
                "'d' is ignored"
            ),
            (["learnware.yaml": "stat_specifications: [{class_name: A, file_name: s~}]", "s~": ""], "an editor's"),
            ([".lwignore": "learnware.yaml"], "left out"),
        ]
    )
    func named(files: [String: String], word: String) throws {
        let scratch = try Scratch()
        let folder = try package(files, in: scratch)
        let error = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: scratch.file("p.zip")) }
        #expect(error?.message.contains("left out") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.hint != nil)
    }

    @Test("refuses an ignore file that cannot be read, and names the way out of a folder with too many files")
    func refusals() throws {
        let scratch = try Scratch()
        let folder = try package([:], in: scratch)
        #expect(symlink("/etc/hostname", folder.appending(".lwignore").string) == 0)
        let link = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: scratch.file("p.zip")) }
        #expect(link?.rule == .notAFile)
        #expect(link?.message == ".lwignore is a symbolic link; only a plain file says what is left out")
        #expect(link?.hint == "put a copy of the file in its place, or remove it")
        unlink(folder.appending(".lwignore").string)
        #expect(mkfifo(folder.appending(".lwignore").string, 0o600) == 0)
        let pipe = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: scratch.file("p.zip")) }
        #expect(pipe?.message.hasPrefix(".lwignore is no regular file") == true)
        unlink(folder.appending(".lwignore").string)
        for index in 0..<4200 { try scratch.write("", to: "p/many/\(index)") }
        let many = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: scratch.file("p.zip")) }
        #expect(many?.rule == .tooManyEntries)
        #expect(many?.hint?.contains(".lwignore") == true)
        try scratch.write("many/\n", to: "p/.lwignore")
        #expect(try PackageBuilder.build(folder, to: scratch.file("p.zip")).package.entries.count == 3)
    }
}
