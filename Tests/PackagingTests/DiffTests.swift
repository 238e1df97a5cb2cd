import Documents
import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Differences between packages")
struct DiffTests {
    private static func built(_ changes: [String: String?], _ name: String, in scratch: Scratch) throws -> Package {
        let inner = try Scratch()
        let folder = try GoodFolder.write(changes, in: inner)
        return try PackageBuilder.build(folder, to: scratch.file(name)).package
    }

    private static func difference(_ changes: [String: String?]) throws -> PackageDiff {
        let scratch = try Scratch()
        return PackageDiff(from: try built([:], "a.zip", in: scratch), to: try built(changes, "b.zip", in: scratch))
    }

    private static func lines(_ difference: PackageDiff) -> [String] {
        difference.sections.flatMap { section in
            section.changes.map { change in
                let values = [change.old, change.new].map { $0?.json() ?? "nothing" }
                return "\(section.title): \(change.path.joined(separator: ".")) \(values[0]) → \(values[1])"
            }
        }
    }

    private static let manifest = GoodFolder.files["learnware.yaml"] ?? ""

    /// What is changed in the good package, and every line that says so.
    static let changes: [([String: String?], [String])] = [
        (["learnware.yaml": manifest + "# a comment\n"], []),
        (
            ["learnware.yaml": manifest.replacing("name: good", with: "name: better\nid: 7")],
            ["learnware.yaml: name \"good\" → \"better\"", "learnware.yaml: id nothing → 7"]
        ),
        (
            ["learnware.yaml": manifest.replacing("kwargs: {}}\nstat", with: "kwargs: {k: [1, 2]}}\nstat")],
            ["learnware.yaml: model.kwargs.k nothing → [1,2]"]
        ),
        (
            ["requirements.txt": "numpy==2.4.7\nscipy==1.17.0\n"],
            ["environment: numpy \"==2.4.6\" → \"==2.4.7\"", "environment: scipy nothing → \"==1.17.0\""]
        ),
        (["requirements.txt": ""], ["environment: numpy \"==2.4.6\" → nothing"]),
        (
            [
                "stat.json":
                    #"{"z": [[1, 2], [3, 4], [5, 6]], "beta": [0.5, 0.25, 0.25], "gamma": 0.2, "num_points": 9, "type": "RKMETableSpecification"}"#
            ],
            ["statistics: stat.json.points 2 → 3", "statistics: stat.json.gamma 0.1 → 0.2"]
        ),
        (
            [
                "semantic_specification.json": GoodFolder.semantic([
                    "License": #"{"Type": "Class", "Values": ["GPL-3.0"]}"#
                ])
            ],
            ["semantics: License.Values [\"MIT\"] → [\"GPL-3.0\"]"]
        ),
        (
            [
                "semantic_specification.json": GoodFolder.semantic([
                    "Output": #"{"Dimension": 1, "Description": {"0": "y"}}"#
                ])
            ],
            ["semantics: Output.Description.0 nothing → \"y\""]
        ),
        (
            [
                "learnware.yaml": manifest
                    + "sandbox: {inputs: [{name: X, datatype: FP64, shape: [-1, 2]}]}\n"
            ],
            [
                #"learnware.yaml: sandbox nothing → {"inputs":[{"name":"X","datatype":"FP64","shape":[-1,2]}]}"#,
                "input: dimension 2 → nothing", #"input: X nothing → {"datatype":"FP64","shape":[-1,2]}"#,
            ]
        ),
    ]

    @Test("are told by key, requirement, shape and specification", arguments: changes)
    func change(files: [String: String?], lines: [String]) throws {
        let difference = try Self.difference(files)
        #expect(!difference.isEmpty)
        #expect(Self.lines(difference) == lines)
        #expect(difference.files.map(\.name) == Array(files.keys))
    }

