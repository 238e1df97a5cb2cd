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

    /// What reads and writes Parquet files, of which no reader runs outside of a sandbox.
    static let parquet = ToolEnvironment(name: "parquet", minors: 9...13)

    /// What decodes images, which no host of ours does.
    static let images = ToolEnvironment(name: "images", minors: 9...13)
}

extension EnvironmentStore {
    /// The environment of a runner of ours, built when it is not there: the versions of its lock, and nothing else.
    ///
    /// - Throws: ``RunError`` when no interpreter fits, or the lock that came with the tools cannot be read.
    func environment(for tool: ToolEnvironment) async throws(RunError) -> PythonEnvironment {
        let requirements = try requirements(of: tool)
        let candidates = try await candidates(for: .none)
        guard let interpreter = candidates.first(where: { tool.minors.contains($0.minor) }) else {
            throw RunError(
                .environment,
                .environment,
                "the runtime '\(tool.name)' needs CPython 3.\(tool.minors.lowerBound) to 3.\(tool.minors.upperBound); "
                    + "there is \(candidates.map(\.version).joined(separator: ", "))",
                hint: "install one, or name it with --python PATH"
            ).ofTheHost
        }
        // The index says where the files are; which they are, the hashes say. What they name besides is left out.
        var lock = try await lock(requirements, for: interpreter)
        let names = Set(requirements.map(\.normalizedName))
        lock.entries.removeAll { !names.contains($0.name) }
        guard lock.entries.count == names.count else {
            throw RunError(
                .environment,
                .environment,
                "the index does not offer all that the runtime '\(tool.name)' needs"
            ).ofTheHost
        }
        return environment(try await build(lock, for: interpreter), lock, interpreter, .none)
    }

    private func requirements(of tool: ToolEnvironment) throws(RunError) -> [Requirement] {
        let path = resources.environments.appending(tool.name + ".txt")
        let text = try? Data(contentsOf: URL(fileURLWithPath: path.string))
        let list = try? RequirementParser.list(Array(text ?? Data()), file: path.string)
        guard let list, !list.lines.isEmpty, list.refused.isEmpty,
            list.lines.allSatisfy({ $0.specifier.hasPrefix("==") && !$0.hashes.isEmpty })
        else {
            throw RunError(
                .environment,
                .resource,
                "\(Printable(path.string)) is not there or no list of versions and hashes; install the tools again"
            )
        }
        return list.lines
    }
}
