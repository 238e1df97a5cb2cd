import Documents
import Foundation
public import SystemPackage

/// A Python interpreter of the host, as it describes itself.
public struct Interpreter: Hashable, Sendable {
    /// The real executable, never a shim.
    public let executable: FilePath
    /// Where its standard library lies.
    public let basePrefix: FilePath
    /// Such as `3.11.2`.
    public let version: String
    /// The first number of the version.
    public let major: Int
    /// The second number of the version.
    public let minor: Int

    /// The versions that the runner is made for.
    static let supportedMinors = 9...13

    /// All usable interpreters, the newest first.
    ///
    /// Names on `PATH` are only where to look; what counts is what each candidate says when it is run alone, without
    /// site folders and without variables of the environment.
    ///
    /// - Parameter memory: a file of the caller's own store that remembers answers; an executable that changed is
    ///   asked again.
    /// - Returns: one entry for each real executable.
    static func installed(memory: FilePath) async -> [Interpreter] {
        var answers = ProbeMemory(memory)
        defer { answers.save() }
        var candidates: [String] = []
        let environment = ProcessInfo.processInfo.environment
        var folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        folders += ["/usr/local/bin", "/usr/bin"]
        // Version managers put shims on PATH that answer for one version at a time; their folders hold them all.
        let managers = [environment["PYENV_ROOT"] ?? "\(environment["HOME"] ?? "")/.pyenv"].map { $0 + "/versions" }
        for manager in managers {
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: manager)) ?? []
            folders += versions.sorted().map { "\(manager)/\($0)/bin" }
        }
        for folder in folders where folder.hasPrefix("/") && !folder.hasSuffix("/shims") {
            for name in supportedMinors.reversed().map({ "python3.\($0)" }) + ["python3"] {
                let path = "\(folder)/\(name)"
                if FileManager.default.isExecutableFile(atPath: path), !candidates.contains(path) {
                    candidates.append(path)
                }
            }
        }
        var seen = Set<Interpreter>()
        var found: [Interpreter] = []
        for candidate in candidates {
            guard let interpreter = await answers.probe(candidate), seen.insert(interpreter).inserted else { continue }
            found.append(interpreter)
        }
        // Stable: among equals the one that stands first on PATH stays first.
        return found.enumerated().sorted { left, right in
            (right.element.minor, left.offset) < (left.element.minor, right.offset)
        }.map(\.element)
    }

    /// The interpreter at a path; nil when it is none that can be used.
    static func probe(_ path: String) async -> Interpreter? {
        let program = """
            import sys
            print(sys.implementation.name, *sys.version_info[:3], sep='\\n')
            print(sys.executable, sys.base_prefix, sep='\\n')
            """
        let result = try? await HostTool.run(
            path,
            ["-I", "-S", "-c", program],
            environment: ["LC_ALL": "C.UTF-8"],
            seconds: 30
        )
        guard let result, result.status == 0 else { return nil }
        let lines = result.output.split(separator: "\n").map(String.init)
        guard lines.count == 6, lines[0] == "cpython", let major = Int(lines[1]), let minor = Int(lines[2]),
            major == 3, supportedMinors.contains(minor)
        else { return nil }
        guard let executable = try? FilePath(lines[4]).resolved(), let prefix = try? FilePath(lines[5]).resolved()
        else {
            return nil
        }
        return Interpreter(
            executable: executable,
            basePrefix: prefix,
            version: "\(major).\(minor).\(lines[3])",
            major: major,
            minor: minor
        )
    }

    /// The version as `--python` takes it, such as `3.11`.
    var name: String { "\(major).\(minor)" }

    /// The first of each version; wheels do not depend on the patch level.
    static func onePerVersion(_ interpreters: [Interpreter]) -> [Interpreter] {
        var seen = Set<Int>()
        return interpreters.filter { seen.insert($0.minor).inserted }
    }

    /// The interpreter whose version is nearest to the first that a specifier names; the newer of two.
    ///
    /// The list holds at least one, the newest first.
    static func nearest(to specifier: String, among interpreters: [Interpreter]) -> Interpreter {
        let parts = specifier.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." }.split(separator: ".")
        let wanted = parts.count > 1 && parts[0] == "3" ? Int(parts[1]) ?? 0 : 0
        let distances = interpreters.map { abs($0.minor - wanted) }
        let best = interpreters.indices.min { distances[$0] < distances[$1] } ?? interpreters.startIndex
        return interpreters[best]
    }

    /// Whether this version is one that a PEP 440 specifier such as `==3.11.*,<4` takes; the patch level is free,
    /// because wheels do not depend on it.
    func satisfies(_ specifier: String) -> Bool {
        specifier.split(separator: ",").allSatisfy { clause in
            let clause = clause.trimmingCharacters(in: .whitespaces)
            let comparison = String(clause.prefix { "=<>!~".contains($0) })
            let parts = clause.dropFirst(comparison.count).split(separator: ".").map { Int($0) }
            guard let wantedMajor = parts.first ?? nil else { return true }
            let own = (major, minor)
            let wanted = (wantedMajor, parts.count > 1 ? parts[1] ?? minor : minor)
            return switch comparison {
            case "==", "===", "=": own == wanted
            case "!=": parts.count > 2 && parts[2] != nil || own != wanted
            case ">=": own >= wanted
            case ">": own > wanted || (own == wanted && parts.count > 2)
            case "<=": own <= wanted
            case "<": own < wanted || (own == wanted && parts.count > 2 && parts[2] != 0)
            case "~=": major == wantedMajor && own >= wanted && (parts.count < 3 || own == wanted)
            default: true
            }
        }
    }
}

extension FilePath {
    /// The path without links, dots and doubled slashes.
    func resolved() throws(Errno) -> FilePath {
        guard let real = realpath(string, nil) else { throw Errno(rawValue: errno) }
        defer { free(real) }
        return FilePath(String(cString: real))
    }
}
