import Packaging
import TestSupport
import Testing

@Suite("Requirement lines")
struct RequirementTests {
    private func list(_ text: String) throws -> RequirementList {
        try RequirementParser.list(Array(text.utf8), file: "requirements.txt")
    }

    static let accepted: [(String, String)] = [
        ("numpy", "numpy"),
        ("numpy==2.4.6", "numpy==2.4.6"),
        ("  numpy  >= 1.20 , < 2  # why", "numpy>=1.20,<2"),
        ("Scikit_Learn==1.6.1", "scikit-learn==1.6.1"),
        ("zope.interface", "zope-interface"),
        ("requests[Socks, use_chardet]>=2", "requests[socks,use-chardet]>=2"),
        ("requests[]", "requests"),
        ("torch (>=2.0)", "torch>=2.0"),
        ("torch==2.1.0+cpu", "torch==2.1.0+cpu"),
        ("a~=1.4.2", "a~=1.4.2"),
        ("a===1.0.weird", "a===1.0.weird"),
        ("a!=1.5.*,==1.*", "a!=1.5.*,==1.*"),
        ("a==1!2.0rc1.post2.dev3", "a==1!2.0rc1.post2.dev3"),
        ("a==1.0-1", "a==1.0-1"),
        ("a==v1.0.0-alpha.1", "a==v1.0.0-alpha.1"),
        ("x ; python_version<'3.9'", "x ; python_version < \"3.9\""),
        (
            "x==1;( python_version >= \"3.8\" and sys_platform=='linux') or os_name == 'nt'",
            "x==1 ; (python_version >= \"3.8\" and sys_platform == \"linux\") or os_name == \"nt\""
        ),
        ("x; 'linux' in sys_platform", "x ; \"linux\" in sys_platform"),
        ("x; extra not   in 'a b'", "x ; extra not in \"a b\""),
        ("3to2", "3to2"),
        ("a#b", ""),
        ("a #b", "a"),
        ("--hash-only", ""),
    ]

    @Test("are rebuilt from their parts", arguments: accepted)
    func canonical(line: String, expected: String) throws {
        let list = try list(line)
        #expect(list.lines.map(\.canonicalText) == (expected.isEmpty ? [] : [expected]), "\(list.refused)")
        #expect(list.refused.isEmpty == !expected.isEmpty)
    }

    static let refused: [(String, String)] = [
        ("-i http://evil/simple", "-i"), ("--index-url http://x", "--index-url"),
        ("--index-url=http://x", "--index-url"),
        ("--extra-index-url http://x", "--extra-index-url"), ("--find-links .", "--find-links"), ("-f .", "-f"),
        ("--trusted-host x", "--trusted-host"), ("--no-binary :all:", "--no-binary"), ("--pre", "--pre"),
        ("-e .", "-e"), ("-e git+https://x/y", "-e"), ("-r other.txt", "-r"), ("-c c.txt", "-c"), ("-", "-"),
        ("http://x/y.whl", "address"), ("git+https://x/y#egg=z", "address"), ("file:///etc/passwd", "address"),
        ("pkg @ file:///etc", "address"), ("pkg @ https://x/y.whl", "address"), ("pkg@./x", "address"),
        ("./local", "path"), ("../local", "path"), ("/abs/x.whl", "path"), ("~/x", "path"),
        ("dir/pkg", "cannot follow"),
        ("numpy; import os", "marker"), ("numpy; os.system('x')", "marker"), ("numpy;", "marker"),
        ("numpy; python_version", "comparison"), ("numpy; '1' == '1'", "variable"),
        ("numpy; python_version < 3.9", "marker"), ("numpy; python_version < '3.9", "not allowed"),
        ("numpy; python_version < '$(id)'", "not allowed"), ("numpy; python_version < '3' ; x", "cannot follow"),
        ("numpy && rm -rf /", "cannot follow"), ("numpy; rm -rf /", "marker"), ("numpy|sh", "cannot follow"),
        ("numpy$(id)", "cannot follow"), ("numpy`id`", "cannot follow"), ("$(id)", "no package name"),
        ("numpy > /etc/passwd", "version"), ("numpy>=1 --global-option=x", "--global-option"),
        ("numpy --config-settings x=y", "--config-settings"), ("${HOME}", "variables"), ("numpy==${V}", "variables"),
        ("numpy==1.0 evil", "cannot follow"), ("numpy evil", "cannot follow"), ("numpy==", "version"),
        ("numpy=1.0", "cannot follow"), ("numpy==1.0,", "clause"), ("numpy>=1.*", "no version"),
        ("numpy==*", "no version"),
        ("numpy==abc", "no version"), ("numpy==1..2", "no version"), ("numpy==1.0+", "no version"),
        ("a===1*", "no version"),
        ("-numpy", "-numpy"), ("numpy-", "no package name"), ("_x", "no package name"), ("[x]", "no package name"),
        ("x[", "no package name"), ("x[a", "']'"), ("x(>=1", "')'"), ("ｎumpy", "U+FF4E"), ("nump\u{443}", "U+443"),
        ("numpy\u{200B}", "U+200B"), ("numpy\u{202E}", "U+202E"), ("nu\u{0}mpy", "U+0"), ("a\u{1B}[2J", "U+1B"),
        ("numpy==1.0 --hash=md5:" + String(repeating: "a", count: 32), "hash"),
        ("numpy==1.0 --hash=sha256:abc", "hash"), ("numpy==1.0 --hash", "--hash"),
        ("numpy==1.0 --hash=sha256:" + String(repeating: "g", count: 64), "hash"),
        (String(repeating: "a", count: 129), "128"), ("a==" + String(repeating: "1", count: 65), "64"),
        (String(repeating: "a ", count: 9000), "16384"),
        ("a" + (0..<40).map { ">=\($0)" }.joined(separator: ","), "32"),
        (
            "a; " + String(repeating: "(", count: 50) + "python_version>'3'" + String(repeating: ")", count: 50),
            "levels"
        ),
    ]

