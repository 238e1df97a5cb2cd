import Documents
import Foundation
import SystemPackage

/// What interpreters said of themselves, remembered for as long as their executables are the same.
struct ProbeMemory {
    private let path: FilePath
    private var answers: [String: Interpreter?] = [:]
    private var isChanged = false

    /// Reads the file; one that is missing or not ours to read is an empty memory.
    init(_ path: FilePath) {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path.string),
            let document = try? JSON.parse([UInt8](data))
        else { return }
        for member in document.members ?? [] {
            answers[member.key] = .some(Self.interpreter(member.value))
        }
    }

    mutating func probe(_ candidate: String) async -> Interpreter? {
        var status = stat()
        guard stat(candidate, &status) == 0 else { return nil }
        let times =
            "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
        let key = "\(candidate) \(status.st_dev) \(status.st_ino) \(status.st_size) \(times)"
        if let answer = answers[key] { return answer }
        let answer = await Interpreter.probe(candidate)
        answers[key] = .some(answer)
        isChanged = true
        return answer
    }

    func save() {
        guard isChanged else { return }
        let members = answers.sorted { $0.key < $1.key }.map { ($0.key, Self.node($0.value)) }
        let text = Node(object: members).json(pretty: true)
        try? Data(text.utf8).write(to: URL(fileURLWithPath: path.string), options: .atomic)
    }

    private static func node(_ interpreter: Interpreter?) -> Node {
        guard let interpreter else { return nil }
        return Node(object: [
            ("executable", Node(interpreter.executable.string)), ("prefix", Node(interpreter.basePrefix.string)),
            ("version", Node(interpreter.version)), ("major", Node(interpreter.major)),
            ("minor", Node(interpreter.minor)),
        ])
    }

    private static func interpreter(_ node: Node) -> Interpreter? {
        guard let executable = node["executable"]?.string, let prefix = node["prefix"]?.string,
            let version = node["version"]?.string, let major = node["major"]?.integer,
            let minor = node["minor"]?.integer
        else { return nil }
        return Interpreter(
            executable: FilePath(executable),
            basePrefix: FilePath(prefix),
            version: version,
            major: major,
            minor: minor
        )
    }
}
