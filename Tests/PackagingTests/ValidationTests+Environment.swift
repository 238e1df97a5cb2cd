import Foundation
import Packaging
import SystemPackage
import TestSupport
import Testing

@Suite("What build finds in the environment and the files")
struct EnvironmentValidationTests {
    /// A requirements file and all that is said about it.
    static let requirements: [(String, [String])] = [
        ("numpy==2.4.6\nscipy===1.2\n", []), ("numpy>=1,==1.2.3", []),
        ("numpy --hash=sha256:\(String(repeating: "a", count: 64))", []),
        (
            "scipy==1.0\nnumpy\npandas>=2\njoblib==1.*",
            [
                "requirements.txt:2:1: warning: no exact version, so others may get another one: numpy (line 2), "
                    + "pandas (line 3), joblib (line 4)"
            ]
        ),
        ("sklearn==1.6.1", ["requirements.txt:1:1: error: 'sklearn' is imported, but installed as 'scikit-learn'"]),
        ("cv2==4.1", ["requirements.txt:1:1: error: 'cv2' is imported, but installed as 'opencv-python-headless'"]),
        ("PIL==1.1", ["requirements.txt:1:1: error: 'PIL' is imported, but installed as 'pillow'"]),
        ("yaml==1.1", ["requirements.txt:1:1: error: 'yaml' is imported, but installed as 'pyyaml'"]),
        ("bs4==0.0.2", ["requirements.txt:1:1: warning: 'bs4' is imported, but installed as 'beautifulsoup4'"]),
        ("json==1.0", ["requirements.txt:1:1: error: 'json' is part of Python; remove the line"]),
        ("sqlite3==1.0", ["requirements.txt:1:1: error: 'sqlite3' is part of Python; remove the line"]),
        ("dataclasses==0.6", ["requirements.txt:1:1: warning: 'dataclasses' is part of Python; remove the line"]),
        ("python==3.9", ["requirements.txt:1:1: error: Python itself is no package"]),
        (
            "numpy==1.0\nNumPy==1.1",
            ["requirements.txt:2:1: error: 'NumPy' is wanted as ==1.1 here and as ==1.0 in line 1"]
        ),
        ("numpy==1.0\nnumpy==1.0", ["requirements.txt:2:1: warning: 'numpy' is named in line 1 too"]),
        (
            "pywin32==1; sys_platform == 'win32'",
            [
                "requirements.txt:1:1: warning: 'pywin32' is not installed: learnwares run on Linux",
                "requirements.txt:1:1: warning: Beimingwu and the Python client misread markers (what follows ';')",
            ]
        ),
        ("numpy==1; python_version <", ["requirements.txt:1:1: error: "]),
        ("num py==1", ["requirements.txt:1:1: error: "]), ("-e .", ["requirements.txt:1:1: error: "]),
        ("numpy==1.0 # fine\n\n# comment\n", []),
    ]

    @Test("checks every line of requirements.txt", arguments: requirements)
    func requirement(text: String, lines: [String]) throws {
        let problems = try GoodFolder.problems(["requirements.txt": text])
        #expect(problems.count == lines.count, "\(problems)")
        for (problem, line) in zip(problems, lines) { #expect(problem.hasPrefix(line), "\(problem)") }
    }

    /// An environment.yaml and all that is said about it, beside that it wins.
    static let conda: [(String, [String])] = [
        ("dependencies: [python=3.11, numpy=2.4.6]", []),
        ("dependencies: x", ["environment.yaml:1:15: error: dependencies must be a list, not a text"]),
        ("dependencies: [python=abc]", ["environment.yaml:1:1: error: 'abc' is no version"]),
        (
            "dependencies:\n- r-base=4.2",
            ["environment.yaml:2:1: warning: 'r-base' comes from conda only and is not installed"]
        ),
        (
            "dependencies:\n- pip:\n  - numpy==1.0\n  - sklearn==1.0",
            ["environment.yaml:4:1: error: 'sklearn' is imported, but installed as 'scikit-learn'"]
        ),
    ]

    @Test("checks environment.yaml", arguments: conda)
    func dependency(text: String, lines: [String]) throws {
        let problems = try GoodFolder.problems(["environment.yaml": text, "requirements.txt": nil])
        #expect(problems == lines)
    }

    @Test("says which of two environment files counts, and which has the wrong name")
    func names() throws {
        let both = try GoodFolder.problems(["environment.yaml": "dependencies: [numpy=2.4.6]"])
        #expect(both == ["requirements.txt: warning: the file is not used, because environment.yaml wins"])
        let wrong = try GoodFolder.problems(["environment.yml": "dependencies: []", "requirements.txt": nil])
        #expect(wrong.contains("environment.yml: warning: nothing reads this file; did you mean 'environment.yaml'?"))
        let plural = try GoodFolder.problems(["requirement.txt": "", "requirements.txt": nil])
        #expect(plural.contains("requirement.txt: warning: nothing reads this file; did you mean 'requirements.txt'?"))
    }

    @Test("reads UTF-16, packs it as it is, and says that others do not read it", arguments: [false, true])
    func utf16(isBigEndian: Bool) throws {
        let scratch = try Scratch()
        let folder = try GoodFolder.write(in: scratch)
        let bytes = UTF16Text.bytes("numpy==2.4.6\r\nsklearn==1.6.1\r\n", isBigEndian: isBigEndian)
        try scratch.write(bytes, to: "folder/requirements.txt")
        #expect(
            try PackageBuilder.examine(folder).validation.problems.map(\.description) == [
                "requirements.txt: warning: the file is UTF-16, which other tools do not read",
                "requirements.txt:2:1: error: 'sklearn' is imported, but installed as 'scikit-learn'",
            ]
        )
    }

