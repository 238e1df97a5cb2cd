import Foundation
import Packaging
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
