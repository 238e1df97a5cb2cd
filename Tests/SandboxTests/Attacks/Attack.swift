import LaunchPlan
import Testing

/// One forbidden thing that `lw-probe` tries, and what comes of it in the profile `strict`.
struct Attack: Sendable, CustomTestStringConvertible {
    /// What stops it first.
    enum Stop: Sendable {
        /// The filter hands the call to the supervisor, which answers `EPERM` and reports it by this name.
        case refused(String)
        /// The filter answers that there is no such call; libraries ask often, so nothing is reported.
        case absent(String)
        /// The call is on the hard list, or comes from another machine's interface: the run is ended.
        case ended(String)
        /// No filter sees what the call is about; the process meets this error. A layer of nil is the kernel itself.
        case meets(Int32, by: LaunchPlan.Layer?)
    }

    /// What the process meets when the filter is off.
    enum Below: Sendable {
        /// Nothing else stops it.
        case done
        case meets(Int32, by: LaunchPlan.Layer)
        /// It depends on how the kernel was built, or on what standard input is.
        case kernel
    }

    let name: String
    let stop: Stop
    /// Nil for what is not the filter's to stop.
    let below: Below?

    init(_ name: String, _ stop: Stop, below: Below? = nil) {
        self.name = name
        self.stop = stop
        self.below = below
    }

    var testDescription: String { name }

    /// What the probe gets as its argument.
    enum Target {
        case probe
        case victim
    }

    var target: Target {
        ["execveat", "memfd-execveat", "execute-set-user-id"].contains(name) ? .probe : .victim
    }

    static let all = Attack.onProcesses + Attack.onTheKernel + Attack.onTheHost
}
