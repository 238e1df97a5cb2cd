import ArgumentParser
import Checking
package import Commands
import Documents
import Foundation
package import ModelRunner
import Packaging

/// What is checked, and what decides.
struct CheckScopeOptions: ParsableArguments {
    @Option(
        help: "A semantic specification (JSON) for a zip that holds none.",
        completion: .file(extensions: ["json"])
    )
    var semantic: String?
    @Flag(help: "Let warnings decide: a learnware with one is unusable.") var strict = false
    @Option(
        help: ArgumentHelp(
            "Make these checks only: " + CheckName.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "a,b,c"
        ),
        completion: .list(CheckName.allCases.map(\.rawValue))
    )
    var only: [String] = []
    @Option(name: .customLong("repeat"), help: ArgumentHelp("How often the same rows are asked again.", valueName: "n"))
    var repeats = 3
    @Option(help: ArgumentHelp("What everything random comes from.", valueName: "n")) var seed: UInt64 = 0

    private static let mostRepeats = 10_000

    func validate() throws {
        guard (1...Self.mostRepeats).contains(repeats) else {
            throw ValidationError("--repeat must lie between 1 and \(Self.mostRepeats)")
        }
        _ = try selection()
    }

    /// The checks that were named; nil for all.
    private func selection() throws -> Set<CheckName>? {
        guard !only.isEmpty else { return nil }
        let words = only.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        return Set(
            try words.map { word in
                guard let check = CheckName(rawValue: word) else {
                    throw ValidationError("--only: there is no check '\(Printable(word, limit: 40))'; see --help")
                }
                return check
            }
        )
    }

    func options() throws -> CheckOptions {
        CheckOptions(seed: seed, repeats: repeats, isStrict: strict, selection: try selection())
    }
}

/// What the person decides about the run.
package struct CheckRunOptions: ParsableArguments {
    @Option(
        help: "The sandbox profile: strict, scratch, fit, or a file of yours such as ./mine.yaml.",
        completion: .file(extensions: ["yaml"])
    )
    package var profile = "strict"
    @OptionGroup var environment: EnvironmentOptions
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

    package func options(progress: ProgressStyle) throws -> RunOptions {
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
        options.progress = progress.reporter()
        return options
    }
}
