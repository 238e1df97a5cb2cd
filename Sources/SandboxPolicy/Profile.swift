package import LaunchPlan

/// A sandbox profile: what a run gets; what it does not name, the run does not have.
package struct Profile: Equatable, Sendable {
    package var name: String
    package var about: String
    /// The profile that this one began as; its rules and values are in here already.
    package var parent: String?
    package var root = LaunchPlan.TemporaryFileSystem(bytes: 1 << 20, inodes: 512)
    package var devices: [String] = []
    package var scratch: Scratch?
    package var limits = Limits()
    package var times = Times()
    package var environment: [LaunchPlan.Variable] = []
    /// True when violations, too, are answered and reported like any denied call; none is ever let through.
    package var isTraced = false
    package var seccomp = SeccompRules()

    package init(name: String, about: String) {
        self.name = name
        self.about = about
    }

    /// A private folder in memory that the run may write to.
    package struct Scratch: Equatable, Sendable {
        package var path: String
        package var size: LaunchPlan.TemporaryFileSystem
    }

    /// Bounds on what a run may take.
    package struct Limits: Equatable, Sendable {
        /// Bytes of private memory of one process.
        package var memory = 4 << 30
        /// Processes and threads together.
        package var processes = 128
        package var openFiles = 256
        /// Bytes that one file may grow to.
        package var fileSize = 0
        package var stack = 8 << 20
        package var processorSeconds: Int?
        /// Processors' worth of time in a second; nil: `threads`, or all there is when that is 0.
        package var processors: Int?
        /// Threads that numeric libraries are told to use; 0: one for each processor of the host.
        package var threads = 0
        /// Bytes of one JSON line from the runner.
        package var line = 16 << 20
        /// Bytes of the raw tensors behind one line.
        package var blob = 4 << 30
        /// Bytes of standard error that are kept; older ones are dropped.
        package var standardError = 64 << 10
        /// Denied system calls that end a run.
        package var denials = 1000
    }

    /// Seconds of wall clock for each phase.
    package struct Times: Equatable, Sendable {
        package var spawn = 10
        package var load = 120
        package var call = 300
        /// The whole of a run in `lw-sandbox`'s command mode.
        package var wall: Int?
    }
}
