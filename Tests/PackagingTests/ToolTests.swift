import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

/// The real program, run as a person would.
enum LwPack {
    static let path = Checkout.products.appending("lw-pack").string

    static func run(_ arguments: String..., environment: [String: String] = [:], in folder: FilePath) throws -> Run {
        try Run(path, arguments, environment: environment, in: folder)
    }
}

@Suite("lw-pack")
struct ToolTests {
    @Test("goes from nothing to a package and back")
    func wholeWay() throws {
        let scratch = try Scratch()
        let made = try LwPack.run("init", "m", "--template", "numpy", in: scratch.path)
        #expect(made.status == 0)
        #expect(made.text.hasSuffix("next: lw-pack build m -o m.zip\n"))
        let built = try LwPack.run("build", "m", "-o", "m.zip", in: scratch.path)
        #expect(built.status == 0)
        #expect(built.errors.isEmpty)
        let package = try Package.open(scratch.file("m.zip"))
        #expect(
            built.text == """
                m.zip
                  content  sha256:\(package.digest)
                  size     \(package.archiveSize) bytes, \(package.entries.reduce(0) { $0 + $1.size }) bytes unpacked
                  files    7
                next: lw-run predict m.zip --input X.csv

                """
        )
        let unpacked = try LwPack.run("unpack", "m.zip", "--output", "copy", in: scratch.path)
        #expect(unpacked.status == 0)
        #expect(try Run("/usr/bin/env", ["diff", "-r", "m", "copy"], in: scratch.path).status == 0)
    }

    @Test("gives the same bytes in every time zone, locale, umask and order of files")
    func deterministic() throws {
        let scratch = try Scratch()
        _ = try LwPack.run("init", "m", "--template", "sklearn", in: scratch.path)
        // The same files, made in the opposite order and at another time.
        try FileManager.default.createDirectory(atPath: scratch.file("n").string, withIntermediateDirectories: false)
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.file("m").string).sorted(by: >) {
            try scratch.write(try scratch.read("m/" + name), to: "n/" + name)
        }
        let settings: [(String, String, String, String)] = [
            ("m", "UTC", "C", "022"), ("m", "Asia/Tokyo", "C.UTF-8", "077"),
            ("n", "America/St_Johns", "de_DE.UTF-8", "000"),
            ("n", "Pacific/Kiritimati", "tr_TR.UTF-8", "027"),
        ]
        var zips = Set<[UInt8]>()
        for (index, setting) in settings.enumerated() {
            let script = "umask \(setting.3); exec \"$0\" build \(setting.0) -o \(index).zip"
            let run = try Run(
                "/bin/sh",
                ["-c", script, LwPack.path],
                environment: ["TZ": setting.1, "LC_ALL": setting.2, "LANG": setting.2],
                in: scratch.path
            )
            #expect(run.status == 0, "\(run.errors)")
            zips.insert(try scratch.read("\(index).zip"))
        }
        #expect(zips.count == 1)
    }

    @Test("shows a page that says what a package is")
    func page() throws {
        let scratch = try Scratch()
        _ = try LwPack.run("init", "m", "--template", "sklearn", in: scratch.path)
        _ = try LwPack.run("build", "m", "-o", "m.zip", in: scratch.path)
        let package = try Package.open(scratch.file("m.zip"))
        let run = try LwPack.run("inspect", "m.zip", in: scratch.path)
        #expect(run.status == 0)
        #expect(
            run.text == """
                Iris species, logistic regression
                  content      sha256:\(package.digest)
                  zip          \(package.archiveSize) bytes, sha256:\(try package.fileDigest())
                  files        7, \(package.entries.reduce(0) { $0 + $1.size }) bytes unpacked
                  runtime      Python
                  model        class Model in __init__.py
                  input        X FP64 [n, 4]: sepal length (cm), sepal width (cm), petal length (cm), petal width (cm)
                  output       y INT64 [n]
                  environment  requirements.txt
                               scikit-learn==1.6.1
                               numpy==2.4.6
                  statistics   RKMETableSpecification, 20 × 4, gamma 0.1, of 150 rows
                  semantics    Table · Classification · Scikit-learn · MIT · Nature
                               Tells three species of iris apart by the lengths and widths of sepals and petals, with a \
                logistic regression of scikit-learn.

                """
        )
    }

    @Test("prints one JSON object that Python reads")
    func json() throws {
        let scratch = try Scratch()
        let hostile = "\u{1B}]0;owned\u{7}\u{202E}x"
        try scratch.write(
            RawZip.package(adding: [
                RawZip.Entry(
                    "semantic_specification.json",
                    """
                    {"Name": {"Values": "\\u001b]0;owned\\u0007\\u202ex"}, "Description": {"Values": "a\\nb"}}
                    """
                )
            ]).bytes,
            to: "p.zip"
        )
        let run = try LwPack.run("inspect", "p.zip", "--json", in: scratch.path)
        #expect(run.status == 0)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
        #expect(object["schema"] as? String == "learnware/inspect/1")
        #expect(object["name"] as? String == hostile)
        #expect((object["digest"] as? String)?.count == 71)
        for text in [run.text, try LwPack.run("inspect", "p.zip", in: scratch.path).text] {
            #expect(
                text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" && $0 != "\u{7F}" }
            )
        }
    }

    @Test("inspects every real learnware", .enabled(if: Golden.isWanted), arguments: Golden.learnwares)
    func golden(name: String) throws {
        let scratch = try Scratch()
        let page = try LwPack.run("inspect", Golden.zip(name).string, in: scratch.path)
        #expect(page.status == 0, "\(page.errors)")
        let json = try LwPack.run("inspect", Golden.zip(name).string, "--json", in: scratch.path)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.output)) }
    }

    static let failures: [([String], Int32, String)] = [
        (["inspect", "missing.zip"], 3, "No such file"), (["inspect", "."], 3, "folder"),
        (["inspect", "p.zip", "--semantic", "missing.json"], 3, "missing.json"),
        (["inspect", "bad.zip"], 5, "no zip"), (["unpack", "bad.zip", "-o", "x"], 5, "no zip"),
        (["unpack", "p.zip", "-o", "full"], 3, "exists already"),
        (["unpack", "p.zip", "-o", "no/such/x"], 3, "No such file"),
        (["build", "missing", "-o", "x.zip"], 3, "No such file"), (["build", "p.zip", "-o", "x.zip"], 3, "no folder"),
        (["build", "full", "-o", "x.zip"], 5, "learnware.yaml"), (["init", "full"], 3, "not empty"),
        (["init", "p.zip"], 3, "no folder"), (["init", "x", "--template", "keras"], 2, "keras"),
        (["inspect"], 2, "Missing"), (["build", "full"], 2, "--output"), (["pack"], 2, "pack"),
        (["inspect", "p.zip", "--jsn"], 2, "--jsn"),
    ]

    @Test("answers bad input with one sentence and its own status, and writes nothing", arguments: failures)
    func failure(arguments: [String], status: Int32, word: String) throws {
        let scratch = try Scratch()
        try scratch.write(RawZip.package().bytes, to: "p.zip")
        try scratch.write("not a zip", to: "bad.zip")
        try scratch.write("x", to: "full/file")
        let before = scratch.contents
        let run = try Run(LwPack.path, arguments, in: scratch.path)
        #expect(run.status == status)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(word), "\(run.errors)")
        if status != 2 { #expect(run.errors.split(separator: "\n").filter { $0.contains("error: ") }.count == 1) }
        #expect(scratch.contents == before)
    }

    @Test("has help whose example works", arguments: ["init", "build", "inspect", "unpack", "semantic", "diff"])
    func help(command: String) throws {
        let scratch = try Scratch()
        _ = try LwPack.run("init", "given", "--template", "numpy", in: scratch.path)
        _ = try LwPack.run("build", "given", "-o", "my-model.zip", in: scratch.path)
        let help = try LwPack.run(command, "--help", in: scratch.path)
        #expect(help.status == 0)
        let examples = help.text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter {
            $0.hasPrefix("lw-pack ")
        }
        #expect(!examples.isEmpty)
        for example in examples {
            let run = try Run(LwPack.path, example.split(separator: " ").dropFirst().map(String.init), in: scratch.path)
            #expect(run.status == 0, "\(example): \(run.errors)")
        }
    }

    @Test("removes what it has half written when it is interrupted", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let scratch = try Scratch()
        try scratch.write("name: big", to: "big/learnware.yaml")
        try scratch.write("", to: "big/__init__.py")
        // Sparse, so it costs no disk; long enough to be interrupted in the middle.
        let large = scratch.file("big/weights.bin")
        _ = FileManager.default.createFile(atPath: large.string, contents: nil)
        #expect(truncate(large.string, 4 << 30) == 0)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: LwPack.path)
        process.arguments = ["build", "big", "-o", "big.zip"]
        process.currentDirectoryURL = URL(fileURLWithPath: scratch.path.string)
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(20)
        while !scratch.contents.contains(where: { $0.hasSuffix(".part") }), ContinuousClock.now < deadline {
            usleep(10_000)
        }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(scratch.contents == ["big", "big/__init__.py", "big/learnware.yaml", "big/weights.bin"])
    }
}
