import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What decides an environment's contents, and what a wheel or an interruption may not do.
@Suite(.serialized) struct EnvironmentBuildTests {
    private let workshop: EnvironmentWorkshop

    init() throws {
        workshop = try EnvironmentWorkshop()
    }

    private func record(_ result: ToolResult) throws -> Node {
        #expect(result.status == 0, "\(result.errors)")
        return try #require(try JSON.parse(result.output)["packages"]?.array?.first)
    }

    private func packages(_ result: ToolResult) throws -> [String] {
        try record(result)["packages"]?.array?.compactMap(\.string) ?? []
    }

    // MARK: Sources

    @Test func aProjectsDependenciesAreInstalledAndItsExtrasAreNot() throws {
        try Wheel(name: "lwdep", version: "2.0").write(to: workshop.wheels)
        try Wheel(name: "lwextra").write(to: workshop.wheels)
        let text = """
            [project]
            name = "x"
            dependencies = ["lwdep>=1"]
            optional-dependencies = { more = ["lwextra"] }
            """
        let result = try workshop.prewarm(try workshop.pack(["pyproject.toml": text]))
        #expect(try packages(result) == ["lwdep==2.0", "numpy==9.9"])
        #expect(result.errors.contains("pyproject.toml, line 4: optional dependencies are not installed: more"))
    }

    @Test func aLocksAddressesAreNeverAskedAndItsHashesHold() throws {
        let listener = try Listener()
        let good = try Wheel(name: "lwlock", files: ["lwlock/__init__.py": ""]).write(to: workshop.wheels)
        try Wheel(name: "lwlock", build: 2, files: ["lwlock/__init__.py": "evil"]).write(to: workshop.wheels)
        func lock(_ hash: String) -> String {
            """
            lock-version = "1.0"
            created-by = "test"
            [[packages]]
            name = "lwlock"
            version = "1.0"
            index = "\(listener.url)/simple"
            wheels = [{ url = "\(listener.url)/lwlock-1.0-py3-none-any.whl", hashes = { sha256 = "\(hash)" } }]
            """
        }
        let result = try workshop.prewarm(try workshop.pack(["pylock.toml": lock(good)]))
        #expect(try packages(result) == ["lwlock==1.0", "numpy==9.9"])
        let file = workshop.environments.appending("\(workshop.finished[0])/site-packages/lwlock/__init__.py").string
        #expect(try String(contentsOfFile: file, encoding: .utf8).isEmpty)
        let refused = try workshop.prewarm(
            try workshop.pack(["pylock.toml": lock(String(repeating: "0", count: 64))], as: "q")
        )
        #expect(refused.status == 6)
        #expect(refused.errors.contains("'lwlock' with none of the hashes"), "\(refused.errors)")
        #expect(!listener.wasAsked)
    }

