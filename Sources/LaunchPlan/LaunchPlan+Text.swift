/// Why a plan's text was refused.
package struct LaunchPlanError: Error, Equatable, CustomStringConvertible {
    package var line: Int
    package var reason: String

    package var description: String { "line \(line): \(reason)" }
}

extension LaunchPlan {
    /// The first line of every plan; a launcher refuses any other.
    package static let header = "lw-plan 3"
    private static let headerWords = ["lw-plan", "3"]
    /// What a plan says at most once.
    private static let once = [
        "profile", "hostname", "namespaces", "root", "cwd", "wall", "command", "denials", "off",
    ]

    /// The plan as text: one fact a line, words parted by spaces, other bytes as `%XX`.
    package var text: String {
        var lines = [
            [Self.header], ["profile", encodeWord(profile), encodeWord(digest)], ["hostname", encodeWord(hostname)],
        ]
        lines += [["namespaces"] + namespaces.map { $0.rawValue }]
        lines += [["root", String(root.bytes), String(root.inodes)]]
        lines += mounts.map(line)
        lines += limits.map { ["limit", $0.resource.rawValue, String($0.value)] }
        lines += environment.map { ["environment", encodeWord($0.name), encodeWord($0.value)] }
        lines += [["cwd", encodeWord(workingDirectory)]]
        lines += controlLines + denialLines
        if !degradable.isEmpty { lines += [["degradable"] + degradable.map { $0.rawValue }] }
        if !off.isEmpty { lines += [["off"] + off.map { $0.rawValue }] }
        if let wallSeconds { lines += [["wall", String(wallSeconds)]] }
        if !command.isEmpty { lines += [["command"] + command.map(encodeWord)] }
        return lines.map { $0.joined(separator: " ") + "\n" }.joined()
    }

    private var controlLines: [[String]] {
        var lines: [[String]] = []
        if let memory = control.memory { lines.append(["control", "memory", String(memory)]) }
        if let processes = control.processes { lines.append(["control", "processes", String(processes)]) }
        if let percent = control.cpuPercent { lines.append(["control", "cpu", String(percent)]) }
        return lines
    }

    private var denialLines: [[String]] {
        var lines = [["denials", String(denials.budget), denials.endsAtViolation ? "enforce" : "trace"]]
        if !denials.violations.isEmpty { lines.append(["violation", numbers(denials.violations)]) }
        for answer in denials.answers {
            lines.append(["answer", String(answer.error), numbers(answer.calls)])
        }
        for argument in denials.texts {
            lines.append(["text", String(argument.index), numbers(argument.calls)])
        }
        for argument in denials.distinct {
            lines.append(["distinct", String(argument.index), numbers(argument.calls)])
        }
        return lines
    }

    /// Numbers of calls as one word: a hundred words take longer to part than all the rest.
    private func numbers(_ calls: [UInt32]) -> String {
        joinWords(calls.map { String($0) }, ",")
    }

    private func line(for mount: Mount) -> [String] {
        switch mount {
        case .directory(let path): ["directory", encodeWord(path)]
        case .link(let path, let target): ["link", encodeWord(path), encodeWord(target)]
        case .readOnly(let source, let path): ["read-only", encodeWord(source), encodeWord(path)]
        case .writable(let source, let path): ["writable", encodeWord(source), encodeWord(path)]
        case .device(let path): ["device", encodeWord(path)]
        case .temporary(let path, let size): ["temporary", encodeWord(path), String(size.bytes), String(size.inodes)]
        }
    }

    /// Reads a plan's text.
    ///
    /// - Throws: ``LaunchPlanError`` with the line; nothing unknown is skipped.
    package init(text: String) throws(LaunchPlanError) {
        self.init(profile: "", digest: "")
        namespaces = []
        var seen: [String] = []
        for (index, line) in splitWords(text).enumerated() {
            if index == 0 {
                guard line == Self.headerWords else {
                    throw LaunchPlanError(line: 1, reason: "this is no launch plan of version 3")
                }
                continue
            }
            if line == [""] { continue }
            let reader = PlanLine(number: index + 1, words: line)
            if Self.once.contains(line[0]) {
                guard !seen.contains(line[0]) else { throw reader.fault("'\(line[0])' stands twice") }
                seen.append(line[0])
            }
            try apply(reader)
        }
        guard seen.contains("profile"), seen.contains("namespaces"), seen.contains("root") else {
            throw LaunchPlanError(line: 1, reason: "profile, namespaces or root is missing")
        }
    }

    /// The namespaces that a plan's text asks for, without a look at anything else; none when it does not say.
    package static func namespaces(of text: [UInt8]) -> [Namespace] {
        let key = Array("\nnamespaces ".utf8)
        var begin = 0
        while begin + key.count <= text.count {
            if text[begin] == key[0], text[begin..<begin + key.count].elementsEqual(key) {
                let rest = text[(begin + key.count)...].prefix { $0 != key[0] }
                let words = splitWords(String(decoding: rest, as: UTF8.self))
                return words[0].compactMap { Namespace(rawValue: $0) }
            }
            begin += 1
        }
        return []
    }

