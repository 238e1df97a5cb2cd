import Glibc

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
    var command: [String] = []

    init(_ words: [String]) throws(UsageError) {
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
            case "--receipt": receipt = try Self.value(of: word, from: &rest)
            case "--timeout":
                guard let seconds = Int(try Self.value(of: word, from: &rest)), seconds > 0 else {
                    throw UsageError(message: "--timeout takes a number of seconds above 0")
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

    private static func folder(_ path: String) throws(UsageError) -> String {
        guard let real = realpath(path, nil) else {
            throw UsageError(message: "--ro '\(path)': \(describe(errno))")
        }
        defer { free(real) }
        return String(cString: real)
    }

    static let help = """
        OVERVIEW: Run a command in the sandbox that learnwares run in.

        USAGE: lw-sandbox [--profile NAME] [--ro PATH]… [--timeout SECONDS] [--receipt FILE] -- COMMAND…

        The command sees a fresh root with /usr, /lib* and /bin read-only, and what --ro names; no network, no /proc,
        no folder it may write to, no capability, and only the system calls that the profile allows.

        OPTIONS:
          --profile NAME      a shipped profile (default: strict)
          --plans FOLDER      read NAME.plan and NAME.bpf from here, as `lw-run profile compile` writes them
          --ro PATH           a file or folder that the command may read, at the same path
          --timeout SECONDS   end the command after this time
          --receipt FILE      write what was set up, how long each step took and how it ended, as JSON
          --version           print the version
          -h, --help          print this help

        EXIT CODES: the command's own; 124 deadline passed, 125 set-up failed, 126 forbidden system call,
        128+N ended by signal N, 2 usage.

        EXAMPLE:
          lw-sandbox --profile strict -- python3 -c 'print(1)'

        """
}
