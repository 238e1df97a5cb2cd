import Documents
import Foundation
import Packaging

/// A resolved environment: every package by version and by the hashes of its wheels.
struct EnvironmentLock: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var name: String
        var version: String
        /// `sha256:…`, sorted.
        var hashes: [String]
    }

    /// Sorted by name.
    var entries: [Entry]

    /// The lock as requirement lines with hashes; equal locks have equal text.
    var text: String {
        entries.map { entry in
            ([entry.name + "==" + entry.version] + entry.hashes.map { "--hash=" + $0 }).joined(separator: " \\\n    ")
                + "\n"
        }.joined()
    }

    /// Reads what `uv pip compile --generate-hashes` wrote, or a lock of ours.
    ///
    /// - Returns: nil when a line is anything but `name==version` and hashes: nothing else may reach the installer.
    init?(text: String) {
        entries = []
        let joined = text.replacing("\\\n", with: " ")
        for line in joined.split(separator: "\n") {
            // Markers are settled: the lock is made for one interpreter on one platform.
            let words = line.split(separator: ";", maxSplits: 1)[0].split(separator: " ")
            let afterMarker = line.split(separator: " ").filter { $0.hasPrefix("--hash=") }
            guard let pin = words.first else { continue }
            let parts = pin.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].isEmpty, Self.isPlain(parts[0]), Self.isPlain(parts[2]) else { return nil }
            let hashes = afterMarker.map { String($0.dropFirst("--hash=".count)) }
            guard !hashes.isEmpty, hashes.allSatisfy({ $0.hasPrefix("sha256:") && $0.utf8.count == 71 }) else {
                return nil
            }
            let name = Requirement.normalized(String(parts[0]))
            entries.append(Entry(name: name, version: String(parts[2]), hashes: hashes.sorted()))
        }
        entries.sort { $0.name < $1.name }
    }

    private static func isPlain(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isalnum(Int32($0)) != 0 || "-_.+!".utf8.contains($0) }
    }

    /// Keeps of each package only the hashes that the packager named, where the packager named any.
    ///
    /// - Returns: the name of a package for which the index offers none of them; nil when all is well.
    mutating func restrict(to requirements: [Requirement]) -> String? {
        for requirement in requirements where !requirement.hashes.isEmpty {
            guard let index = entries.firstIndex(where: { $0.name == requirement.normalizedName }) else { continue }
            entries[index].hashes = entries[index].hashes.filter(requirement.hashes.contains)
            if entries[index].hashes.isEmpty { return requirement.name }
        }
        return nil
    }
}
