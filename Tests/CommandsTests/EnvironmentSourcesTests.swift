import Documents
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `--allow-builds`: a stranger's code runs before the model's, and reaches nothing.
@Suite(.serialized) struct EnvironmentSourcesTests {
    private let workshop: EnvironmentWorkshop
    private let listener: Listener
    private let zip: String

    init() throws {
        workshop = try EnvironmentWorkshop()
        listener = try Listener()
        zip = try workshop.pack(["requirements.txt": "lwsdist==1.0\n"])
    }

    /// A build backend that tries what it must not, and puts what came of it into the wheel.
    private var backend: String {
        """
        import os, socket, subprocess, zipfile

        def attempt(name, work):
            try:
                work()
                return f"{name} worked"
            except BaseException:
                return f"{name} refused"

        def build_wheel(folder, config=None, metadata=None):
            said = [
                attempt("network", lambda: socket.create_connection(("127.0.0.1", \(listener.port)), 2)),
                attempt("process", lambda: subprocess.run(["/bin/true"], check=True)),
                attempt("fork", lambda: os.fork() or os._exit(0)),
                attempt("tools", lambda: open("/lw/tools/x", "w")),
                attempt("sources", lambda: open("/lw/sources/x", "w")),
                attempt("host", lambda: open("\(workshop.scratch.appending("marker"))", "w")),
                attempt("passwords", lambda: open("/etc/passwd")),
                attempt("own", lambda: open("x", "w")),
            ]
            name = "lwsdist-1.0-py3-none-any.whl"
            with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
                wheel.writestr("lwsdist.py", "\\n".join("# " + line for line in said))
                info = "lwsdist-1.0.dist-info/"
                wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: lwsdist\\nVersion: 1.0\\n")
                wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                wheel.writestr(info + "RECORD", "")
            return name
        """
    }

    /// Writes sources to the folder that is the index.
    ///
    /// - Returns: their SHA-256 in hexadecimal.
    @discardableResult
    private func writeSources(_ files: [String: String]) throws -> String {
        let program = """
            import hashlib, io, json, sys, tarfile
            path = sys.argv[1] + '/lwsdist-1.0.tar.gz'
            with tarfile.open(path, 'w:gz') as archive:
                for name, text in json.loads(sys.argv[2]).items():
                    entry = tarfile.TarInfo(name)
                    entry.size = len(text)
                    archive.addfile(entry, io.BytesIO(text.encode()))
            print(hashlib.sha256(open(path, 'rb').read()).hexdigest())
            """
        let text = String(decoding: try JSONEncoder().encode(files), as: UTF8.self)
        let made = try Tool.run("/usr/bin/python3", ["-c", program, workshop.wheels, text])
        #expect(made.status == 0, "\(made.errors)")
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var project: String {
        """
        [build-system]
        requires = []
        build-backend = "own_backend"
        backend-path = ["."]
        """
    }

    @Test func sourcesAreBuiltWhereTheyReachNothingAndOnlyWhenAllowed() throws {
        let hash = try writeSources([
            "lwsdist-1.0/pyproject.toml": project, "lwsdist-1.0/own_backend.py": backend,
            "lwsdist-1.0/PKG-INFO": "Metadata-Version: 2.1\nName: lwsdist\nVersion: 1.0\n",
        ])
        let refused = try workshop.prewarm(zip)
        #expect(refused.status == 6)
        #expect(refused.errors.contains("--allow-builds builds in the sandbox"), "\(refused.errors)")

        let built = try workshop.prewarm(zip, "--allow-builds")
        #expect(built.status == 0, "\(built.errors)")
        #expect(built.errors.contains("building lwsdist-1.0.tar.gz in the sandbox"))
        let record = try JSON.parse(built.output)["packages"]?.array?.first
        #expect(record?["built"]?.array?.compactMap(\.string) == ["lwsdist==1.0"])
        let file = workshop.environments.appending("\(workshop.finished[0])/site-packages/lwsdist.py").string
        let said = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { $0.dropFirst(2) }
        #expect(
            said == [
                "network refused", "process refused", "fork refused", "tools refused", "sources refused",
                "host refused", "passwords refused", "own worked",
            ]
        )
        #expect(!listener.wasAsked)
        #expect(!FileManager.default.fileExists(atPath: workshop.scratch.appending("marker")))
        // What was built once is there, and needs nobody.
        let again = try workshop.prewarm(zip, "--allow-builds", "--offline")
        #expect(again.status == 0 && !again.errors.contains("building"), "\(again.errors)")

        // The hash that a package names is that of the sources.
        for (pin, status) in [(hash, 0), (String(repeating: "0", count: 64), 6)] as [(String, Int32)] {
            let pinned = try workshop.pack(
                ["requirements.txt": "lwsdist==1.0 --hash=sha256:\(pin)\n"],
                as: "q\(status)"
            )
            let result = try workshop.prewarm(pinned, "--allow-builds")
            #expect(result.status == status, "\(result.errors)")
        }
    }

    static let refused: [(String, [String: String])] = [
        (
            "is no plain file",
            [
                "lwsdist-1.0/../../evil": "x",
                "lwsdist-1.0/pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'b'\n",
            ]
        ),
        ("is refused", ["lwsdist-1.0/pyproject.toml": "[build-system]\nrequires = ['x @ http://evil/x.whl']\n"]),
        (
            "is no name of a build backend",
            ["lwsdist-1.0/pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'os; x'\n"]
        ),
        (
            "leaves the sources",
            ["lwsdist-1.0/pyproject.toml": "[build-system]\nrequires = []\nbackend-path = ['../..']\n"]
        ),
        (
            "left no wheel",
            [
                "lwsdist-1.0/pyproject.toml":
                    "[build-system]\nrequires = []\nbuild-backend = 'b'\nbackend-path = ['.']\n",
                "lwsdist-1.0/b.py":
                    "def build_wheel(folder, *rest):\n    open(folder + '/numpy-1.0-py3-none-any.whl', 'w')\n",
            ]
        ),
        (
            "building lwsdist-1.0.tar.gz in the sandbox failed",
            [
                "lwsdist-1.0/pyproject.toml":
                    "[build-system]\nrequires = []\nbuild-backend = 'b'\nbackend-path = ['.']\n",
                "lwsdist-1.0/b.py": "raise SystemExit('no compiler')\n",
            ]
        ),
    ]

    @Test(arguments: refused)
    func sourcesThatReachOutAreRefused(words: String, files: [String: String]) throws {
        try writeSources(files)
        let result = try workshop.prewarm(zip, "--allow-builds")
        #expect(result.status == 6, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(workshop.finished.isEmpty)
    }

    @Test func aRealPackageOfWhichThereAreOnlySourcesIsBuilt() throws {
        guard Checkout.isSoak else { return }
        let zip = try workshop.pack(["requirements.txt": "langdetect==1.0.9\n"], as: "real")
        let result = try Tool.run(
            "lw-run",
            ["env", "prewarm", zip, "--json", "--python", "/usr/bin/python3", "--allow-builds"],
            environment: ["XDG_CACHE_HOME": workshop.cache.string]
        )
        #expect(result.status == 0, "\(result.errors)")
        let packages = try JSON.parse(result.output)["packages"]?.array?.first?["packages"]?.array
        #expect(packages?.contains { $0.string == "langdetect==1.0.9" } == true)
        #expect(packages?.contains { $0.string?.hasPrefix("six==") == true } == true)
    }
}
