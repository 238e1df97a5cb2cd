import Foundation
import Glibc
import SystemPackage
import TestSupport

/// A real PostgreSQL server of the tests' own, on a socket in a private folder; it dies with them.
struct PostgresServer {
    let url: String

    /// Started with the first test that asks for it.
    static let shared = Result { try PostgresServer() }

    private static let binaries: String? = {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        return versions.max().map { "\(root)/\($0)/bin" }
    }()

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs one of the server's own programs against a database of it.
    func run(_ program: String, _ arguments: [String]) throws -> ToolResult {
        let host = url.split(separator: "=").last.map(String.init) ?? ""
        return try Tool.run(
            "\(Self.binaries ?? "")/\(program)",
            ["--host", host, "--username", "tester"] + arguments
        )
    }

    private init() throws {
        guard let binaries = Self.binaries else {
            throw Missing(description: "PostgreSQL's server is not installed: 'scripts/deps market' installs it")
        }
        let folder = "/tmp/lw-postgres-\(getpid())"
        let script = """
            set -e
            folder="$1"; bin="$2"
            # PostgreSQL refuses root, and users without a name.
            run() {
                if [ "$(id -u)" = 0 ]; then
                    setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups --pdeathsig KILL "$@"
                else
                    setpriv --pdeathsig KILL "$@"
                fi
            }
            rm -rf "$folder"; mkdir -m 700 "$folder"
            if [ "$(id -u)" = 0 ]; then chown nobody "$folder"; fi
            cd "$folder"
            run "$bin/initdb" --pgdata data --username tester --auth trust --no-sync > initdb.log 2>&1
            # The server ends with this script, and this script with the tests, however they end.
            run "$bin/postgres" -D data -k "$folder" -c listen_addresses= -c fsync=off > server.log 2>&1 &
            while kill -0 "$PPID" 2> /dev/null; do sleep 0.5; done
            kill -QUIT $!; wait $!; rm -rf "$folder"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "sh", folder, binaries]
        // It outlives the tests by a moment, and must not keep what they print into open.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<600 {
            let ready = try Tool.run("\(binaries)/pg_isready", ["--host", folder, "--username", "tester"])
            if ready.status == 0 {
                url = "postgresql://tester@/postgres?host=\(folder)"
                return
            }
            usleep(100_000)
        }
        let logs = ["initdb.log", "server.log"].map { try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }
        let log = logs.compactMap { $0 }.joined(separator: "\n")
        throw Missing(description: "PostgreSQL does not start: \(log)")
    }
}
