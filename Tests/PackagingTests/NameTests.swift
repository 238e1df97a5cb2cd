import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("Names inside a package")
struct NameTests {
    @Test("are one where Unicode's full case folding and normalisation make them one")
    func folding() throws {
        // Python prints each character that folds to something else, beside what it folds to.
        let python = try Run.python(
            """
            import sys, unicodedata
            for code in range(sys.maxunicode + 1):
                letter = chr(code)
                if unicodedata.category(letter) in ("Cs", "Cn") or letter.casefold() == letter:
                    continue
                print(letter, letter.casefold(), sep="\\t")
            """,
            []
        )
        let lines = python.text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.count > 1400)
        for line in lines where line.count == 2 {
            #expect(EntryName.folded(line[0]) == EntryName.folded(line[1]), "\(line)")
        }
    }

    @Test(
        "that Python would run at its start are known, and those that only look like it",
        arguments: [
            ("sitecustomize.py", true), ("SiteCustomize.PY", true), ("usercustomize/__init__.py", true),
            ("sitecustomize.cpython-312-x86_64-linux-gnu.so", true), ("lib/site-packages/evil.pth", true),
            ("lib/Site-Packages/usercustomize.py", true), ("dist-packages/x.PTH", true), ("model.pth", false),
            ("weights/model.pth", false), ("lib/site-packages/torch/model.pth", false),
            ("tools/sitecustomize.py", false), ("my_sitecustomize.py", false), ("sitecustomizer.py", false),
        ]
    )
    func startup(name: String, isRun: Bool) {
        #expect(EntryName.isRunAtStart(name) == isRun)
    }
}

@Suite("Texts that would hold a processor")
struct CostTests {
    private let marks = String(repeating: "\u{301}\u{323}", count: 100_000)

    /// Each took minutes once: strings are compared by canonical equivalence, which is quadratic in marks.
    @Test(
        "are refused or passed by in no time",
        arguments: ["key", "value", "escape", "module", "requirement", "alias"]
    )
    func cost(kind: String) throws {
        let scratch = try Scratch()
        let escapes = String(repeating: "\\u0301\\u0323", count: 40_000)
        let yaml =
            switch kind {
            case "key": "? a\(marks)\n: b\n"
            case "value": "name: a\(marks)\n"
            case "escape": "? \"a\(escapes)\"\n: b\n"
            case "module": "model: {module_path: \"a\(marks)\"}\n"
            case "alias": "name: \"" + String(repeating: ":&", count: 400_000) + "\"\n"
            default: "name: x\n"
            }
        let zip = RawZip(entries: [
            RawZip.Entry("learnware.yaml", yaml).with { $0.deflated = true }, RawZip.Entry("__init__.py", "x = 1\n"),
            RawZip.Entry("requirements.txt", kind == "requirement" ? "a\(marks)\n" : "numpy==2.4.6\n").with {
                $0.deflated = true
            },
        ])
        let path = try scratch.write(zip.bytes, to: "slow.zip")
        let begin = ContinuousClock.now
        do throws(PackageError) {
            _ = try Package.open(path)
            #expect(kind == "alias")
        } catch {
            #expect(error.message.contains("combining marks"), "\(error.message)")
        }
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    /// The type is compared with the class that `learnware.yaml` names, and took half a minute once.
    @Test("are refused in a statistical specification before it is packed", arguments: ["type", "key", "escape"])
    func statistics(kind: String) throws {
        let escapes = String(repeating: "\\u0301\\u0323", count: 100_000)
        let member =
            switch kind {
            case "type": #""type": "a\#(marks)""#
            case "escape": #""type": "a\#(escapes)""#
            default: #""gamma\#(marks)": 1"#
            }
        let begin = ContinuousClock.now
        let problems = try GoodFolder.problems(["stat.json": #"{"z": [[1, 2]], "beta": [1], \#(member)}"#])
        #expect(ContinuousClock.now - begin < .seconds(20))
        #expect(problems.count == 1)
        #expect(
            problems.allSatisfy {
                $0.hasPrefix("stat.json:1:") && $0.contains("error: a letter carries more than 30 combining marks")
            },
            "\(problems)"
        )
    }
}

@Suite("A folder that somebody else writes in")
struct ForeignFolderTests {
    @Test("is packed through no link that takes the place of a folder")
    func linkInstead() throws {
        let scratch = try Scratch()
        for file in ["m/learnware.yaml", "m/__init__.py", "m/requirements.txt", "m/zz/f.txt", "out/f.txt"] {
            try scratch.write(file.hasSuffix("yaml") ? "name: mine\n" : "same size\n".prefix(10).description, to: file)
        }
        try scratch.write("numpy==2.4\n", to: "m/requirements.txt")
        let draft = try PackageBuilder.examine(scratch.file("m"))
        try FileManager.default.removeItem(atPath: scratch.file("m/zz").string)
        #expect(symlink(scratch.file("out").string, scratch.file("m/zz").string) == 0)
        let error = #expect(throws: PackageError.self) {
            try PackageBuilder.build(draft, to: scratch.file("m.zip"))
        }
        #expect(error?.rule == .changed && error?.entry == "zz/f.txt")
        #expect(!scratch.contents.contains { $0.hasSuffix(".zip") || $0.hasSuffix(".part") })
    }
}
