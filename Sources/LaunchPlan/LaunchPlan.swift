/// Everything that the launcher does for one run, decided beforehand and flat.
///
/// The host makes a plan from a profile; the launcher applies it step by step and decides nothing. Its text form
/// is what lies in a `NAME.plan` file and in the sealed memory file that the launcher reads.
package struct LaunchPlan: Equatable, Sendable {
    /// The profile's name, for reports.
    package var profile: String
    /// SHA-256 of the profile's text, in hexadecimal.
    package var digest: String
    package var hostname = "learnware"
    package var namespaces: [Namespace] = Namespace.allCases
    /// Bounds of the root file system, which holds only folders, links and mount points.
    package var root = TemporaryFileSystem(bytes: 1 << 20, inodes: 512)
    package var mounts: [Mount] = []
    package var limits: [ResourceLimit] = []
    package var environment: [Variable] = []
    package var workingDirectory = "/"
    package var command: [String] = []
    /// Wall-clock seconds after which a supervising launcher ends the run.
    package var wallSeconds: Int?
    package var control = Control()
    package var denials = Denials()
    /// Layers that the person running this allowed to be absent; without it, their absence ends the run.
    package var degradable: [Layer] = []
    /// Layers to leave out: only the launcher that the tests build obeys, and the shipped one refuses such a plan.
    package var off: [Layer] = []

    package init(profile: String, digest: String) {
        self.profile = profile
        self.digest = digest
    }

    /// A kind of namespace that the run gets its own of.
    package enum Namespace: String, CaseIterable, Sendable {
        case user
        case mount
        case pid
        case net
        case ipc
        case uts
        case cgroup
    }

    /// Something that exists inside the run's root.
    package enum Mount: Equatable, Sendable {
        /// An empty folder.
        case directory(String)
        /// A symbolic link at `path` to `target`.
        case link(path: String, target: String)
        /// A host file or tree, read-only, without set-user-id programs and devices.
        case readOnly(source: String, path: String)
        /// A host folder that the run may write to.
        case writable(source: String, path: String)
        /// A device node of the host, such as `/dev/null`.
        case device(String)
        /// A private file system in memory.
        case temporary(path: String, TemporaryFileSystem)
    }

    /// Bounds of a file system in memory.
    package struct TemporaryFileSystem: Equatable, Sendable {
        package var bytes: Int
        package var inodes: Int

        package init(bytes: Int, inodes: Int) {
            self.bytes = bytes
            self.inodes = inodes
        }
    }

    /// A limit that `setrlimit` knows, soft and hard alike.
    package struct ResourceLimit: Equatable, Sendable {
        package var resource: Resource
        package var value: UInt64

        package init(_ resource: Resource, _ value: UInt64) {
            self.resource = resource
            self.value = value
        }
    }

    package enum Resource: String, CaseIterable, Sendable {
        case addressSpace = "as"
        case core
        case cpu
        case data
        case fsize
        case memlock
        case nofile
        case nproc
        case stack
    }

    /// One variable of the run's environment.
    package struct Variable: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Bounds on the whole run that a control group enforces; nil: none.
    package struct Control: Equatable, Sendable {
        /// Bytes of memory, swap not given, of all processes and their files in memory.
        package var memory: UInt64?
        /// Processes and threads.
        package var processes: Int?
        /// Hundredths of one processor.
        package var cpuPercent: Int?

        package init(memory: UInt64? = nil, processes: Int? = nil, cpuPercent: Int? = nil) {
            self.memory = memory
            self.processes = processes
            self.cpuPercent = cpuPercent
        }
    }

    /// What becomes of the calls that the filter hands to the supervisor; none of them is ever let through.
    package struct Denials: Equatable, Sendable {
        /// How many denied calls end the run.
        package var budget = 1000
        /// False while a run is traced: a violation is then answered like any other denied call, and reported.
        package var endsAtViolation = true
        /// Numbers of the calls that end the run at once.
        package var violations: [UInt32] = []
        /// Answers other than `EPERM`.
        package var answers: [Answer] = []
        /// Which arguments are texts (paths, names), to be read from the caller for the report.
        package var texts: [CallArgument] = []
        /// Which arguments are numbers that tell one use of a call from another, to be counted apart; none but in a
        /// traced run.
        package var distinct: [CallArgument] = []

        package init() {}
    }

    /// An error number for some calls.
    package struct Answer: Equatable, Sendable {
        package var error: UInt16
        package var calls: [UInt32]

        package init(error: UInt16, calls: [UInt32]) {
            self.error = error
            self.calls = calls
        }
    }

    /// Calls of which the argument of this index says something.
    package struct CallArgument: Equatable, Sendable {
        package var index: Int
        package var calls: [UInt32]

        package init(index: Int, calls: [UInt32]) {
            self.index = index
            self.calls = calls
        }
    }

    /// A layer between the run and the host, by the name that reports use.
    package enum Layer: String, CaseIterable, Sendable {
        case namespaces
        case root
        case identity
        case capabilities
        case noNewPrivileges = "no_new_privs"
        case landlock
        case seccomp
        case denialReports = "denial_reports"
        case cgroup
        case limits
        case descriptors
        case supervision
    }
}
