/// Why a plan's text was refused.
package struct LaunchPlanError: Error, Equatable, CustomStringConvertible {
    package var line: Int
    package var reason: String

    package var description: String { "line \(line): \(reason)" }
}

extension LaunchPlan {
    /// The first line of every plan; a launcher refuses any other.
    package static let header = "lw-plan 1"

    /// The plan as text: one fact a line, words parted by spaces, other bytes as `%XX`.
    package var text: String {
        var lines = [[Self.header], ["profile", encode(profile), encode(digest)], ["hostname", encode(hostname)]]
        lines += [["namespaces"] + namespaces.map(\.rawValue)]
        lines += [["root", String(root.bytes), String(root.inodes)]]
        lines += mounts.map(line)
        lines += limits.map { ["limit", $0.resource.rawValue, String($0.value)] }
        lines += environment.map { ["environment", encode($0.name), encode($0.value)] }
        lines += [["cwd", encode(workingDirectory)]]
        if let wallSeconds { lines += [["wall", String(wallSeconds)]] }
        if !command.isEmpty { lines += [["command"] + command.map(encode)] }
        return lines.map { $0.joined(separator: " ") + "\n" }.joined()
    }

    private func line(for mount: Mount) -> [String] {
        switch mount {
        case .directory(let path): ["directory", encode(path)]
        case .link(let path, let target): ["link", encode(path), encode(target)]
        case .readOnly(let source, let path): ["read-only", encode(source), encode(path)]
        case .writable(let source, let path): ["writable", encode(source), encode(path)]
        case .device(let path): ["device", encode(path)]
        case .temporary(let path, let size): ["temporary", encode(path), String(size.bytes), String(size.inodes)]
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
                    throw LaunchPlanError(line: 1, reason: "this is no launch plan of version 1")
                }
                continue
            }
            if line.isEmpty { continue }
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let reader = PlanLine(number: index + 1, words: words)
            if ["profile", "hostname", "namespaces", "root", "cwd", "wall", "command"].contains(words[0]),
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

private struct PlanLine {
    let number: Int
    let words: [String]

    func fault(_ reason: String) -> LaunchPlanError {
        LaunchPlanError(line: number, reason: reason)
    }

    func text(_ index: Int, of count: Int) throws(LaunchPlanError) -> String {
        guard words.count == count + 1 else { throw fault("'\(words[0])' takes \(count) words") }
        guard let text = decode(words[index]) else { throw fault("a '%' without two hexadecimal digits, or a NUL") }
        return text
    }

    func texts() throws(LaunchPlanError) -> [String] {
        var all: [String] = []
        for word in words.dropFirst() {
            guard let text = decode(word) else { throw fault("a '%' without two hexadecimal digits, or a NUL") }
            all.append(text)
        }
        return all
    }

    func integer(_ index: Int, of count: Int) throws(LaunchPlanError) -> Int {
        guard let integer = Int(try text(index, of: count)), integer >= 0 else { throw fault("a number is needed") }
        return integer
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

private func encode(_ text: String) -> String {
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
private func decode(_ word: String) -> String? {
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
