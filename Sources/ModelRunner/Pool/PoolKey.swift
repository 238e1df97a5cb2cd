package import Packaging
import Sandbox

/// What makes two calls be for the same running model: the package's content, and all that decides how it is run.
package struct PoolKey: Hashable, Sendable {
    /// The package's content digest.
    package let digest: String
    private let options: [String]
    /// Found once, for a call looks its model up several times.
    private let hash: Int

    package init(_ package: Package, _ options: RunOptions) {
        self.init(digest: package.digest, options: options)
    }

    package init(digest: String, options: RunOptions) {
        self.digest = digest
        self.options = Self.identity(options)
        var hasher = Hasher()
        hasher.combine(digest)
        hasher.combine(self.options)
        hash = hasher.finalize()
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    package static func == (left: PoolKey, right: PoolKey) -> Bool {
        left.hash == right.hash && left.digest == right.digest && left.options == right.options
    }

    /// Options that say how a run is shown, and not what it does.
    package static let withoutMeaning: Set<String> = ["progress"]
    /// Options that make another model; a test compares both lists with the options that there are.
    package static let told: Set<String> = [
        "profile", "compiledProfile", "loadSeconds", "callSeconds", "memory", "threads", "allowedDegradations",
        "python",
        "isOffline", "added", "prefersCPU", "allowsBuilds",
    ]

    private static func identity(_ options: RunOptions) -> [String] {
        [
            options.profile, options.compiledProfile?.digest ?? "", options.loadSeconds.map { "\($0)" } ?? "",
            options.callSeconds.map { "\($0)" } ?? "", options.memory.map { "\($0)" } ?? "",
            options.threads.map { "\($0)" } ?? "", options.python ?? "", options.isOffline ? "offline" : "",
            options.prefersCPU ? "cpu" : "", options.allowsBuilds ? "builds" : "",
            "\(options.allowedDegradations.count)",
        ] + options.allowedDegradations + options.added.map(\.canonicalText)
    }
}
