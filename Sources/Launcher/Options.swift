import CPosix
import LaunchPlan

struct UsageError: Error {
    var message: String
}

/// The command line of a person.
struct Options {
    enum Request {
        case help
        case version
        case run
    }

    var request = Request.run
    var profile = "strict"
    var plans: String?
    var readOnly: [String] = []
    var seconds: Int?
    var receipt: String?
    var workingDirectory: String?
    var environment: [LaunchPlan.Variable] = []
    var degradable: [LaunchPlan.Layer] = []
    var isVerbose = false
    /// Only the tests' launcher knows this one.
    var off: [LaunchPlan.Layer] = []
    var command: [String] = []

    /// Ten years: more is a slip, and must not overflow what counts in microseconds.
    private static let mostSeconds = 315_360_000

    init(_ words: [String], knowsOff: Bool) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-h", "--help":
                request = .help
                return
            case "--version":
                request = .version
                return
            case "--profile": profile = try Self.value(of: word, from: &rest)
            case "--plans": plans = try Self.value(of: word, from: &rest)
            case "--ro": readOnly.append(try Self.folder(Self.value(of: word, from: &rest)))
            case "--cwd": workingDirectory = try Self.value(of: word, from: &rest)
            case "--env":
                let variable = try Self.variable(Self.value(of: word, from: &rest))
                environment.removeAll { $0.name == variable.name }
                environment.append(variable)
            case "--allow-degraded":
                let layer = try Self.layer(word, from: &rest)
                guard layer == .landlock else {
                    throw UsageError(
                        message: "only 'landlock' can be missing; no run starts without '\(layer.rawValue)'"
                    )
                }
                degradable.append(layer)
            case "--off" where knowsOff: off.append(try Self.layer(word, from: &rest))
            case "--verbose": isVerbose = true
            case "--receipt": receipt = try Self.value(of: word, from: &rest)
            case "--timeout":
                guard let seconds = Int(try Self.value(of: word, from: &rest)), 1...Self.mostSeconds ~= seconds else {
                    throw UsageError(message: "--timeout takes a number of seconds from 1 to \(Self.mostSeconds)")
                }
                self.seconds = seconds
            case "--":
                command = Array(rest)
                rest = []
            default:
                throw UsageError(message: "unknown option '\(word)'; the command stands after '--'")
            }
        }
        guard !command.isEmpty else { throw UsageError(message: "no command; write it after '--'") }
    }

    private static func value(of option: String, from rest: inout ArraySlice<String>) throws(UsageError) -> String {
        guard let value = rest.popFirst(), value != "--" else { throw UsageError(message: "\(option) needs a value") }
        return value
    }

    private static func layer(
        _ option: String,
        from rest: inout ArraySlice<String>
    ) throws(UsageError) -> LaunchPlan.Layer {
        let name = try value(of: option, from: &rest)
        guard let layer = LaunchPlan.Layer(rawValue: name) else {
            let known = LaunchPlan.Layer.allCases.map { $0.rawValue }.joined(separator: ", ")
            throw UsageError(message: "\(option): there is no layer '\(name)'; there are \(known)")
        }
        return layer
    }

    private static func variable(_ text: String) throws(UsageError) -> LaunchPlan.Variable {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { throw UsageError(message: "--env takes NAME=VALUE") }
        return LaunchPlan.Variable(String(parts[0]), String(parts[1]))
    }

    private static func folder(_ path: String) throws(UsageError) -> String {
        guard let real = realpath(path, nil) else {
            throw UsageError(message: "--ro '\(path)': \(describe(errno))")
        }
        defer { free(real) }
        let path = String(cString: real)
        guard path != "/" else { throw UsageError(message: "--ro '/' would show the whole host; name folders of it") }
        return path
    }

    static let help = """
        OVERVIEW: Run a command in the sandbox that learnwares run in.

        USAGE: lw-sandbox [OPTIONS] -- COMMAND…

        The command sees a fresh root with /usr, /lib* and /bin read-only, and what --ro names; no network, no /proc,
        no folder it may write to, no capability, and only the system calls that the profile allows.

        OPTIONS:
          --profile NAME      a shipped profile (default: strict)
          --plans FOLDER      read the profile from here, as `lw-run profile compile` writes it
          --ro PATH           a file or folder that the command may read, at the same path
          --cwd PATH          the folder to start in, as the command sees it (default: /)
          --env NAME=VALUE    a variable of the command's environment, which is otherwise a fixed list
          --timeout SECONDS   end the command after this time
          --receipt FILE      write as JSON what was set up and seen, what was denied, and how it ended
          --allow-degraded landlock
                              run on a kernel without Landlock; the receipt says so
          --verbose           name each kind of denied call on standard error
          --version           print the version
          -h, --help          print this help

        EXIT CODES: the command's own; 124 deadline passed, 125 set-up failed, 126 forbidden system call or too much
        memory, 128+N ended by signal N, 130 interrupted, 2 usage.

        EXAMPLE:
          lw-sandbox --profile strict -- python3 -c 'print(1)'

        """
}
