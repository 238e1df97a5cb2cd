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

    /// pyarrow and pandas for the tests alone, installed once.
    private static let peer = Result { try PythonPeer("pyarrow", installing: ["pyarrow>=21", "pandas<3"]) }

    /// Runs lines of Python in the scratch folder, with `pa`, `pq` and `pd`.
    @discardableResult
    func peer(_ lines: String) throws -> String {
        let prelude = """
            import os, sys, pyarrow as pa, pyarrow.parquet as pq, pandas as pd
            os.chdir(sys.argv[1])

            """
        return try Self.peer.get().run(prelude + lines, in: scratch.path)
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
        [command, zip, "--python", PythonPeer.python, "--progress", "quiet"] + options
    }

    func run(_ command: String, _ zip: String, _ options: [String]) throws -> ToolResult {
        let environment = ["XDG_CACHE_HOME": Checkout.cache.string]
        return try Tool.run("lw-run", arguments(command, zip, options), environment: environment)
    }

    let sum = "def predict(self, X):\n    return X.sum(axis=1)"
}