    static let secrets = [
        ".env", ".env.local", "id_rsa", "sub/server.pem", ".netrc", "credentials.json", ".aws/config", "a/.ssh/known",
    ]

    @Test("names files that look like secrets", arguments: secrets)
    func secret(name: String) throws {
        let line = "\(name): warning: it looks like a secret, and everybody who gets the learnware can read it"
        #expect(try GoodFolder.problems([name: "x"]) == [line])
    }

    @Test(
        "leaves alone what only resembles a secret",
        arguments: [".env.example", "environment.py", "keys.txt", "pem.txt"]
    )
    func noSecret(name: String) throws {
        #expect(try GoodFolder.problems([name: "x"]) == [])
    }

    @Test(
        "notes weights that are empty or only a pointer",
        arguments: ["a.pkl", "b.joblib", "c.onnx", "d.pt", "e.npy"]
    )
    func weights(name: String) throws {
        #expect(try GoodFolder.problems([name: ""]) == ["\(name): warning: the file is empty"])
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n"
        #expect(
            try GoodFolder.problems([name: pointer]) == [
                "\(name): warning: the file is a pointer of Git LFS, not what it points to"
            ]
        )
    }

    @Test("notes a package over 1 GiB and a very large text")
    func sizes() throws {
        let scratch = try Scratch()
        let folder = try GoodFolder.write(["big.bin": "", "data.csv": ""], in: scratch)
        // Sparse, so they cost no disk.
        #expect(truncate(folder.appending("big.bin").string, 1 << 30) == 0)
        #expect(truncate(folder.appending("data.csv").string, 17 << 20) == 0)
        #expect(
            try PackageBuilder.examine(folder).validation.problems.map(\.description).sorted() == [
                "data.csv: warning: a text of 17 MiB; is it data that the model does not need?",
                "warning: the files have more than 1 GiB in all; Beimingwu's web form takes zips of up to 1 GiB",
            ]
        )
    }

    @Test(
        "rounds a size to the nearest tenth",
        arguments: [(3 << 30, "3.0"), (3_300_000_000, "3.1"), (2_200_000_000, "2.0")]
    )
    func rounding(size: Int, text: String) throws {
        let scratch = try Scratch()
        let folder = try GoodFolder.write(["big.bin": ""], in: scratch)
        #expect(truncate(folder.appending("big.bin").string, size) == 0)
        let problems = try PackageBuilder.examine(folder).validation.problems.map(\.description)
        #expect(problems.count == 1 && problems[0].contains("have \(text) GiB in all"), "\(problems)")
    }

    @Test("shows foreign names and values as plain text")
    func foreign() throws {
        let problems = try GoodFolder.problems([
            "learnware.yaml": "\"a\\e[31m\\u202Eb\": 1\n", "requirements.txt": "a\u{1B}[0m\n", "\u{E9}.pem": "x",
        ])
        #expect(problems.count >= 3)
        for problem in problems {
            #expect(problem.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" }, "\(problem)")
        }
    }
}
