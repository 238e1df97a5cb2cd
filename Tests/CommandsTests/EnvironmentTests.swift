import Foundation
import SystemPackage
import TestSupport
import Testing

/// Packages that try to decide where their environment comes from, or to run something while it is made.
@Suite(.serialized) struct EnvironmentTests {
    private let scratch: Scratch
    private let marker: String

    init() throws {
        scratch = try Scratch()
        marker = scratch.appending("marker")
        try scratch.write("x.csv", "1,2\n")
    }

    /// Packs a model that says whether anything of the marker kind ran inside, and predicts with it.
    private func predict(
        _ requirements: String,
        files: [String: String] = [:],
        environment: [String: String] = [:],
        cache: FilePath = Checkout.cache,
        importing module: String = "os"
    ) throws -> ToolResult {
        try scratch.write("p/learnware.yaml", "model: {kwargs: {}}\n")
        try scratch.write("p/requirements.txt", requirements)
        for (name, text) in files { try scratch.write("p/" + name, text) }
        try scratch.write(
            "p/__init__.py",
            """
            import os
            import \(module)
            from learnware.model import BaseModel
            class Model(BaseModel):
                def __init__(self):
                    super().__init__(input_shape=(2,), output_shape=(1,))
                def predict(self, X):
                    return X[:, 0] * (2 if 'LW_PTH_RAN' in os.environ else 1)
            """
        )
        // By another packer: ours refuses some of these lines before a runner sees them.
        let zip = scratch.appending("p.zip")
        let packed = try Tool.run(
            "/usr/bin/python3",
            [
                "-c", "import shutil, sys; shutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2])", zip,
                scratch.appending("p"),
            ]
        )
        #expect(packed.status == 0, "\(packed.errors)")
        return try Tool.run(
            "lw-run",
            ["predict", zip, "--input", scratch.appending("x.csv"), "--python", "/usr/bin/python3"],
            environment: ["XDG_CACHE_HOME": cache.string].merging(environment) { _, new in new }
        )
    }

    @Test(arguments: [
        "--index-url http://HOST/simple", "-i http://HOST/simple", "--extra-index-url=http://HOST/simple",
        "--find-links http://HOST/", "--trusted-host HOST",
    ])
    func anIndexThatAPackageNamesIsNeverAsked(line: String) throws {
        let listener = try Listener()
        let named = line.replacingOccurrences(of: "HOST", with: "127.0.0.1:\(listener.port)")
        let result = try predict("\(named)\nnumpy\n")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "1.0\n")
        #expect(result.errors.contains("requirements.txt, line 1"))
        #expect(result.errors.contains("is left out"))
        #expect(!listener.wasAsked)
    }

    @Test(arguments: [
        "six @ http://HOST/six-1.0-py3-none-any.whl", "http://HOST/six-1.0-py3-none-any.whl", "git+http://HOST/six.git",
        "./six-1.0-py3-none-any.whl", "/etc/passwd", "-e .", "-e git+http://HOST/x#egg=x", "-r other.txt",
        "-c constraints.txt", "file:///etc/passwd", "six; python_version < '3' or os.system('touch MARKER')",
        "six$(touch MARKER)", "six`touch MARKER`", "--config-settings x=y",
    ])
    func aLineThatIsNoNameWithVersionsIsRefusedByItsPlace(line: String) throws {
        let listener = try Listener()
        let named = line.replacingOccurrences(of: "HOST", with: "127.0.0.1:\(listener.port)")
            .replacingOccurrences(of: "MARKER", with: marker)
        let result = try predict("numpy\n\(named)\n", files: ["setup.py": "open('\(marker)', 'w')\n"])
        #expect(result.status == 6, "\(result.status) \(result.errors)")
        #expect(result.errors.contains("requirements.txt, line 2"), "\(result.errors)")
        #expect(!listener.wasAsked)
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    @Test func configurationInThePackagesRootIsNeverRead() throws {
        let listener = try Listener()
        let index = "http://127.0.0.1:\(listener.port)/simple"
        let files = [
            "uv.toml": "index-url = \"\(index)\"\n[pip]\nindex-url = \"\(index)\"\n",
            "pyproject.toml": """
            [project]
            name = "x"
            version = "1"
            [tool.uv]
            index-url = "\(index)"
            [build-system]
            requires = []
            build-backend = "evil"
            backend-path = ["."]
            """,
            // At the top, a sitecustomize.py is refused with the zip.
            "evil.py": "open('\(marker)', 'w')\n", "tools/sitecustomize.py": "open('\(marker)', 'w')\n",
            "numpy.py": "open('\(marker)', 'w')\n", ".python-version": "2.7\n", ".env": "UV_INDEX_URL=\(index)\n",
        ]
        // A version that no other test asks for, so that it is resolved and fetched now.
        let result = try predict("numpy\npackaging==24.1\n", files: files)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "1.0\n")
        #expect(!listener.wasAsked)
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    private func makeWheel(_ name: String, build: Int, files: [String: String]) throws -> String {
        try Wheel(name: name, build: build, files: files).write(to: scratch.appending("wheels"))
    }

    @Test func aWheelsPthRunsNeitherOnTheHostNorInTheSandbox() throws {
        let code = "import os; os.environ['LW_PTH_RAN'] = '1'; open('\(marker)', 'w')\n"
        _ = try makeWheel("lwevil", build: 1, files: ["lw_evil.pth": code, "lwevil/__init__.py": code])
        // The wheel comes from where the *user* said, so it is installed; what it brings still runs nowhere.
        let result = try predict(
            "numpy\nlwevil==1.0\n",
            environment: ["PIP_FIND_LINKS": scratch.appending("wheels")]
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "1.0\n")
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    @Test func anUnknownPackageIsToldByItsName() throws {
        let result = try predict("numpy\nlw-there-is-no-such-package==1.0\n")
        #expect(result.status == 6)
        #expect(result.errors.contains("lw-there-is-no-such-package"))
    }

    @Test func offlineFetchesNothing() throws {
        let cache = scratch.path.appending("cache")
        try scratch.write("p/learnware.yaml", "model: {kwargs: {}}\n")
        try scratch.write("p/__init__.py", "class Model: pass\n")
        try scratch.write("p/requirements.txt", "numpy\n")
        let zip = scratch.appending("p.zip")
        #expect(try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip]).status == 0)
        let result = try Tool.run(
            "lw-run",
            ["predict", zip, "--input", scratch.appending("x.csv"), "--offline", "--python", "/usr/bin/python3"],
            environment: ["XDG_CACHE_HOME": cache.string]
        )
        #expect(result.status == 6)
        #expect(result.errors.contains("--offline"))
    }

    @Test func aStoreThatOthersMayWriteToIsRefused() throws {
        let cache = scratch.path.appending("open")
        let store = cache.appending("learnware").string
        try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: true)
        chmod(store, 0o777)
        let result = try predict("numpy\n", cache: cache)
        #expect(result.status == 6)
        #expect(result.errors.contains("may be written by others"))
    }
}