    @Test("that are more than names and versions are set aside with the reason", arguments: refused)
    func refusal(line: String, word: String) throws {
        let list = try list("first\n" + line)
        #expect(list.lines.map(\.name) == ["first"])
        let refused = try #require(list.refused.first)
        #expect(refused.line == 2)
        #expect(refused.reason.contains(word), "\(refused.reason)")
        #expect(refused.reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }

    @Test("never give back a byte that is not plain", arguments: accepted)
    func plain(line: String, _: String) throws {
        for requirement in try list(line).lines {
            let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,[]<>=!~+*; \"()/")
            #expect(requirement.canonicalText.allSatisfy(allowed.contains))
        }
    }

    @Test("may carry hashes")
    func hashes() throws {
        let (one, two) = (String(repeating: "aB", count: 32), String(repeating: "0", count: 128))
        let list = try list("x>=1 \\\n    --hash=sha256:\(one) \\\n    --hash sha512:\(two)  # note\ny")
        #expect(list.lines.map(\.name) == ["x", "y"])
        #expect(list.lines[0].hashes == ["sha256:\(one.lowercased())", "sha512:\(two)"])
        #expect(list.lines[0].canonicalText == "x>=1")
        #expect(list.lines.map(\.line) == [1, 4])
    }

    @Test("are counted from 1, over comments, blank lines, continuations and every line end")
    func lines() throws {
        let list = try list("# head\r\n\r\na\r\n  b \\\r\n  >= 1\r\n# c \\\nd\n\\\ne")
        #expect(list.lines.map(\.canonicalText) == ["a", "b>=1", "d", "e"])
        #expect(list.lines.map(\.line) == [3, 4, 7, 8])
    }

    @Test(
        "for learnware itself are left to the runner",
        arguments: ["learnware", "Learnware==0.3.2", "learnware[full]"]
    )
    func learnware(line: String) throws {
        let list = try list("numpy\n" + line)
        #expect(list.skipsLearnware)
        #expect(list.lines.map(\.name) == ["numpy"])
    }

    @Test("beyond every honest number are refused")
    func tooMany() {
        #expect(throws: PackageError.self) { try list(String(repeating: "a\n", count: 5000)) }
    }
}

@Suite("environment.yaml")
struct CondaTests {
    private func environment(_ text: String) throws(PackageError) -> CondaEnvironment {
        try CondaEnvironment(parsing: Array(text.utf8), file: "environment.yaml")
    }

    private func dependencies(_ lines: String...) throws(PackageError) -> CondaEnvironment {
        try environment("dependencies:\n" + lines.map { "- \($0)\n" }.joined())
    }

    @Test(
        "gives the interpreter in every spelling of conda",
        arguments: [
            ("python=3.9", "==3.9.*"), ("python=3.9.12", "==3.9.12"), ("python==3.9", "==3.9"),
            ("python=3.9.12=h12debd9_0", "==3.9.12"), ("python 3.9", "==3.9.*"), ("python 3.9.*", "==3.9.*"),
            ("python=3.9.*", "==3.9.*"), ("python 3.9.12 h12debd9_0", "==3.9.12"),
            ("'python>=3.8,<3.10'", ">=3.8,<3.10"),
            ("'python >=3.8'", ">=3.8"), ("defaults::python=3.8", "==3.8.*"), ("Python=3.8", "==3.8.*"), ("python", ""),
        ]
    )
    func python(line: String, specifier: String) throws {
        #expect(try dependencies(line).pythonSpecifier ?? "" == specifier)
    }

