import Documents
import Foundation
import LaunchPlan
import Packaging
import Sandbox
import SystemPackage

/// Packages that nobody offers as a wheel, built where there is no network.
extension EnvironmentStore {
    /// What a source archive needs to be built (PEP 518), and by whom (PEP 517).
    private struct BuildSystem {
        var requires: [Requirement] = []
        var backend = "setuptools.build_meta:__legacy__"
        var backendPath: [String] = []

        /// Reads a `pyproject.toml` out of the sandbox: a stranger's text.
        init(_ text: [UInt8], of name: String) throws(RunError) {
            func fault(_ reason: String) -> RunError {
                RunError(.environment, .environment, "\(name) cannot be built: its pyproject.toml: \(reason)")
            }
            let root: Node
            do {
                root = try TOML.parse(text)
            } catch {
                throw fault(error.description)
            }
            let table = root["build-system"]
            for node in table?["requires"]?.array ?? ["setuptools", "wheel"] {
                let line = node.string ?? ""
                do {
                    requires.append(try RequirementParser.added(line))
                } catch {
                    throw fault("'\(Printable(line, limit: 80))' is refused: \(error)")
                }
            }
            if let named = table?["build-backend"]?.string { backend = named }
            backendPath = (table?["backend-path"]?.array ?? []).compactMap(\.string)
            let words = backend.split(separator: ":", omittingEmptySubsequences: false).flatMap {
                $0.split(separator: ".")
            }
            guard backend.utf8.count < 256,
                words.allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } })
            else { throw fault("'\(Printable(backend, limit: 80))' is no name of a build backend") }
            for path in backendPath where path.hasPrefix("/") || path.split(separator: "/").contains("..") {
                throw fault("the backend-path '\(Printable(path, limit: 80))' leaves the sources")
            }
        }
    }

    /// Builds those of the requirements that have no wheel and are named with an exact version.
    ///
    /// - Returns: folders that hold a wheel each.
    /// - Throws: ``RunError`` that names the package that cannot be built.
    func buildSources(
        of requirements: [Requirement],
        for interpreter: Interpreter,
        _ index: PackageIndex
    ) async throws(RunError) -> [FilePath] {
        var folders: [FilePath] = []
        for requirement in requirements where requirement.isPinned {
            let line = requirement.canonicalText
            guard case .unsatisfiable = try await resolve([line], for: interpreter, index, ["--no-deps"]) else {
                continue
            }
            folders.append(try await build(requirement, for: interpreter, index))
        }
        return folders
    }

    private func build(
        _ requirement: Requirement,
        for interpreter: Interpreter,
        _ index: PackageIndex
    ) async throws(RunError) -> FilePath {
        let source = try await findSource(of: requirement, for: interpreter, index)
        try Store.makeFolder(store.built)
        let target = store.built.appending("\(source.sha256)-\(interpreter.name)")
        if access(target.string, F_OK) == 0 { return target }
        let turn = try await store.lock("built-" + source.sha256)
        defer { turn.release() }
        if access(target.string, F_OK) == 0 { return target }
        progress(
            "building \(source.name) in the sandbox: its own code runs there, without a network, as --allow-builds says"
        )
        try await store.withRunFolder { folder throws(RunError) in
            let lock = EnvironmentLock(entries: [
                .init(name: requirement.normalizedName, version: requirement.pinnedVersion, files: [source])
            ])
            try await fetch(lock, scratch: folder, for: interpreter)
            let sources = folder.appending("sources")
            let names = try gather(lock, into: sources)
            let out = folder.appending("out")
            try await run(requirement, names[0], sources: sources, out: out, folder, interpreter, index)
            let result = folder.appending("result")
            try Store.makeFolder(result)
            try Self.takeWheel(of: requirement, from: out.appending("wheel"), to: result)
            guard rename(result.string, target.string) == 0 else { throw Store.failure(target, errno) }
        }
        return target
    }

    /// Reads what the sources need, installs that, and runs the build.
    private func run(
        _ requirement: Requirement,
        _ archive: String,
        sources: FilePath,
        out: FilePath,
        _ folder: FilePath,
        _ interpreter: Interpreter,
        _ index: PackageIndex
    ) async throws(RunError) {
        let sandbox = try BuildSandbox(interpreter, resources)
        let source = "/lw/sources/" + archive
        let shown = Printable(archive, limit: 120).description
        let text = try await Self.offThread { interrupt throws(RunError) in
            try sandbox.run(
                "reading \(shown)",
                "build.py",
                ["inspect", source],
                mounts: [.readOnly(source: sources.string, path: "/lw/sources")],
                input: [],
                interrupt: interrupt
            )
        }
        let system = try BuildSystem(text, of: shown)
        var tools = EnvironmentLock(entries: [])
        if !system.requires.isEmpty {
            let lines = system.requires.map(\.canonicalText)
            guard case .found(let found) = try await resolve(lines, for: interpreter, index) else {
                throw RunError(.environment, .environment, "what \(shown) needs to be built is not offered as wheels")
            }
            tools = found
        }
        let site = folder.appending("build-site")
        try Store.makeFolder(site)
        try await fetch(tools, scratch: folder, for: interpreter)
        try await unpack(tools, into: site, scratch: folder, sandbox)
        guard chmod(site.string, 0o755) == 0, mkdir(out.string, 0o700) == 0,
            chmod(out.string, geteuid() == 0 ? 0o777 : 0o700) == 0
        else { throw Store.failure(out, errno) }
        let request = Node(object: [
            ("backend", Node(system.backend)), ("backend_path", Node(system.backendPath.map { Node($0) })),
        ])
        _ = try await Self.offThread { interrupt throws(RunError) in
            try sandbox.run(
                "building \(shown)",
                "build.py",
                ["build", source, "/lw/tools", "/lw/out"],
                mounts: [
                    .readOnly(source: sources.string, path: "/lw/sources"),
                    .readOnly(source: site.string, path: "/lw/tools"),
                    .writable(source: out.string, path: "/lw/out"),
                ],
                input: Array(request.json().utf8),
                interrupt: interrupt
            )
        }
    }

    /// Where the sources of exactly this version are, with a hash that the package accepts.
    private func findSource(
        of requirement: Requirement,
        for interpreter: Interpreter,
        _ index: PackageIndex
    ) async throws(RunError) -> EnvironmentLock.File {
        let request = Node(object: [
            ("name", Node(requirement.normalizedName)), ("version", Node(requirement.pinnedVersion)),
            ("indexes", Node(index.indexes.map { Node($0) })), ("folders", Node(index.folders.map { Node($0) })),
            (
                "credentials",
                Node(object: index.credentials.sorted { $0.key < $1.key }.map { ($0.key, Node($0.value)) })
            ),
        ])
        let answer = try await Self.run(
            interpreter.executable.string,
            ["-I", "-S", "-B", resources.pythonRunner.appending("fetch.py").string, "find"],
            index.environment.merging(["LC_ALL": "C.UTF-8"]) { _, new in new },
            input: request.json(),
            seconds: 120
        )
        let name = requirement.normalizedName.replacingOccurrences(of: "-", with: "_")
        guard answer.status == 0, let found = try? JSON.parse(answer.output), let url = found["url"]?.string,
            let hash = found["sha256"]?.string, hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit)
        else {
            throw RunError(
                .environment,
                .environment,
                "the sources of '\(Printable(requirement.name, limit: 60))' cannot be had",
                quotation: Printable.block(answer.errors, lines: 4)
            )
        }
        guard requirement.hashes.isEmpty || requirement.hashes.contains("sha256:" + hash) else {
            throw RunError(
                .environment,
                .environment,
                "the sources of '\(Printable(requirement.name, limit: 60))' have none of the hashes that the package asks for"
            )
        }
        return EnvironmentLock.File(name: "\(name)-\(requirement.pinnedVersion).tar.gz", url: url, sha256: hash)
    }

    /// Takes the one wheel that a build left; what the build wrote is a stranger's, its name included.
    private static func takeWheel(of requirement: Requirement, from folder: FilePath, to result: FilePath)
        throws(RunError)
    {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        guard let name = names.first, names.count == 1, WheelName(name) != nil,
            Requirement.normalized(String(name.prefix { $0 != "-" })) == requirement.normalizedName
        else {
            throw RunError(
                .environment,
                .environment,
                "building '\(Printable(requirement.name, limit: 60))' left no wheel of it"
            )
        }
        let source = folder.appending(name)
        var status = stat()
        guard lstat(source.string, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1,
            let data = FileManager.default.contents(atPath: source.string)
        else { throw Store.failure(source, errno) }
        let target = result.appending(name)
        do {
            try data.write(to: URL(fileURLWithPath: target.string))
        } catch {
            throw RunError(.environment, .resource, "\(target) cannot be written")
        }
    }
}

extension Requirement {
    /// The version of a single `==VERSION`.
    fileprivate var pinnedVersion: String { String(specifier.dropFirst(2)) }
}
