import Documents
import Foundation
import SystemPackage

/// What a run's environment is: part of every report.
public struct EnvironmentRecord: Equatable, Sendable {
    /// The name of its folder in the store, a hash of all that decides its contents.
    public var key: String
    /// The interpreter's version, such as `3.11.2`.
    public var python: String
    /// The interpreter's real path.
    public var interpreter: String
    /// The versions that the package asks for; nil when it names none.
    public var askedPython: String?
    /// True when the person running it took another interpreter than the package asks for.
    public var isOverridden: Bool
    /// What it holds, such as `numpy==2.4.6`.
    public var packages: [String]
    /// Requirements that the person running it added.
    public var added: [String]
    /// Packages that were built from their sources, with their own code, as `--allow-builds` says.
    public var built: [String]

    static let fileName = "environment.json"
}

/// An environment as the store describes it.
public struct StoredEnvironment: Sendable {
    /// The name of its folder.
    public let key: String
    /// The interpreter's version.
    public let python: String
    /// What it holds, such as `numpy==2.4.6`.
    public let packages: [String]
    /// The size of its files.
    public let bytes: Int
    /// When it was last used, in seconds since 1970.
    public let lastUse: Int
    /// True while a run uses it.
    public let isInUse: Bool
    /// The wheels that it was made of.
    let wheels: [String]

    private static let schema = "learnware/environment/1"
    private static let limits = DocumentLimits(bytes: 4 << 20, depth: 8, nodes: 100_000)

    static func text(_ lock: EnvironmentLock, _ interpreter: Interpreter) -> String {
        let packages = lock.entries.map { entry in
            Node(object: [
                ("name", Node(entry.name)), ("version", Node(entry.version)), ("sha256", Node(entry.files[0].sha256)),
            ])
        }
        return Node(object: [
            ("schema", Node(schema)), ("python", Node(interpreter.version)),
            ("interpreter", Node(interpreter.executable.string)), ("packages", Node(packages)),
        ]).json(pretty: true)
    }

    /// Reads the description of a finished environment; one that has lost it is shown without packages.
    init(_ path: FilePath, lastUse: Int, isInUse: Bool) {
        let data = FileManager.default.contents(atPath: path.appending(EnvironmentRecord.fileName).string) ?? Data()
        let root = try? JSON.parse([UInt8](data), limits: Self.limits)
        key = path.lastComponent?.string ?? ""
        python = root?["python"]?.string ?? "?"
        let nodes = root?["packages"]?.array ?? []
        packages = nodes.map { "\($0["name"]?.string ?? "?")==\($0["version"]?.string ?? "?")" }
        wheels = nodes.compactMap { $0["sha256"]?.string }
        bytes = EnvironmentManifest(tree: path).totalBytes
        self.lastUse = lastUse
        self.isInUse = isInUse
    }
}