    @Test("turns packages with wheels of the same name into requirements")
    func wheels() throws {
        let environment = try dependencies(
            "python=3.11",
            "numpy=1.26.4=py311h24aa872_0",
            "scipy=1.11",
            "pandas",
            "'scikit-learn>=1.3,<2'",
            "joblib==1.3.0"
        )
        #expect(
            environment.requirements.lines.map(\.canonicalText) == [
                "numpy==1.26.4", "scipy==1.11.*", "pandas", "scikit-learn>=1.3,<2", "joblib==1.3.0",
            ]
        )
        #expect(environment.dependencies.map(\.role) == [.wheel, .wheel, .wheel, .wheel, .wheel])
        #expect(environment.requirements.lines.map(\.line) == [3, 4, 5, 6, 7])
    }

    @Test(
        "maps conda's names to those of wheels",
        arguments: [
            ("pytorch=2.1.0=py3.9_cpu_0", "torch==2.1.0"), ("pytorch-cpu", "torch"),
            ("matplotlib-base=3.8", "matplotlib==3.8.*"),
            ("py-xgboost=2.0.3=cpu_0", "xgboost==2.0.3"), ("opencv=4.8.0", "opencv-python-headless==4.8.0.*"),
            ("'opencv>=4.8.0'", "opencv-python-headless>=4.8.0"), ("opencv=4.8", "opencv-python-headless==4.8.*"),
            ("pytables=3.9.1", "tables==3.9.1"), ("tensorflow-base=2.15", "tensorflow==2.15.*"),
            ("python-dateutil", "python-dateutil"), ("importlib_metadata", "importlib-metadata"),
            ("cudatoolkit=11.8", ""),
            ("cuda-nvcc=12.1", ""), ("pytorch-mutex=1.0=cpu", ""),
        ]
    )
    func names(line: String, requirement: String) throws {
        let environment = try dependencies(line)
        #expect(environment.requirements.lines.map(\.canonicalText) == (requirement.isEmpty ? [] : [requirement]))
        #expect(environment.dependencies.map(\.role) == [requirement.isEmpty ? .system : .wheel])
    }

    @Test("knows what belongs to conda itself, and says what cannot be installed")
    func others() throws {
        let environment = try dependencies(
            "_libgcc_mutex=0.1=main",
            "openssl=3.0.9=h7f8727e_0",
            "pip",
            "pywin32=305",
            "r-base=4.2"
        )
        #expect(environment.requirements.lines.isEmpty)
        #expect(environment.dependencies.map(\.role) == [.system, .system, .system, .unknown, .unknown])
        #expect(environment.notInstalled.map(\.name) == ["pywin32", "r-base"])
        #expect(environment.notInstalled.map(\.version) == ["305", "4.2"])
        #expect(environment.notInstalled.map(\.line) == [5, 6])
    }

    @Test("has its pip part read as a requirements file, with the lines of this file")
    func pip() throws {
        let environment = try environment(
            """
            name: x
            channels: [defaults]
            dependencies:
              - python=3.9
              - pip:
                - numpy==1.2
                - --index-url http://evil
                - learnware
                - torch==2.0 ; python_version < '3.10'
            prefix: /home/someone
            variables: {LD_PRELOAD: /evil.so}
            """
        )
        #expect(
            environment.requirements.lines.map(\.canonicalText) == [
                "numpy==1.2", "torch==2.0 ; python_version < \"3.10\"",
            ]
        )
        #expect(environment.requirements.lines.map(\.line) == [6, 9])
        #expect(environment.requirements.refused.map(\.line) == [7])
        #expect(environment.requirements.skipsLearnware)
    }

    @Test(
        "sets aside a dependency that it cannot read",
        arguments: [
            "'numpy[version=\">=1\"]'", "'numpy=1.2|1.3'", "'numpy=$(id)'", "'numpy;rm'", "'numpy=1=2=3'", "'=1'",
            "'nump\u{443}'", "'numpy >= x'",
        ]
    )
    func refused(line: String) throws {
        let environment = try dependencies(line)
        #expect(environment.requirements.lines.isEmpty)
        #expect(environment.requirements.refused.count == 1)
    }

    @Test(
        "is refused where it is no such file",
        arguments: [
            "dependencies: numpy", "dependencies: [[a]]", "dependencies: [{npm: [a]}]", "dependencies: [{pip: a}]",
            "- a",
            "dependencies: [{pip: [{a: b}]}]", "a: !!python/object/apply:os.system [id]",
        ]
    )
    func wrong(text: String) {
        let error = #expect(throws: PackageError.self) { try environment(text) }
        #expect(error?.rule == .environment)
    }

    @Test("wins over requirements.txt")
    func wins() throws {
        let scratch = try Scratch()
        let zip = RawZip.package(adding: [RawZip.Entry("environment.yaml", "dependencies: [python=3.8, scipy]")])
        let package = try Package.open(try scratch.write(zip.bytes, to: "p.zip"))
        #expect(package.environment.fileName == "environment.yaml")
        #expect(package.environment.requirements.lines.map(\.name) == ["scipy"])
        #expect(package.environment.pythonSpecifier == "==3.8.*")
    }
}
