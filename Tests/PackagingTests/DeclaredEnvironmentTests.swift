import Packaging
import TestSupport
import Testing

@Suite("pyproject.toml and pylock.toml")
struct DeclaredEnvironmentTests {
    /// Opens a package that holds these files, and no others that name dependencies.
    private func source(_ files: (String, String)...) throws -> (source: EnvironmentSource, warnings: [String]) {
        let scratch = try Scratch()
        var zip = RawZip.package(adding: files.map { RawZip.Entry($0.0, $0.1) })
        zip.entries.remove(at: 2)
        let package = try Package.open(try scratch.write(zip.bytes, to: "p.zip"))
        return (package.environment, package.warnings.map(\.description))
    }

    private static let hash = String(repeating: "a1", count: 32)
    private static let other = String(repeating: "b2", count: 32)

    @Test("a project's dependencies and Python are read, and what is not installed is said once for each table")
    func project() throws {
        let (source, warnings) = try source(
            (
                "pyproject.toml",
                """
                [build-system]
                requires = ["evil-backend"]
                [project]
                name = "x"
                requires-python = " >= 3.10, <3.13 "
                dependencies = [
                  "numpy>=1.26",  # why
                  "requests[socks]; python_version < '3.12'",
                  "learnware",
                ]
                [project.optional-dependencies]
                gpu = ["cupy"]
                doc = ["sphinx"]
                [dependency-groups]
                dev = ["pytest"]
                [tool.uv]
                index-url = "http://evil/"
                [tool.uv.sources]
                numpy = { git = "https://evil/numpy" }
                """
            )
        )
        #expect(source.fileName == "pyproject.toml")
        #expect(source.pythonSpecifier == ">=3.10,<3.13")
        #expect(
            source.requirements.lines.map(\.canonicalText) == [
                "numpy>=1.26", "requests[socks] ; python_version < \"3.12\"",
            ]
        )
        #expect(source.requirements.lines.map(\.line) == [7, 8])
        #expect(source.requirements.skipsLearnware)
        #expect(
            source.remarks.map(\.text) == [
                "optional dependencies are not installed: gpu, doc", "dependency groups are not installed: dev",
                "tool.uv.sources is not obeyed: packages come from the user's own index",
            ]
        )
        #expect(warnings.contains { $0.hasPrefix("pyproject.toml:11:1: optional dependencies") }, "\(warnings)")
        #expect(warnings.contains { $0.contains("read only requirements.txt") })
    }

    @Test(
        "a project's line that is more than a name and versions is set aside with the reason",
        arguments: [
            ("dependencies = ['x @ https://evil/x.whl']", "address"),
            ("dependencies = ['git+https://evil/x']", "address"),
            ("dependencies = ['./x']", "path"), ("dependencies = ['--index-url http://evil']", "--index-url"),
            ("dependencies = ['-r other.txt']", "-r"), ("dependencies = [\"a\\nb\"]", "U+A"),
            ("dynamic = ['version', 'dependencies']", "build script"),
        ]
    )
    func refusedInProject(line: String, word: String) throws {
        let (source, _) = try source(("pyproject.toml", "[project]\nname = 'x'\n\(line)\n"))
        #expect(source.requirements.lines.isEmpty)
        let refused = try #require(source.requirements.refused.first)
        #expect(refused.line == 3)
        #expect(refused.reason.contains(word), "\(refused.reason)")
    }

    @Test("poetry's own table is not taken for the project's")
    func poetry() throws {
        let text = "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nnumpy = '*'\n"
        let (source, _) = try source(("pyproject.toml", text))
        #expect(source.requirements.refused.map(\.line) == [3])
        #expect(source.requirements.refused.first?.reason.contains("[project]") == true)
    }

    @Test("a pyproject.toml that only configures tools names nothing, and says so")
    func toolsOnly() throws {
        let (source, warnings) = try source(("pyproject.toml", "[tool.ruff]\nline-length = 120\n"))
        #expect(source.fileName.isEmpty)
        #expect(warnings.contains { $0.contains("no table [project]") }, "\(warnings)")
    }

    @Test("of a lock, names, versions, markers and hashes count, and no address does")
    func lock() throws {
        let (source, warnings) = try source(
            (
                "pylock.toml",
                """
                lock-version = "1.0"
                created-by = "evil"
                requires-python = ">=3.11"
                [[packages]]
                name = "Numpy"
                version = "2.4.6"
                marker = "sys_platform == 'linux'"
                index = "http://evil/simple"
                wheels = [
                  { url = "http://evil/numpy.whl", upload-time = 2026-01-01T00:00:00Z, hashes = { sha256 = "\(Self.hash)" } },
                  { path = "../numpy.whl", size = 1, hashes = { sha256 = "\(Self.other.uppercased())", md5 = "x" } },
                ]
                sdist = { url = "http://evil/numpy.tar.gz", hashes = { sha512 = "\(Self.hash)\(Self.other)" } }
                [[packages]]
                name = "pytest"
                version = "9.0"
                marker = "'dev' in dependency_groups"
                wheels = [{ url = "http://evil/p.whl", hashes = { sha256 = "\(Self.hash)" } }]
                """
            )
        )
        #expect(source.fileName == "pylock.toml")
        #expect(source.pythonSpecifier == ">=3.11")
        let line = try #require(source.requirements.lines.first)
        #expect(line.canonicalText == "numpy==2.4.6 ; sys_platform == \"linux\"")
        #expect(line.hashes == ["sha256:\(Self.hash)", "sha256:\(Self.other)", "sha512:\(Self.hash)\(Self.other)"])
        #expect(source.requirements.lines.count == 1 && source.requirements.refused.isEmpty)
        #expect(source.remarks.map(\.text) == ["'pytest' belongs to an extra or a dependency group; not installed"])
        #expect(!warnings.contains { $0.contains("evil") })
    }

    @Test(
        "a locked package that is no wheel of an index is set aside with the reason",
        arguments: [
            ("version = '1.0'\nvcs = { type = 'git', url = 'https://evil' }", "repository"),
            ("version = '1.0'\ndirectory = { path = '../..' }", "folder"),
            ("version = '1.0'\narchive = { url = 'http://evil', hashes = {} }", "address"),
            ("version = '1.0'", "hash"), ("version = '1.0'\nwheels = [{ hashes = { md5 = 'a' } }]", "hash"),
            ("wheels = []", "version"), ("version = '1.0 --index-url x'", "no version"),
            ("version = '1.*'", "no version"),
            ("version = '1.0'\nmarker = \"os.system('x')\"\nwheels = [{ hashes = { sha256 = 'HASH' } }]", "marker"),
        ]
    )
    func refusedInLock(lines: String, word: String) throws {
        let lines = lines.replacing("HASH", with: Self.hash)
        let (source, _) = try source(
            ("pylock.toml", "lock-version = '1.0'\n[[packages]]\nname = 'x'\n\(lines)\n")
        )
        #expect(source.requirements.lines.isEmpty)
        let refused = try #require(source.requirements.refused.first)
        #expect(refused.line == 3)
        #expect(refused.reason.contains(word), "\(refused.reason)")
    }

    @Test(
        "a name that would be more than a name is set aside",
        arguments: ["x[y]", "x>=1,", "x ; os_name == 'a' #", "-r x", "x @ http://evil", "\\u202Ex"]
    )
    func names(name: String) throws {
        let text = """
            lock-version = "1.0"
            [[packages]]
            name = "\(name)"
            version = "1.0"
            wheels = [{ hashes = { sha256 = "\(Self.hash)" } }]
            """
        let (source, _) = try source(("pylock.toml", text))
        #expect(source.requirements.lines.isEmpty)
        #expect(source.requirements.refused.count == 1)
    }

    @Test(
        "files that are no such thing are refused by place",
        arguments: [
            ("pyproject.toml", "[project\n"), ("pyproject.toml", "project = 1\n"),
            ("pyproject.toml", "[project]\ndependencies = 'numpy'\n"),
            ("pyproject.toml", "[project]\ndependencies = [1]\n"),
            ("pyproject.toml", "[project]\nrequires-python = 'banana'\n"), ("pylock.toml", "lock-version = '2.0'\n"),
            ("pylock.toml", "packages = []\n"), ("pylock.toml", "lock-version = '1.0'\n[packages]\nx = 1\n"),
            ("pylock.toml", "lock-version = '1.0'\n[[packages]]\nversion = '1'\n"),
        ]
    )
    func wrong(name: String, text: String) throws {
        let error = #expect(throws: PackageError.self) { try source((name, text)) }
        #expect(error?.rule == .environment)
        #expect(error?.message.hasPrefix(name) == true, "\(error?.message ?? "")")
    }

    @Test("what the Python package reads comes first, then the lock, then the project")
    func order() throws {
        let project = ("pyproject.toml", "[project]\ndependencies = ['a']\n")
        let lock = ("pylock.toml", "lock-version = '1.0'\n")
        let requirements = ("requirements.txt", "c\n")
        #expect(try source(project).source.fileName == "pyproject.toml")
        let (second, warnings) = try source(project, lock)
        #expect(second.fileName == "pylock.toml")
        #expect(!warnings.contains { $0.contains("not used") })
        let (third, others) = try source(project, lock, requirements)
        #expect(third.fileName == "requirements.txt")
        #expect(others.contains("pylock.toml: the file is not used, because requirements.txt wins"))
    }

    @Test("too many packages are refused")
    func tooMany() {
        let lines = (0...5000).map { "'a\($0)'" }.joined(separator: ",\n")
        #expect(throws: PackageError.self) { try source(("pyproject.toml", "[project]\ndependencies = [\(lines)]\n")) }
    }
}
