import ArgumentParser
package import ModelRunner

/// What the person decides about the sandbox that a model runs in.
package struct SandboxOptions: ParsableArguments {
    @Option(
        name: .customLong("allow-degraded"),
        help: "Run although this layer of the sandbox is missing here: landlock. Every report then says so.",
        completion: .list(["landlock"])
    )
    var allowDegraded: [String] = []
    @Option(help: "Seconds for loading the model.") var loadTimeout: Double?
    @Option(help: "Seconds for one call of the model.") var timeout: Double?

    package init() {}

    package func validate() throws {
        for layer in allowDegraded where layer != "landlock" {
            throw ValidationError("--allow-degraded: only 'landlock' can be missing; nothing runs without '\(layer)'")
        }
        for seconds in [loadTimeout, timeout] {
            if let seconds, !(seconds > 0 && seconds < 1e6) {
                throw ValidationError("a timeout is a number of seconds")
            }
        }
    }

    /// The decisions, with those about the environment.
    func runOptions(
        profile: String,
        _ environment: EnvironmentOptions,
        _ progress: ProgressOptions
    ) throws -> RunOptions {
        var options = RunOptions()
        options.profile = profile
        options.loadSeconds = loadTimeout
        options.callSeconds = timeout
        options.allowedDegradations = allowDegraded
        options.python = environment.python
        options.isOffline = environment.offline
        options.added = try environment.requirements()
        options.prefersCPU = environment.cpu
        options.allowsBuilds = environment.allowBuilds
        options.progress = progress.progress.reporter()
        return options
    }
}

/// What every command asks that runs models which it asks for itself.
package struct ModelRunOptions: ParsableArguments {
    @Option(
        help: "The sandbox profile: strict, scratch, fit, or a file of yours such as ./mine.yaml.",
        completion: .file(extensions: ["yaml"])
    )
    package var profile = "strict"
    @OptionGroup var environment: EnvironmentOptions
    @OptionGroup var sandbox: SandboxOptions

    package init() {}

    /// What the person decided.
    ///
    /// - Parameter progress: where to tell what is being done.
    /// - Returns: the options of a run.
    /// - Throws: a validation error when a requirement that is to be added is none.
    package func options(progress: ProgressOptions) throws -> RunOptions {
        try sandbox.runOptions(profile: profile, environment, progress)
    }
}
