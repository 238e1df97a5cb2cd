/// Why a plan's text was refused.
package struct LaunchPlanError: Error, Equatable, CustomStringConvertible {
    package var line: Int
    package var reason: String

    package var description: String { "line \(line): \(reason)" }
}

extension LaunchPlan {
    /// The first line of every plan; a launcher refuses any other.
    package static let header = "lw-plan 2"

    /// The plan as text: one fact a line, words parted by spaces, other bytes as `%XX`.
    package var text: String {
        var lines = [
            [Self.header], ["profile", encodeWord(profile), encodeWord(digest)], ["hostname", encodeWord(hostname)],
        ]
        lines += [["namespaces"] + namespaces.map(\.rawValue)]
        lines += [["root", String(root.bytes), String(root.inodes)]]
        lines += mounts.map(line)
        lines += limits.map { ["limit", $0.resource.rawValue, String($0.value)] }
        lines += environment.map { ["environment", encodeWord($0.name), encodeWord($0.value)] }
        lines += [["cwd", encodeWord(workingDirectory)]]
        lines += controlLines + denialLines
        if !degradable.isEmpty { lines += [["degradable"] + degradable.map(\.rawValue)] }
        if !off.isEmpty { lines += [["off"] + off.map(\.rawValue)] }
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
        if !denials.violations.isEmpty { lines.append(["violation"] + denials.violations.map { String($0) }) }
        for answer in denials.answers {
            lines.append(["answer", String(answer.error)] + answer.calls.map { String($0) })
        }
        for argument in denials.texts {
            lines.append(["text", String(argument.index)] + argument.calls.map { String($0) })
        }
        return lines
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
        var seen = Set<String>()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index == 0 {
                guard line == Self.header else {
                    throw LaunchPlanError(line: 1, reason: "this is no launch plan of version 2")
                }
                continue
            }
            if line.isEmpty { continue }
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let reader = PlanLine(number: index + 1, words: words)
            if ["profile", "hostname", "namespaces", "root", "cwd", "wall", "command", "denials", "off"].contains(
                words[0]
            ),
                !seen.insert(words[0]).inserted
            {
                throw reader.fault("'\(words[0])' stands twice")
            }
            try apply(reader)
        }
        guard seen.contains("profile"), seen.contains("namespaces"), seen.contains("root") else {
            throw LaunchPlanError(line: 1, reason: "profile, namespaces or root is missing")
        }
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
            guard let mode = ["enforce": true, "trace": false][try line.text(2, of: 2)] else {
                throw line.fault("denials are enforced or traced")
            }
            denials.endsAtViolation = mode
        case "violation": denials.violations += try line.calls(from: 1)
        case "answer":
            denials.answers.append(Answer(error: try line.small(1, below: 4096), calls: try line.calls(from: 2)))
        case "text":
            let index = Int(try line.small(1, below: 6))
            denials.texts.append(TextArgument(index: index, calls: try line.calls(from: 2)))
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

    func calls(from index: Int) throws(LaunchPlanError) -> [UInt32] {
        var numbers: [UInt32] = []
        for word in words.dropFirst(index) {
            guard let number = UInt32(word) else { throw fault("'\(word)' is no call's number") }
            numbers.append(number)
        }
        return numbers
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

package func encodeWord(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16)
            encoded += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
        }
    }
    return encoded.isEmpty ? "%" : encoded
}

/// The text behind a word; nil for a broken escape, a NUL byte or invalid UTF-8.
///
/// A lone `%` is the empty text.
package func decodeWord(_ word: String) -> String? {
    if word == "%" { return "" }
    var bytes: [UInt8] = []
    var rest = Array(word.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%") {
            guard rest.count >= 2 else { return nil }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard let value = UInt8(digits, radix: 16), value != 0 else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
}
