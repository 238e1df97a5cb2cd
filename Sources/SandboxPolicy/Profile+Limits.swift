import LaunchPlan

extension Profile {
    /// How a limit's number is read.
    package enum LimitUnit: Sendable {
        case bytes
        case seconds
        case count

        /// The number as a person reads it; nil is no limit.
        package func text(_ value: Int?) -> String {
            guard let value else { return "unlimited" }
            return switch self {
            case .bytes: Self.size(value)
            case .seconds: "\(value) s"
            case .count: String(value)
            }
        }

        /// The largest unit that says it without a fraction.
        private static func size(_ bytes: Int) -> String {
            for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
            where bytes > 0 && bytes % factor == 0 {
                return "\(bytes / factor) \(unit)"
            }
            return "\(bytes) bytes"
        }
    }

    /// A limit under the name that profiles give it.
    package struct LimitEntry: Sendable {
        package var name: String
        package var unit: LimitUnit
        package var value: @Sendable (Profile) -> Int?
    }

    /// All numbers that bound a run, for who shows or compares profiles.
    package static let limitTable: [LimitEntry] = [
        LimitEntry(name: "memory", unit: .bytes) { $0.limits.memory },
        LimitEntry(name: "processes", unit: .count) { $0.limits.processes },
        LimitEntry(name: "processors", unit: .count) { $0.limits.processorQuota },
        LimitEntry(name: "processor-seconds", unit: .seconds) { $0.limits.processorSeconds },
        LimitEntry(name: "open-files", unit: .count) { $0.limits.openFiles },
        LimitEntry(name: "file-size", unit: .bytes) { $0.limits.fileSize },
        LimitEntry(name: "stack", unit: .bytes) { $0.limits.stack },
        LimitEntry(name: "line", unit: .bytes) { $0.limits.line },
        LimitEntry(name: "blob", unit: .bytes) { $0.limits.blob },
        LimitEntry(name: "standard-error", unit: .bytes) { $0.limits.standardError },
        LimitEntry(name: "denials", unit: .count) { $0.limits.denials },
        LimitEntry(name: "spawn", unit: .seconds) { $0.times.spawn },
        LimitEntry(name: "load", unit: .seconds) { $0.times.load },
        LimitEntry(name: "call", unit: .seconds) { $0.times.call },
        LimitEntry(name: "wall", unit: .seconds) { $0.times.wall },
        LimitEntry(name: "root-size", unit: .bytes) { $0.root.bytes },
        LimitEntry(name: "root-entries", unit: .count) { $0.root.inodes },
    ]
}

extension Profile.Limits {
    /// Processors' worth of time that a run gets in a second; nil: all there is.
    package var processorQuota: Int? {
        processors ?? (threads > 0 ? threads : nil)
    }
}