    private mutating func apply(_ line: PlanLine) throws(LaunchPlanError) {
        switch line.words[0] {
        case "profile": (profile, digest) = (try line.text(1, of: 2), try line.text(2, of: 2))
        case "hostname": hostname = try line.text(1, of: 1)
        case "namespaces": namespaces = try line.namespaces()
        case "root": root = try line.size(from: 1, of: 2)
        case "cwd": workingDirectory = try line.text(1, of: 1)
        case "wall": wallSeconds = try line.integer(1, of: 1)
        case "command": command = try line.texts()
        case "environment": environment.append(Variable(try line.text(1, of: 2), try line.text(2, of: 2)))
        case "limit":
            guard let resource = Resource(rawValue: try line.text(1, of: 2)), let value = UInt64(line.words[2]) else {
                throw line.fault("unknown limit")
            }
            limits.append(ResourceLimit(resource, value))
        case "control": try applyControl(line)
        case "denials":
            denials.budget = try line.integer(1, of: 2)
            switch try line.text(2, of: 2) {
            case "enforce": denials.endsAtViolation = true
            case "trace": denials.endsAtViolation = false
            default: throw line.fault("denials are enforced or traced")
            }
        case "violation": denials.violations += try line.calls(1, of: 1)
        case "answer":
            denials.answers.append(Answer(error: try line.small(1, below: 4096), calls: try line.calls(2, of: 2)))
        case "text": denials.texts.append(try line.argument())
        case "distinct": denials.distinct.append(try line.argument())
        case "degradable": degradable += try line.layers()
        case "off": off += try line.layers()
        case "directory": mounts.append(.directory(try line.text(1, of: 1)))
        case "link": mounts.append(.link(path: try line.text(1, of: 2), target: try line.text(2, of: 2)))
        case "read-only": mounts.append(.readOnly(source: try line.text(1, of: 2), path: try line.text(2, of: 2)))
        case "writable": mounts.append(.writable(source: try line.text(1, of: 2), path: try line.text(2, of: 2)))
        case "device": mounts.append(.device(try line.text(1, of: 1)))
        case "temporary": mounts.append(.temporary(path: try line.text(1, of: 3), try line.size(from: 2, of: 3)))
        default: throw line.fault("unknown word '\(line.words[0])'")
        }
    }
}

extension LaunchPlan {
    private mutating func applyControl(_ line: PlanLine) throws(LaunchPlanError) {
        let value = try line.integer(2, of: 2)
        switch line.words[1] {
        case "memory": control.memory = UInt64(value)
        case "processes": control.processes = value
        case "cpu": control.cpuPercent = value
        default: throw line.fault("unknown control '\(line.words[1])'")
        }
    }
}

private struct PlanLine {
    let number: Int
    let words: [String]

    func fault(_ reason: String) -> LaunchPlanError {
        LaunchPlanError(line: number, reason: reason)
    }

    func text(_ index: Int, of count: Int) throws(LaunchPlanError) -> String {
        guard words.count == count + 1 else { throw fault("'\(words[0])' takes \(count) words") }
        guard let text = decodeWord(words[index]) else { throw fault("a '%' without two hexadecimal digits, or a NUL") }
        return text
    }

    func texts() throws(LaunchPlanError) -> [String] {
        var all: [String] = []
        for word in words.dropFirst() {
            guard let text = decodeWord(word) else { throw fault("a '%' without two hexadecimal digits, or a NUL") }
            all.append(text)
        }
        return all
    }

    func integer(_ index: Int, of count: Int) throws(LaunchPlanError) -> Int {
        guard let integer = Int(try text(index, of: count)), integer >= 0 else { throw fault("a number is needed") }
        return integer
    }

    /// A number at `index`, whatever stands behind it.
    func small(_ index: Int, below bound: UInt16) throws(LaunchPlanError) -> UInt16 {
        guard words.count > index, let value = UInt16(words[index]), value < bound else {
            throw fault("a number below \(bound) is needed")
        }
        return value
    }

    /// Numbers parted by commas, at least one.
    func calls(_ index: Int, of count: Int) throws(LaunchPlanError) -> [UInt32] {
        guard words.count == count + 1 else { throw fault("'\(words[0])' takes \(count) words") }
        var numbers: [UInt32] = []
        var number: UInt32?
        for byte in words[index].utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (tens, isTooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
                let (sum, isOver) = tens.addingReportingOverflow(UInt32(byte - UInt8(ascii: "0")))
                guard !isTooLarge, !isOver else { throw fault("a call's number is too large") }
                number = sum
            case UInt8(ascii: ","):
                guard let whole = number else { throw fault("a call's number is missing") }
                numbers.append(whole)
                number = nil
            default: throw fault("'\(words[index])' are no numbers of calls")
            }
        }
        guard let last = number else { throw fault("a call's number is missing") }
        return numbers + [last]
    }

    /// An argument's index and the numbers of calls behind it.
    func argument() throws(LaunchPlanError) -> LaunchPlan.CallArgument {
        LaunchPlan.CallArgument(index: Int(try small(1, below: 6)), calls: try calls(2, of: 2))
    }

    func layers() throws(LaunchPlanError) -> [LaunchPlan.Layer] {
        var all: [LaunchPlan.Layer] = []
        for word in words.dropFirst() {
            guard let layer = LaunchPlan.Layer(rawValue: word) else { throw fault("unknown layer '\(word)'") }
            all.append(layer)
        }
        return all
    }

    func size(from index: Int, of count: Int) throws(LaunchPlanError) -> LaunchPlan.TemporaryFileSystem {
        LaunchPlan.TemporaryFileSystem(
            bytes: try integer(index, of: count),
            inodes: try integer(index + 1, of: count)
        )
    }

    func namespaces() throws(LaunchPlanError) -> [LaunchPlan.Namespace] {
        var all: [LaunchPlan.Namespace] = []
        for word in words.dropFirst() {
            guard let namespace = LaunchPlan.Namespace(rawValue: word) else {
                throw fault("unknown namespace '\(word)'")
            }
            all.append(namespace)
        }
        return all
    }
}