    @Test func aPinnedHashHoldsWhateverAnotherPackageResolvedBefore() throws {
        let good = try Wheel(name: "lwpin", files: ["lwpin/__init__.py": "good"]).write(to: workshop.wheels)
        try Wheel(name: "lwpin", build: 2, files: ["lwpin/__init__.py": "evil"]).write(to: workshop.wheels)
        let other = try Wheel(name: "lwother").write(to: workshop.wheels)
        // The same names and the same hashes, but pooled under the wrong name: the newer build is taken.
        let attacker = "lwpin==1.0\nlwother==1.0 --hash=sha256:\(good) --hash=sha256:\(other)\n"
        #expect(try workshop.prewarm(try workshop.pack(["requirements.txt": attacker])).status == 0)
        let attackers = workshop.finished
        let victim = "lwpin==1.0 --hash=sha256:\(good)\nlwother==1.0 --hash=sha256:\(other)\n"
        #expect(try workshop.prewarm(try workshop.pack(["requirements.txt": victim], as: "q")).status == 0)
        let own = try #require(workshop.finished.first { !attackers.contains($0) })
        let file = workshop.environments.appending("\(own)/site-packages/lwpin/__init__.py").string
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "good")
        let none = victim.replacingOccurrences(of: good, with: String(repeating: "0", count: 64))
        let refused = try workshop.prewarm(try workshop.pack(["requirements.txt": none], as: "r"))
        #expect(refused.status == 6)
        #expect(refused.errors.contains("'lwpin' with none of the hashes"), "\(refused.errors)")
    }

    // MARK: The interpreter

    @Test func theNewestInterpreterWithWheelsIsTaken() throws {
        try Wheel(name: "lwold", tag: "cp311-cp311-linux_\(Self.machine)").write(to: workshop.wheels)
        let zip = try workshop.pack(["requirements.txt": "lwold\n"])
        let python = try record(try workshop.prewarm(zip, python: nil))["python"]?.string
        #expect(python?.hasPrefix("3.11.") == true, "\(python ?? "")")
        try Wheel(name: "lwnone", tag: "cp27-none-any").write(to: workshop.wheels)
        let none = try workshop.prewarm(try workshop.pack(["requirements.txt": "lwnone\n"], as: "q"), python: nil)
        #expect(none.status == 6)
        #expect(none.errors.contains("no set of wheels for Python"), "\(none.errors)")
    }

    private static let machine: String = {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }()

    @Test(arguments: [
        ("environment.yaml", "dependencies: [python=3.8]\n"),
        ("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '<3.9'\n"),
    ])
    func anInterpreterThatIsNotThereIsRefusedWithThoseThatAre(file: String, text: String) throws {
        let zip = try workshop.pack([file: text])
        let refused = try workshop.prewarm(zip, python: nil)
        #expect(refused.status == 6)
        #expect(refused.errors.contains("\(file) asks for Python"), "\(refused.errors)")
        #expect(refused.errors.contains("there is only 3."))
        // What the hint says to type is what works.
        let hint = try #require(refused.errors.firstMatch(of: /'--python (3\.[0-9]+)'/)?.1)
        #expect(try record(try workshop.prewarm(zip, python: String(hint)))["python"]?.string?.hasPrefix(hint) == true)
        let missing = try workshop.prewarm(zip, python: "3.2")
        #expect(missing.status == 6)
        #expect(missing.errors.contains("Python 3.2 is not installed; there is 3."), "\(missing.errors)")
        #expect(missing.errors.contains("try --python 3."))
    }

    // MARK: What wheels may not do

    static let attacks: [(String, [String: String], [String: String])] = [
        ("holds a file named '../../evil.py'", ["../../evil.py": "evil"], [:]),
        ("holds a file named '/tmp/lw-evil.py'", ["/tmp/lw-evil.py": "evil"], [:]),
        ("is a link or a special file", [:], ["lwevil/link": "/etc"]),
    ]

    @Test(arguments: attacks)
    func aWheelThatReachesOutIsRefusedByName(words: String, files: [String: String], links: [String: String]) throws {
        try Wheel(name: "lwevil", files: files, links: links).write(to: workshop.wheels)
        let result = try workshop.prewarm(try workshop.pack(["requirements.txt": "lwevil\n"]))
        #expect(result.status == 6)
        #expect(result.errors.contains("unpacking the wheels in the sandbox failed"), "\(result.errors)")
        #expect(result.errors.contains("lwevil-1.0-1-py3-none-any.whl: ") && result.errors.contains(words))
        #expect(workshop.finished.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/lw-evil.py"))
    }

    @Test func aWheelPutsNothingInAnothersPlace() throws {
        let files = [
            "zshadow-1.0.data/data/numpy/__init__.py": "evil", "zshadow-1.0.data/scripts/python3": "evil",
            "numpy/__init__.py": "evil",
        ]
        try Wheel(name: "zshadow", files: files).write(to: workshop.wheels)
        let result = try workshop.prewarm(try workshop.pack(["requirements.txt": "zshadow\n"]))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("1 files come from two packages with different contents (numpy/__init__.py)"))
        let site = workshop.environments.appending("\(workshop.finished[0])/site-packages")
        let found = try FileManager.default.subpathsOfDirectory(atPath: site.string)
        #expect(!found.contains { $0.contains("python3") || $0.contains("data/") })
    }

    @Test func gpuLibrariesAreToldBeforeTheyAreFetchedAndCpuBuildsArePreferred() throws {
        let nvidia = "nvidia_nccl_cu12"
        try Wheel(name: nvidia, padding: 50_500_000).write(to: workshop.wheels)
        let platform = "\(Self.machine)"
        try Wheel(name: "xgboost", tag: "py3-none-manylinux2014_\(platform)", requires: [nvidia]).write(
            to: workshop.wheels
        )
        try Wheel(
            name: "xgboost",
            tag: "py3-none-manylinux_2_28_\(platform)",
            requires: [nvidia],
            files: ["gpu.py": ""]
        ).write(to: workshop.wheels)
        let zip = try workshop.pack(["requirements.txt": "xgboost\n"])
        let small = try workshop.prewarm(zip, "--cpu")
        #expect(try packages(small) == ["numpy==9.9", "xgboost==1.0"])
        #expect(!small.errors.contains("NVIDIA"))
        let large = try workshop.prewarm(zip)
        #expect(try packages(large) == ["numpy==9.9", "nvidia-nccl-cu12==1.0", "xgboost==1.0"])
        let lines = large.errors.split(separator: "\n").map(String.init)
        let warning = try #require(
            lines.firstIndex { $0.contains("51 MB of this environment serve NVIDIA's GPUs only") }
        )
        let fetching = try #require(lines.firstIndex { $0.contains("fetching ") })
        #expect(warning < fetching)
        #expect(lines[warning].contains("nvidia-nccl-cu12 51 MB") && lines[warning].contains("--cpu"))

        try Wheel(name: "tensorflow").write(to: workshop.wheels)
        let flow = try workshop.pack(["requirements.txt": "tensorflow==1.0\n"], as: "q")
        let none = try workshop.prewarm(flow, "--cpu")
        #expect(none.errors.contains("offers no build of tensorflow for CPUs"), "\(none.errors)")
        #expect(try packages(none).contains("tensorflow==1.0"))
        try Wheel(name: "tensorflow_cpu").write(to: workshop.wheels)
        try FileManager.default.removeItem(atPath: workshop.store.appending("locks").string)
        #expect(try packages(try workshop.prewarm(flow, "--cpu")) == ["numpy==9.9", "tensorflow-cpu==1.0"])
    }

    @Test func withAddsWhatThePackageDoesNotName() throws {
        try Wheel(name: "lwmore", version: "3.0").write(to: workshop.wheels)
        let zip = try workshop.pack(["requirements.txt": "numpy\n"])
        #expect(try packages(try workshop.prewarm(zip, "--with", "lwmore>=2")) == ["lwmore==3.0", "numpy==9.9"])
        for line in ["lwmore @ http://evil/x.whl", "--index-url=http://evil", "./x", "learnware"] {
            let refused = try workshop.prewarm(zip, "--with=\(line)")
            #expect(refused.status == 2, "\(line): \(refused.errors)")
        }
    }
}
