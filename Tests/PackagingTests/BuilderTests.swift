import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Building")
struct BuilderTests {
    private static let good = [
        "learnware.yaml": "name: good\n", "__init__.py": "class Model: pass\n", "requirements.txt": "numpy==2.4.6\n",
    ]

    private func folder(_ files: [String: String] = [:], in scratch: Scratch) throws -> FilePath {
        for (name, text) in Self.good.merging(files, uniquingKeysWith: { $1 }) {
            try scratch.write(text, to: "folder/" + name)
        }
        return scratch.file("folder")
    }

    /// Contents of every kind: empty, tiny, compressible, random, and so regular that packing it makes a bomb.
    private func mixedFolder(in scratch: Scratch) throws -> FilePath {
        let folder = try folder(["empty.txt": "", "b/nested/deep.txt": "deep", "模型/é.txt": "names"], in: scratch)
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try scratch.write(noise, to: "folder/weights.bin")
        try scratch.write(Array(repeating: 0, count: 5 << 20), to: "folder/zeros.bin")
        try scratch.write((0..<40_000).map { "line \($0)\n" }.joined(), to: "folder/text.txt")
        try FileManager.default.createDirectory(
            atPath: scratch.file("folder/nothing").string,
            withIntermediateDirectories: true
        )
        #expect(chmod(scratch.file("folder/weights.bin").string, 0o700) == 0)
        return folder
    }

