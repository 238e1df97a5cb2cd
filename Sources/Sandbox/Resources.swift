import Glibc
package import SystemPackage

/// Where the files that came with the tools are.
///
/// `../share/learnware` beside the executable; in a checkout, the nearest folder above `.build` with our
/// `Package.swift`. Never the working folder, never a variable of the environment.
public struct Resources: Sendable {
    /// Folder of profiles as YAML.
    package let profiles: FilePath
    /// Folder of compiled profiles, `NAME.plan` and `NAME.bpf`.
    package let plans: FilePath
    /// Folder of the Python runner.
    package let pythonRunner: FilePath
    /// Folder of the locks of environments that our own runners need, `NAME.txt`.
    package let environments: FilePath
    package let launcher: FilePath
    /// The program that `lw-run doctor` runs inside.
    package let selfTest: FilePath
    /// Folder of the templates that are copied, one folder each.
    package let templates: FilePath
    /// The installer of Python packages; nil when it is neither beside the tools nor on `PATH`.
    package let uv: FilePath?

    package init(
        profiles: FilePath,
        plans: FilePath,
        pythonRunner: FilePath,
        environments: FilePath,
        launcher: FilePath,
        selfTest: FilePath,
        templates: FilePath,
        uv: FilePath?
    ) {
        self.profiles = profiles
        self.plans = plans
        self.pythonRunner = pythonRunner
        self.environments = environments
        self.launcher = launcher
        self.selfTest = selfTest
        self.templates = templates
        self.uv = uv
    }

    /// Finds the resources of the running executable.
    ///
    /// - Throws: ``SandboxError`` when they are not there.
    public static func locate() throws(SandboxError) -> Resources {
        guard let real = realpath("/proc/self/exe", nil) else {
            throw .resource(path: "/proc/self/exe", reason: "cannot be read, so the tools' own files are not found")
        }
        defer { free(real) }
        return try locate(executable: FilePath(String(cString: real)))
    }

    package static func locate(executable: FilePath) throws(SandboxError) -> Resources {
        var folder = executable.removingLastComponent()
        let launcher = folder.appending("lw-sandbox")
        if executable.components.contains(".build") {
            while folder.lastComponent != nil {
                let isBuild = folder.lastComponent == ".build"
                let parent = folder.removingLastComponent()
                if isBuild, access(parent.appending("Package.swift").string, F_OK) == 0 {
                    return Resources(
                        profiles: parent.appending("sandbox-profiles"),
                        plans: folder.appending("plans"),
                        pythonRunner: parent.appending("runtime/python"),
                        environments: parent.appending("runtime/environments"),
                        launcher: buildProduct("lw-sandbox", beside: launcher, build: folder),
                        selfTest: buildProduct(
                            "lw-self-test",
                            beside: launcher.removingLastComponent().appending("lw-self-test"),
                            build: folder
                        ),
                        templates: folder.appending("templates"),
                        uv: findUv(beside: folder.appending("tools/bin/uv"))
                    )
                }
                folder = parent
            }
        }
        let share = executable.removingLastComponent().removingLastComponent().appending("share/learnware")
        guard access(share.string, F_OK) == 0 else {
            throw .resource(path: share.string, reason: "the tools' own files are not there; install them again")
        }
        let libexec = share.removingLastComponent().removingLastComponent().appending("libexec/learnware")
        return Resources(
            profiles: share.appending("profiles"),
            plans: share.appending("plans"),
            pythonRunner: share.appending("python"),
            environments: share.appending("environments"),
            launcher: launcher,
            selfTest: libexec.appending("lw-self-test"),
            templates: share.appending("templates"),
            uv: findUv(beside: libexec.appending("uv"))
        )
    }

    private static func findUv(beside path: FilePath) -> FilePath? {
        if access(path.string, X_OK) == 0 { return path }
        guard let variable = getenv("PATH") else { return nil }
        return String(cString: variable).split(separator: ":").lazy.filter { $0.hasPrefix("/") }
            .map { FilePath(String($0)).appending("uv") }
            .first { access($0.string, X_OK) == 0 }
    }

    /// A test bundle runs from a folder of its own; the products lie in `release`.
    private static func buildProduct(_ name: String, beside path: FilePath, build: FilePath) -> FilePath {
        access(path.string, X_OK) == 0 ? path : build.appending("release").appending(name)
    }
}
