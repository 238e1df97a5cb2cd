import Foundation
package import SystemPackage

/// Libraries of Python outside of our tools, to make files with and to compare with: for the tests alone.
package struct PythonPeer: Sendable {
    package static let python = "/usr/bin/python3"

    private let libraries: FilePath

    package struct Failed: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// Installs the libraries where they are not yet.
    ///
    /// - Parameters:
    ///   - name: of their folder in the tests' cache.
    ///   - requirements: what is installed.
    /// - Throws: ``Failed`` with what the installer said.
    package init(_ name: String, installing requirements: [String]) throws {
        libraries = Checkout.cache.appending(name)
        let stamp = libraries.appending("complete.txt").string
        if FileManager.default.fileExists(atPath: stamp) { return }
        try? FileManager.default.removeItem(atPath: libraries.string)
        let made = try Tool.run(
            Checkout.root.appending("scripts/uv").string,
            [
                "--no-config", "pip", "install", "--quiet", "--python", Self.python, "--target", libraries.string,
                "--only-binary", ":all:", "--compile-bytecode",
            ] + requirements,
            environment: ["UV_CACHE_DIR": Checkout.cache.appending("learnware/uv").string]
        )
        guard made.status == 0 else { throw Failed(made.errors) }
        try Data().write(to: URL(fileURLWithPath: stamp))
    }

    /// Runs a program.
    ///
    /// - Parameters:
    ///   - program: its text.
    ///   - folder: `sys.argv[1]`.
    /// - Returns: what it printed.
    /// - Throws: ``Failed`` with what it said, when it ended with another status than 0.
    @discardableResult
    package func run(_ program: String, in folder: FilePath) throws -> String {
        let result = try Tool.run(
            Self.python,
            ["-B", "-c", program, folder.string],
            environment: ["PYTHONPATH": libraries.string]
        )
        guard result.status == 0 else { throw Failed(result.errors) }
        return result.output
    }
}