    @Test("gives a zip that every reader reads alike")
    func readers() throws {
        let scratch = try Scratch()
        let report = try PackageBuilder.build(try mixedFolder(in: scratch), to: scratch.file("p.zip"))
        let zip = scratch.file("p.zip").string
        let python = try Run.python(
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])",
            [zip, scratch.file("python").string]
        )
        #expect(python.status == 0)
        let unzip = try Run("/usr/bin/env", ["unzip", "-q", zip, "-d", scratch.file("unzip").string])
        #expect(unzip.status == 0, "\(unzip.errors)")
        try FileManager.default.createDirectory(
            atPath: scratch.file("bsdtar").string,
            withIntermediateDirectories: false
        )
        let bsdtar = try Run(
            "/usr/bin/env",
            ["bsdtar", "-xf", zip, "-C", scratch.file("bsdtar").string],
            environment: ["LC_ALL": "C.UTF-8"]
        )
        #expect(bsdtar.status == 0, "\(bsdtar.errors)")
        try report.package.unpack(into: scratch.path, as: "ours")
        for reader in ["python", "unzip", "bsdtar", "ours"] {
            let difference = try Run(
                "/usr/bin/env",
                ["diff", "-r", scratch.file("folder").string, scratch.file(reader).string]
            )
            #expect(difference.status == 0, "\(reader): \(difference.text)")
        }
        #expect(try scratch.permissions(of: "unzip/weights.bin") == 0o755)
        #expect(try scratch.permissions(of: "unzip/text.txt") == 0o644)
    }

    @Test("stores what does not shrink and what would look like a bomb, deflates the rest, in the order of names")
    func methods() throws {
        let scratch = try Scratch()
        _ = try PackageBuilder.build(try mixedFolder(in: scratch), to: scratch.file("p.zip"))
        let script = """
            import sys, zipfile
            for i in zipfile.ZipFile(sys.argv[1]).infolist():
                assert i.date_time == (1980, 1, 1, 0, 0, 0) and not i.extra and i.flag_bits in (0, 0x800), i
                print(i.filename, i.compress_type, oct(i.external_attr >> 16))
            """
        let listing = try Run.python(script, [scratch.file("p.zip").string]).text
        #expect(
            listing == """
                __init__.py 0 0o100644
                b/nested/deep.txt 0 0o100644
                empty.txt 0 0o100644
                learnware.yaml 0 0o100644
                nothing/ 0 0o40755
                requirements.txt 0 0o100644
                text.txt 8 0o100644
                weights.bin 0 0o100755
                zeros.bin 0 0o100644
                模型/é.txt 0 0o100644

                """
        )
    }

    @Test("leaves out what belongs to editors, version control and caches, and says so")
    func leftOut() throws {
        let scratch = try Scratch()
        let folder = try folder(
            [
                "__pycache__/a.pyc": "", "sub/__pycache__/b.pyc": "", "c.pyc": "", ".git/config": "", "notes~": "",
                ".a.swp": "", ".DS_Store": "", ".hidden": "kept", "sub/kept.txt": "",
            ],
            in: scratch
        )
        #expect(symlink("/etc/passwd", folder.appending("link").string) == 0)
        #expect(mkfifo(folder.appending("pipe").string, 0o600) == 0)
        let output = folder.appending("old.zip")
        try scratch.write("PK\u{3}\u{4} an older zip", to: "folder/old.zip")
        let report = try PackageBuilder.build(folder, to: output)
        #expect(
            report.leftOut.map(\.name) == [
                ".DS_Store", ".a.swp", ".git", "__pycache__", "c.pyc", "link", "notes~", "old.zip", "pipe",
                "sub/__pycache__",
            ]
        )
        #expect(
            report.package.entries.map(\.name) == [
                ".hidden", "__init__.py", "learnware.yaml", "requirements.txt", "sub/kept.txt",
            ]
        )
        let again = try PackageBuilder.build(folder, to: output)
        #expect(again.package.digest == report.package.digest)
        #expect(!scratch.contents.contains { $0.hasSuffix(".part") })
    }

    static let wrong: [([String: String], PackageError.Rule, String)] = [
        (["learnware.yaml": "model: [1"], .manifest, "learnware.yaml"),
        (["learnware.yaml": "model: {module_path: other.py}"], .fileMissing, "other.py"),
        (["learnware.yaml": "stat_specifications: [{class_name: A, file_name: s.json}]"], .fileMissing, "s.json"),
        (["learnware.yaml": "semantic_specification: {file_name: s.json}"], .fileMissing, "s.json"),
        (["learnware.yaml": "sandbox: {runtime: executable, entry: run}"], .fileMissing, "run"),
        (["learnware.yaml": "sandbox: {runtime: executable, entry: run}", "run": "#!"], .manifest, "not executable"),
        (["learnware.yaml": "sandbox: {runtime: ensemble}"], .runtimeUnsupported, "ensemble"),
        (["semantic_specification.json": "{"], .semantic, "semantic_specification.json"),
        (["requirements.txt": "numpy\n--index-url http://x\n"], .requirementRefused, "requirements.txt:2:"),
        (["environment.yaml": "dependencies:\n- pip:\n  - ./x\n"], .requirementRefused, "environment.yaml:3:"),
        (["environment.yaml": "dependencies: x"], .environment, "environment.yaml"),
        (["a\\b": ""], .nameBackslash, "backslash"),
        (["A.txt": "", "a.TXT": ""], .nameDuplicate, "same name"),
    ]

    @Test("stops at what cannot be a package, and leaves the older zip as it was", arguments: wrong)
    func refusal(files: [String: String], rule: PackageError.Rule, word: String) throws {
        let scratch = try Scratch()
        let folder = try folder(files, in: scratch)
        try scratch.write("older", to: "p.zip")
        let before = scratch.contents
        let error = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: scratch.file("p.zip")) }
        #expect(error?.rule == rule)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(scratch.contents == before)
        #expect(try scratch.read("p.zip") == Array("older".utf8))
    }

    @Test("warns where a learnware can be, but should not be, without something")
    func warnings() throws {
        let scratch = try Scratch()
        try scratch.write("name: a", to: "folder/learnware.yaml")
        try scratch.write("", to: "folder/__init__.py")
        let report = try PackageBuilder.build(scratch.file("folder"), to: scratch.file("p.zip"))
        #expect(report.warnings.count == 4)
        #expect(report.warnings.contains { $0.contains("class 'Model'") })
        #expect(report.warnings.contains { $0.contains("semantic_specification.json") })
        #expect(report.warnings.contains { $0.contains("requirements.txt") })
        #expect(report.warnings.contains { $0.contains("statistical") })
    }

    @Test("needs no environment for a program")
    func executable() throws {
        let scratch = try Scratch()
        try scratch.write("sandbox: {runtime: executable, entry: bin/run}", to: "folder/learnware.yaml")
        try scratch.write("#!/bin/sh\n", to: "folder/bin/run")
        #expect(chmod(scratch.file("folder/bin/run").string, 0o755) == 0)
        let report = try PackageBuilder.build(scratch.file("folder"), to: scratch.file("p.zip"))
        #expect(report.package.entries.first?.mode == 0o755)
        #expect(!report.warnings.contains { $0.contains("requirements.txt") })
    }

    @Test("replaces no folder, and says so when the target cannot be")
    func target() throws {
        let scratch = try Scratch()
        let folder = try folder(in: scratch)
        let cases: [(FilePath, PackageError.Rule)] = [
            (scratch.path, .targetExists), (scratch.file("no/such/p.zip"), .writeFailed),
        ]
        for (path, rule) in cases {
            let error = #expect(throws: PackageError.self) { try PackageBuilder.build(folder, to: path) }
            #expect(error?.rule == rule)
        }
        let error = #expect(throws: PackageError.self) {
            try PackageBuilder.build(scratch.file("missing"), to: scratch.file("p.zip"))
        }
        #expect(error?.rule == .unreadable)
        #expect(!scratch.contents.contains { $0.hasSuffix(".zip") || $0.hasSuffix(".part") })
    }

    // Those with a program need the tools' own files; they are tested with the tools.
    @Test("makes a package of every template as it is", arguments: Template.all.filter { !$0.isCopied }.map(\.name))
    func template(name: String) throws {
        let scratch = try Scratch()
        let template = try #require(Template.all.first { $0.name == name })
        try template.write(to: scratch.file("m"))
        let report = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip"))
        // Texts are specified by an embedder, which a template does not bring along.
        let isText = name == "text"
        let missing = "there is no statistical specification: nobody can find the learnware by their data"
        #expect(report.warnings == (isText ? [missing] : []))
        #expect(report.leftOut.isEmpty)
        let package = report.package
        #expect(package.semantic?.data == [isText ? "Text" : "Table"])
        #expect(package.entries.map(\.name).sorted() == template.fileNames.sorted())
        #expect(package.statisticalSpecifications.map(\.problem) == (isText ? [] : [nil]))
        #expect(package.statisticalSpecifications.first?.dimension == (isText ? nil : 4))
        guard case .tensors(let inputs) = package.declaredInput, case .tensors = package.declaredOutput else {
            Issue.record("the template declares no tensors")
            return
        }
        #expect(inputs.first?.columns.count == (isText ? 0 : 4))
        for file in package.entries where file.name.hasSuffix(".py") {
            let path = scratch.file("m/" + file.name).string
            #expect(try Run.python("import ast, sys; ast.parse(open(sys.argv[1]).read())", [path]).status == 0)
        }
        let error = #expect(throws: PackageError.self) { try template.write(to: scratch.file("m")) }
        #expect(error?.rule == .targetExists)
    }
}

