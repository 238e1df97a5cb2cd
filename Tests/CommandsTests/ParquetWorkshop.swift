import Foundation
import SystemPackage
import TestSupport
import Testing

/// Parquet files of pyarrow and pandas outside of our tools, and learnwares to run over them.
struct ParquetWorkshop {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private struct Failed: Error {
        let reason: String
    }

    static let python = "/usr/bin/python3"

    /// pyarrow and pandas for the tests alone, installed once.
    private static let libraries = Result { () throws -> String in
        let folder = Checkout.cache.appending("pyarrow")
        let stamp = folder.appending("complete.txt").string
        if FileManager.default.fileExists(atPath: stamp) { return folder.string }
        try? FileManager.default.removeItem(atPath: folder.string)
        let made = try Tool.run(
            Checkout.root.appending("scripts/uv").string,
            [
                "--no-config", "pip", "install", "--quiet", "--python", python, "--target", folder.string,
                "--only-binary", ":all:", "--compile-bytecode", "pyarrow>=21", "pandas<3",
            ],
            environment: ["UV_CACHE_DIR": Checkout.cache.appending("learnware/uv").string]
        )
        guard made.status == 0 else { throw Failed(reason: made.errors) }
        try Data().write(to: URL(fileURLWithPath: stamp))
        return folder.string
    }

    /// Runs lines of Python in the scratch folder, with `pa`, `pq` and `pd`.
    @discardableResult
    func peer(_ lines: String) throws -> String {
        let prelude = """
            import os, sys, pyarrow as pa, pyarrow.parquet as pq, pandas as pd
            os.chdir(sys.argv[1])

            """
        let result = try Tool.run(
            Self.python,
            ["-B", "-c", prelude + lines, scratch.path.string],
            environment: ["PYTHONPATH": try Self.libraries.get()]
        )
        guard result.status == 0 else { throw Failed(reason: result.errors) }
        return result.output
    }

    func pack(_ body: String, requirements: String = "numpy\n") throws -> String {
        try scratch.write("p/learnware.yaml", "name: data\nmodel: {kwargs: {}}\n")
        try scratch.write("p/requirements.txt", requirements)
        let indented = body.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        try scratch.write("p/__init__.py", "import numpy as np\nclass Model:\n\(indented)\n")
        let zip = scratch.appending("p.zip")
        let result = try Tool.run("lw-pack", ["build", scratch.appending("p"), "--output", zip])
        #expect(result.status == 0, "\(result.errors)")
        return zip
    }

    func arguments(_ command: String, _ zip: String, _ options: [String]) -> [String] {
        [command, zip, "--python", Self.python, "--progress", "quiet"] + options
    }

    func run(_ command: String, _ zip: String, _ options: [String]) throws -> ToolResult {
        let environment = ["XDG_CACHE_HOME": Checkout.cache.string]
        return try Tool.run("lw-run", arguments(command, zip, options), environment: environment)
    }

    let sum = "def predict(self, X):\n    return X.sum(axis=1)"
}
