import Foundation
import LaunchPlan
import Sandbox
import SandboxPolicy
import SystemPackage

/// What of the host a Python interpreter needs to see, and how it is started there.
struct PythonMounts {
    let interpreter: Interpreter

    /// Where an interpreter that is not the system's appears inside.
    private static let place = "/lw/python"

    private var isSystem: Bool { interpreter.basePrefix == "/usr" }

    /// The interpreter, its standard library and its shared library, and nothing else of its prefix.
    ///
    /// The prefix may be `~/.local`, where keyrings lie, or a home folder.
    var mounts: [LaunchPlan.Mount] {
        if isSystem {
            return Self.systemLibraries() + [
                .readOnly(source: interpreter.executable.string, path: interpreter.executable.string)
            ]
        }
        var own = ["bin/" + name]
        let library = interpreter.basePrefix.appending("lib").string
        for name in (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
        where name == "python\(interpreter.major).\(interpreter.minor)" || name.hasPrefix("libpython") {
            own.append("lib/" + name)
        }
        return Self.systemLibraries()
            + own.map { part in
                .readOnly(source: interpreter.basePrefix.pushing(FilePath(part)).string, path: "\(Self.place)/\(part)")
            }
    }

    private var name: String { interpreter.executable.lastComponent?.string ?? "" }

    /// An interpreter that is built as a shared library looks for it where it was installed, not where it appears.
    var variables: [LaunchPlan.Variable] {
        isSystem ? [] : [LaunchPlan.Variable("LD_LIBRARY_PATH", Self.place + "/lib")]
    }

    /// The start of the command: isolated from variables and site folders, writing no byte code.
    var command: [String] {
        let executable = isSystem ? interpreter.executable.string : "\(Self.place)/bin/\(name)"
        return [executable, "-I", "-S", "-B", "-X", "utf8"]
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

extension RunGrants {
    /// Has a run start a program of the runner's folder, named first in `command`: it sees the interpreter and that
    /// folder.
    mutating func add(_ interpreter: Interpreter, _ resources: Resources, _ command: [String]) {
        let python = PythonMounts(interpreter: interpreter)
        mounts += python.mounts
        mounts.append(.readOnly(source: resources.pythonRunner.string, path: "/lw/runner"))
        variables += python.variables
        self.command = python.command + ["/lw/runner/" + command[0]] + command.dropFirst()
    }

    /// The same with the libraries of an environment.
    mutating func add(_ environment: PythonEnvironment, _ resources: Resources, _ command: [String]) {
        add(environment.interpreter, resources, command)
        mounts.append(.readOnly(source: environment.path.string, path: "/lw/env"))
    }
}
