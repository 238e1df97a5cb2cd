/// What one run of a model did, how long it took, and behind what.
package struct PredictorReport: Equatable, Sendable {
    /// A named stretch of time.
    package struct Phase: Equatable, Sendable {
        package var name: String
        package var milliseconds: Double

        package init(name: String, milliseconds: Double) {
            self.name = name
            self.milliseconds = milliseconds
        }
    }

    /// A kind of system call that the run tried and was refused, printable.
    package struct Denial: Equatable, Sendable {
        /// Such as `socket(AF_INET)`.
        package var description: String
        package var count: Int

        package init(description: String, count: Int) {
            self.description = description
            self.count = count
        }
    }

    /// From the environment to the end, in order.
    package var phases: [Phase]
    /// The most memory that it used, in bytes; nil when nothing could count it.
    package var peakMemory: Int?
    package var denials: [Denial]
    /// New threads and processes that it was refused.
    package var refusedProcesses: Int
    /// How its process ended, `ok` for a good end.
    package var outcome: String
    /// `full`, or which layers stood not wholly between it and the host.
    package var isolation: String
    /// The name of the rules that it ran under, and the digest of their text.
    package var profile: String
    package var profileDigest: String
    /// What it ran on, such as `Python 3.11.2`; nil for a program that needs nothing.
    package var environment: String?

    package init(
        phases: [Phase] = [],
        peakMemory: Int? = nil,
        denials: [Denial] = [],
        refusedProcesses: Int = 0,
        outcome: String = "ok",
        isolation: String = "",
        profile: String = "",
        profileDigest: String = "",
        environment: String? = nil
    ) {
        self.phases = phases
        self.peakMemory = peakMemory
        self.denials = denials
        self.refusedProcesses = refusedProcesses
        self.outcome = outcome
        self.isolation = isolation
        self.profile = profile
        self.profileDigest = profileDigest
        self.environment = environment
    }

    /// Milliseconds of a phase; nil when the run had none of that name.
    package func milliseconds(of name: String) -> Double? {
        phases.first { $0.name == name }?.milliseconds
    }

    /// Milliseconds from the start of the process to a model that is loaded; nil when it never was.
    package var startMilliseconds: Double? {
        guard let spawn = milliseconds(of: "spawn"), let load = milliseconds(of: "load") else { return nil }
        return spawn + load
    }
}
