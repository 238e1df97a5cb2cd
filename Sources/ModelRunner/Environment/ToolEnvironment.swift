import Documents
import Foundation
import Packaging
import Sandbox
import SystemPackage

/// What a runner of ours needs to run somebody's model: fixed versions with hashes, and nothing of any package.
struct ToolEnvironment: Sendable {
    /// Its lock is `NAME.txt` among the tools' own files.
    let name: String
    /// The versions of CPython 3 that the lock is made for.
    let minors: ClosedRange<Int>

    /// What runs ONNX models; onnxruntime for older interpreters wants to read /proc/cpuinfo, which no model sees.
    static let onnx = ToolEnvironment(name: "onnx", minors: 11...13)
}

extension EnvironmentStore {
    /// The environment of a runner of ours, built when it is not there; nothing is resolved for it.
    ///
    /// - Throws: ``RunError`` when no interpreter fits, or the lock that came with the tools cannot be read.
    func environment(for tool: ToolEnvironment) async throws(RunError) -> PythonEnvironment {
        let lock = try lock(of: tool)
        let candidates = try await candidates(for: .none)
        guard let interpreter = candidates.first(where: { tool.minors.contains($0.minor) }) else {
            throw RunError(
                .environment,
                .environment,
                "the runtime '\(tool.name)' needs CPython 3.\(tool.minors.lowerBound) to 3.\(tool.minors.upperBound); "
                    + "there is \(candidates.map(\.version).joined(separator: ", "))",
                hint: "install one, or name it with --python PATH"
            )
        }
        return environment(try await build(lock, for: interpreter), lock, interpreter, .none)
    }

    private func lock(of tool: ToolEnvironment) throws(RunError) -> EnvironmentLock {
        let path = resources.environments.appending(tool.name + ".txt")
        let text = try? String(contentsOfFile: path.string, encoding: .utf8)
        let lines = (text ?? "").split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
        guard let lock = EnvironmentLock(text: lines), !lock.entries.isEmpty else {
            throw RunError(
                .environment,
                .resource,
                "\(Printable(path.string)) is not there or no list of versions and hashes; install the tools again"
            )
        }
        return lock
    }
}