@Suite("What a slip of the fingers does not cost")
struct SlipTests {
    private func folder(_ scratch: Scratch) throws {
        try scratch.write("name: slips\n", to: "m/learnware.yaml")
        try scratch.write("class Model: pass\n", to: "m/__init__.py")
        try scratch.write("numpy==2.4.6\n", to: "m/requirements.txt")
    }

    @Test("a file that is no zip is not replaced by one")
    func noZip() throws {
        let scratch = try Scratch()
        try folder(scratch)
        try scratch.write("weights", to: "m/model.bin")
        let error = #expect(throws: PackageError.self) {
            try PackageBuilder.build(scratch.file("m"), to: scratch.file("m/model.bin"))
        }
        #expect(error?.rule == .targetExists)
        #expect(try scratch.read("m/model.bin") == Array("weights".utf8))
        // What mktemp makes may be.
        try scratch.write("", to: "empty")
        _ = try PackageBuilder.build(scratch.file("m"), to: scratch.file("empty"))
        _ = try PackageBuilder.build(scratch.file("m"), to: scratch.file("empty"))
    }

    @Test("a virtual environment is not packed")
    func virtualEnvironment() throws {
        let scratch = try Scratch()
        try folder(scratch)
        try scratch.write("home = /usr\n", to: "m/.venv/pyvenv.cfg")
        try scratch.write("import evil\n", to: "m/.venv/lib/python3.13/site-packages/x.pth")
        let report = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip"))
        #expect(report.leftOut.map { "\($0.name): \($0.reason)" } == [".venv: a virtual environment"])
        #expect(report.package.entries.count == 3)
    }

    @Test("what Python would run at its start is named by its place in the folder")
    func startup() throws {
        let scratch = try Scratch()
        try folder(scratch)
        try scratch.write("", to: "m/sitecustomize.py")
        let error = #expect(throws: PackageError.self) { try PackageBuilder.examine(scratch.file("m")) }
        #expect(error?.rule == .nameStartup && error?.offset == nil && error?.entry == "sitecustomize.py")
    }

    @Test("a result that cannot be written is not called one")
    func fullDisk() throws {
        let scratch = try Scratch()
        try folder(scratch)
        _ = try PackageBuilder.build(scratch.file("m"), to: scratch.file("m.zip"))
        let full = try Run(
            "/bin/sh",
            ["-c", "\"$0\" inspect m.zip > /dev/full; echo $?", LwPack.path],
            in: scratch.path
        )
        #expect(full.text == "3\n" && full.errors.contains("standard output cannot be written"))
        let closed = try Run(
            "/bin/bash",
            ["-c", "{ sleep 0.5; \"$0\" inspect m.zip; echo $? >&2; } | true", LwPack.path],
            in: scratch.path
        )
        #expect(closed.errors.hasSuffix("141\n") && !closed.errors.contains("error"), "\(closed.errors)")
    }
}