    @Test("are told for every file that came, went, or changed contents or mode")
    func files() throws {
        let scratch = try Scratch()
        let (one, other) = (try Scratch(), try Scratch())
        let before = try GoodFolder.write(["gone.txt": "x", "run.sh": "x", "same.txt": "x", "size.txt": "x"], in: one)
        let after = try GoodFolder.write(
            ["new.txt": "xyz", "run.sh": "x", "same.txt": "y", "size.txt": "xx"],
            in: other
        )
        #expect(chmod(after.appending("run.sh").string, 0o755) == 0)
        try FileManager.default.createDirectory(
            atPath: after.appending("empty").string,
            withIntermediateDirectories: false
        )
        let difference = PackageDiff(
            from: try PackageBuilder.build(before, to: scratch.file("a.zip")).package,
            to: try PackageBuilder.build(after, to: scratch.file("b.zip")).package
        )
        #expect(difference.sections.isEmpty)
        let files = difference.files.map {
            "\($0.name) \($0.old?.size ?? -1) \($0.new?.size ?? -1) \($0.new?.mode ?? 0)"
        }
        #expect(
            files == [
                "empty/ -1 0 493", "gone.txt 1 -1 0", "new.txt -1 3 420", "run.sh 1 1 493", "same.txt 1 1 420",
                "size.txt 1 2 420",
            ]
        )
    }

    @Test("are none between zips of the same files, however they were compressed")
    func compression() throws {
        let scratch = try Scratch()
        var zip = RawZip.package()
        let plain = try Package.open(try scratch.write(zip.bytes, to: "a.zip"))
        for index in zip.entries.indices { zip.entries[index].deflated = true }
        let packed = try Package.open(try scratch.write(zip.bytes, to: "b.zip"))
        #expect(try scratch.read("a.zip") != scratch.read("b.zip"))
        let difference = PackageDiff(from: plain, to: packed)
        #expect(difference.isEmpty)
        #expect(difference.files.isEmpty)
        #expect(difference.sections.isEmpty)
    }
}

@Suite("lw-pack diff")
struct DiffToolTests {
    private func zips(_ changes: [String: String?], in scratch: Scratch) throws {
        _ = try PackageBuilder.build(try GoodFolder.write(in: scratch), to: scratch.file("a.zip"))
        _ = try PackageBuilder.build(try GoodFolder.write(changes, in: scratch), to: scratch.file("b.zip"))
    }

    @Test("diff shows what came, went and changed, and ends with 0 unless asked")
    func diff() throws {
        let scratch = try Scratch()
        let long = String(repeating: "long ", count: 30)
        try zips(
            [
                "requirements.txt": "numpy==2.4.7\nscipy==1.17.0\n", "new.txt": "abc",
                "semantic_specification.json": GoodFolder.semantic([
                    "Description": #"{"Type": "String", "Values": "Good for tests. \#(long)"}"#
                ]),
            ],
            in: scratch
        )
        let run = try LwPack.run("diff", "a.zip", "b.zip", in: scratch.path)
        #expect(run.status == 0)
        let semantic = (GoodFolder.files["semantic_specification.json"] ?? "").utf8.count
        #expect(
            run.text == """
                files
                  + new.txt                      3 bytes
                  ~ requirements.txt             13 bytes → 27 bytes
                  ~ semantic_specification.json  \(semantic) bytes → \(semantic + 151) bytes
                environment
                  ~ numpy  ==2.4.6 → ==2.4.7
                  + scipy  ==1.17.0
                semantics
                  ~ Description.Values  Good for tests. → Good for tests. \(long.prefix(44))…

                """
        )
        #expect(try LwPack.run("diff", "a.zip", "b.zip", "--exit-code", in: scratch.path).status == 1)
        let same = try LwPack.run("diff", "a.zip", "a.zip", "--exit-code", in: scratch.path)
        #expect(same.status == 0)
        #expect(same.text == "no difference: the content digests are equal\n")
        let quiet = try LwPack.run("diff", "a.zip", "b.zip", "--progress", "quiet", in: scratch.path)
        #expect(quiet.status == 0, "\(quiet.errors)")
        #expect(quiet.text == run.text)
    }

    @Test("diff gives one object to programs, and shows foreign words as plain text")
    func diffForeign() throws {
        let scratch = try Scratch()
        try scratch.write(RawZip.package().bytes, to: "a.zip")
        var zip = RawZip.package(adding: [RawZip.Entry("\u{E9}.txt")])
        zip.entries[3].flags = 0x800
        zip.entries[0].contents = Array("name: \"a\\e[31m\\u202Eb\"\n\"k\\eey\": 1\n".utf8)
        try scratch.write(zip.bytes, to: "b.zip")
        let page = try LwPack.run("diff", "a.zip", "b.zip", in: scratch.path)
        let json = try LwPack.run("diff", "a.zip", "b.zip", "--json", in: scratch.path)
        for run in [page, json] {
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" })
        }
        let object = try JSON.parse(json.output)
        #expect(object["schema"] == "learnware/diff/1")
        #expect(object["equal"] == false)
        #expect(object["changes"]?["learnware.yaml"]?.array?.first?["new"] == "a\u{1B}[31m\u{202E}b")
        #expect(object["files"]?.array?.compactMap { $0["name"]?.string } == ["learnware.yaml", "\u{E9}.txt"])
        #expect(try LwPack.run("diff", "a.zip", "missing.zip", in: scratch.path).status == 3)
    }
}
