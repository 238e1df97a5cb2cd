import ArgumentParser
import Checking
import Documents

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
