import Documents
import Foundation
import Packaging

/// A resolved environment: every package by version, and the files that it can be installed from.
struct EnvironmentLock: Equatable, Sendable {
    /// A wheel of the user's index.
    struct File: Equatable, Sendable {
        /// The file's name, such as `numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl`.
        var name: String
        /// Where the index has it.
        var url: String
        /// In lower-case hexadecimal.
        var sha256: String
        /// In bytes; nil when the index does not say.
        var size: Int?
    }

    struct Entry: Equatable, Sendable {
        /// The name in its normal form.
        var name: String
        var version: String
        /// The best for the interpreter first, never empty.
        var files: [File]
    }

    /// Sorted by name.
    var entries: [Entry]

    init(entries: [Entry]) {
        self.entries = entries
    }

    /// What decides the contents of the environment: names, versions and hashes, and no address.
    var identity: String {
        entries.map { "\($0.name)==\($0.version) \($0.files[0].sha256)\n" }.joined()
    }

    /// Why a lock cannot be read, or an index cannot be used.
    struct Fault: Error, Equatable {
        var reason: String
    }

    private static let limits = DocumentLimits(bytes: 64 << 20, depth: 16, nodes: 2_000_000)

    /// Reads the `pylock.toml` that `uv pip compile` wrote for one interpreter.
    ///
    /// - Throws: ``Fault`` when it holds anything but names, versions and wheels with their hashes.
    init(pylock text: String, minor: Int) throws(Fault) {
        let root: Node
        do {
            root = try TOML.parse(Array(text.utf8), limits: Self.limits)
        } catch {
            throw Fault(reason: "the resolver's answer cannot be read: \(error)")
        }
        entries = []
        for package in root["packages"]?.array ?? [] {
            guard let name = package["name"]?.string, let version = package["version"]?.string else {
                throw Fault(reason: "the resolver's answer holds more than names, versions and hashes")
            }
            let files = (package["wheels"]?.array ?? []).compactMap(Self.file)
            try append(name, version, files, minor: minor)
        }
        entries.sort { $0.name < $1.name }
    }

    private mutating func append(_ name: String, _ version: String, _ files: [File], minor: Int) throws(Fault) {
        let name = Requirement.normalized(name)
        guard Self.isPlain(name), Self.isPlain(version), !entries.contains(where: { $0.name == name }) else {
            throw Fault(reason: "the resolver's answer holds more than names, versions and hashes")
        }
        let ranked = files.compactMap { file in WheelName(file.name).map { (file, $0.rank(minor: minor)) } }
        guard !ranked.isEmpty else {
            let shown = Printable(name, limit: 60)
            throw Fault(reason: "the index offers no wheel of '\(shown)' with a SHA-256 hash")
        }
        // Stable: the resolver's own order decides among equals.
        let sorted = ranked.enumerated().sorted { left, right in
            left.element.1 == right.element.1
                ? left.offset < right.offset : left.element.1.lexicographicallyPrecedes(right.element.1)
        }
        entries.append(Entry(name: name, version: version, files: sorted.map(\.element.0)))
    }

    private static func file(_ node: Node) -> File? {
        guard let url = node["url"]?.string, let hash = node["hashes"]?["sha256"]?.string?.lowercased(),
            hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit),
            ["https://", "http://", "file:///"].contains(where: url.hasPrefix)
        else { return nil }
        let last = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last ?? ""
        let name = node["name"]?.string ?? String(last).removingPercentEncoding ?? ""
        let size = node["size"]?.integer.flatMap { $0 > 0 ? $0 : nil }
        return File(name: name, url: url, sha256: hash, size: size ?? localSize(url))
    }

    /// A folder of wheels announces no sizes.
    private static func localSize(_ url: String) -> Int? {
        guard url.hasPrefix("file://"), let path = URL(string: url)?.path else { return nil }
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isalnum(Int32($0)) != 0 || "-_.+!".utf8.contains($0) }
    }
}

extension EnvironmentLock {
    private static let schema = "learnware/lock/1"

    /// The lock as the store keeps it.
    var text: String {
        let packages = entries.map { entry in
            let files = entry.files.map { file in
                Node(object: [
                    ("name", Node(file.name)), ("url", Node(file.url)), ("sha256", Node(file.sha256)),
                    ("size", file.size.map { Node($0) } ?? nil),
                ])
            }
            return Node(object: [
                ("name", Node(entry.name)), ("version", Node(entry.version)), ("files", Node(files)),
            ])
        }
        return Node(object: [("schema", Node(Self.schema)), ("packages", Node(packages))]).json(pretty: true)
    }

    /// Reads what ``text`` wrote; nil for anything else.
    init?(text: String) {
        guard let root = try? JSON.parse(Array(text.utf8), limits: Self.limits), root["schema"]?.string == Self.schema
        else { return nil }
        entries = []
        for package in root["packages"]?.array ?? [] {
            guard let name = package["name"]?.string, let version = package["version"]?.string,
                Self.isPlain(name), Self.isPlain(version)
            else { return nil }
            let files = (package["files"]?.array ?? []).compactMap { node -> File? in
                guard let name = node["name"]?.string, WheelName(name) != nil, let url = node["url"]?.string,
                    let hash = node["sha256"]?.string, hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit)
                else { return nil }
                return File(name: name, url: url, sha256: hash, size: node["size"]?.integer)
            }
            guard !files.isEmpty else { return nil }
            entries.append(Entry(name: name, version: version, files: files))
        }
    }

    /// Keeps of each package only the files whose hashes the packager named, where the packager named any.
    ///
    /// A line that pins another version than the one that was chosen does not speak of it: its marker does not hold.
    ///
    /// - Parameters:
    ///   - requirements: the packager's lines.
    ///   - built: where wheels lie that we built ourselves, in folders named by the hash of their sources.
    /// - Returns: the name of a package for which the index offers none of them; nil when all is well.
    mutating func restrict(to requirements: [Requirement], built: String) -> String? {
        for (index, entry) in entries.enumerated() {
            let lines = requirements.filter { line in
                line.normalizedName == entry.name && !line.hashes.isEmpty
                    && (!line.isPinned || line.specifier == "==" + entry.version)
            }
            guard !lines.isEmpty else { continue }
            let accepted = Set(lines.flatMap(\.hashes))
            entries[index].files = entry.files.filter { file in
                accepted.contains("sha256:" + (Self.sources(of: file, built) ?? file.sha256))
            }
            if entries[index].files.isEmpty { return entry.name }
        }
        return nil
    }
}

extension EnvironmentLock {
    /// The packages whose wheels we built ourselves.
    func built(in folder: String) -> [String] {
        entries.filter { Self.sources(of: $0.files[0], folder) != nil }.map { "\($0.name)==\($0.version)" }
    }

    /// The hash of the sources that a wheel of ours was built from.
    private static func sources(of file: File, _ built: String) -> String? {
        guard file.url.hasPrefix("file://"), let path = URL(string: file.url)?.path, path.hasPrefix(built + "/") else {
            return nil
        }
        return String(path.dropFirst(built.utf8.count + 1).prefix(64))
    }
}

extension Requirement {
    /// True for a single `==VERSION`.
    var isPinned: Bool {
        specifier.hasPrefix("==") && !specifier.hasPrefix("===") && !specifier.contains(",")
            && !specifier.hasSuffix("*")
    }
}
