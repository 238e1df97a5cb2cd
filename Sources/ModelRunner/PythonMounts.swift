import Foundation
import LaunchPlan
import SystemPackage

/// What of the host a Python interpreter needs to see, and how it is started there.
struct PythonMounts {
    let interpreter: Interpreter

    /// Where an interpreter that is not the system's appears inside.
    private static let place = "/lw/python"

    private var isSystem: Bool { interpreter.basePrefix == "/usr" }

    var mounts: [LaunchPlan.Mount] {
        let own: LaunchPlan.Mount =
            isSystem
            ? .readOnly(source: interpreter.executable.string, path: interpreter.executable.string)
            : .readOnly(source: interpreter.basePrefix.string, path: Self.place)
        return Self.systemLibraries() + [own]
    }

    /// An interpreter that is built as a shared library looks for it where it was installed, not where it appears.
    var variables: [LaunchPlan.Variable] {
        isSystem ? [] : [LaunchPlan.Variable("LD_LIBRARY_PATH", Self.place + "/lib")]
    }

    /// The start of the command: isolated from variables and site folders, writing no byte code.
    var command: [String] {
        var executable = interpreter.executable
        if !isSystem, executable.removePrefix(interpreter.basePrefix) {
            executable = FilePath(Self.place).pushing(executable)
        }
        return [executable.string, "-I", "-S", "-B", "-X", "utf8"]
    }

    /// The host's shared libraries: folders read-only, links repeated.
    static func systemLibraries() -> [LaunchPlan.Mount] {
        var mounts: [LaunchPlan.Mount] = []
        for path in ["/usr/lib", "/usr/lib64"] where FileManager.default.fileExists(atPath: path) {
            mounts.append(.readOnly(source: path, path: path))
        }
        for path in ["/lib", "/lib64"] {
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                mounts.append(.link(path: path, target: target))
            } else if FileManager.default.fileExists(atPath: path) {
                mounts.append(.readOnly(source: path, path: path))
            }
        }
        return mounts
    }
}
