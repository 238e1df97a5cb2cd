import Foundation
import ModelRunner
import SystemPackage
import TestSupport

/// A store of a test's own, so that what is left of its runs can be told, with the environments of all tests.
enum TestStore {
    static func make(in scratch: Scratch, at place: String = "store") throws -> Store {
        let shared = Checkout.cache.appending("learnware")
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        for name in ["environments", "locks", "uv", "wheels"] {
            let folder = shared.appending(name).string
            for path in [folder, scratch.appending(place)] {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: mode
                )
            }
            try FileManager.default.createSymbolicLink(
                atPath: scratch.appending(place + "/" + name),
                withDestinationPath: folder
            )
        }
        return try Store(at: scratch.path.appending(place))
    }

    /// What is left of the test's runs: processes that see their folder, and the folders themselves.
    static func leftovers(of scratch: Scratch) -> [String] {
        var left = (try? FileManager.default.contentsOfDirectory(atPath: scratch.appending("store/runs"))) ?? []
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            // Each process of a run has the run's folder among its mounts, and no other test's has.
            guard Int(name) != nil,
                let mounts = try? String(contentsOfFile: "/proc/\(name)/mountinfo", encoding: .utf8)
            else { continue }
            if mounts.contains(scratch.path.string) { left.append("process \(name)") }
        }
        return left
    }

    /// Control groups of runs whose supervisor this process started, and is gone.
    static func controlGroups() -> [String] {
        let folders = FileManager.default.enumerator(atPath: "/sys/fs/cgroup")
        var left: [String] = []
        while let path = folders?.nextObject() as? String {
            guard let name = path.split(separator: "/").last, name.hasPrefix("lw-") else { continue }
            guard let process = name.dropFirst("lw-".count).split(separator: "-").first else { continue }
            // Those of other tests' runs are alive.
            if kill(pid_t(process) ?? 0, 0) != 0 { left.append(path) }
        }
        return left
    }
}
