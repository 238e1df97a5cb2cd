import LaunchPlan

/// What one profile grants that another does not, one fact a line.
package struct ProfileDiff: Equatable, Sendable {
    package enum Direction: String, Sendable {
        /// The second profile grants more.
        case more
        /// The second profile grants less.
        case less
        /// Neither: the two answer or set something differently.
        case other
    }

    package struct Fact: Equatable, Sendable {
        package var direction: Direction
        package var text: String
    }

    package private(set) var facts: [Fact] = []

    package init(from old: Profile, to new: Profile) {
        compareCalls(old.seccomp, new.seccomp)
        for limit in Profile.limitTable { compare(limit.name, limit.value(old), limit.value(new), limit.unit) }
        compareThings(old, new)
    }

    private mutating func add(_ direction: Direction, _ text: String) {
        facts.append(Fact(direction: direction, text: text))
    }

    // MARK: - Calls

    private mutating func compareCalls(_ old: SeccompRules, _ new: SeccompRules) {
        let names = Set(old.rules.map(\.name)).union(new.rules.map(\.name))
        for name in names.sorted() {
            let (before, after) = (old.fate(of: name), new.fate(of: name))
            if before != after { compareFates(name, before, after) }
        }
        if old.absentFrom != new.absentFrom {
            func words(_ first: UInt32?) -> String { first.map { "all calls from \($0) on" } ?? "no calls by number" }
            add(.other, "takes as absent: \(words(new.absentFrom)), not \(words(old.absentFrom))")
        }
    }

    private mutating func compareFates(_ name: String, _ before: SeccompRules.Fate?, _ after: SeccompRules.Fate?) {
        switch (before, after) {
        case (.arguments(let old), .arguments(let new)):
            for test in new where !old.contains(test) { add(.more, "allows \(name) also with \(test)") }
            for test in old where !new.contains(test) { add(.less, "no longer allows \(name) with \(test)") }
        case (.arguments, .allow): add(.more, "allows \(name) whatever its arguments")
        case (.allow, .arguments(let tests)): add(.less, "allows \(name) only with \(ArgumentTest.words(tests))")
        case (_, .allow): add(.more, "allows \(name) (before: \(Self.words(before)))")
        case (_, .arguments(let tests)):
            add(.more, "allows \(name) with \(ArgumentTest.words(tests)) (before: \(Self.words(before)))")
        case (.allow, _), (.arguments, _): add(.less, "denies \(name): \(Self.words(after))")
        default: add(.other, "\(name): \(Self.words(after)) (before: \(Self.words(before)))")
        }
    }

    private static func words(_ fate: SeccompRules.Fate?) -> String {
        switch fate {
        case .allow: "allowed"
        case .arguments(let tests): "allowed with " + ArgumentTest.words(tests)
        case .soft(let error): "answered \(error.rawValue)"
        case .violation: "ends the run"
        case .absent: "answered ENOSYS"
        case nil: "not named, so answered EPERM"
        }
    }

    // MARK: - Everything else

    private mutating func compare(_ name: String, _ old: Int?, _ new: Int?, _ unit: Profile.LimitUnit) {
        guard old != new else { return }
        // Without a limit is more than any.
        let grows = (new ?? .max) > (old ?? .max)
        add(grows ? .more : .less, "\(name) \(unit.text(new)) (before: \(unit.text(old)))")
    }

    private mutating func compareThings(_ old: Profile, _ new: Profile) {
        for device in new.devices where !old.devices.contains(device) { add(.more, "device \(device)") }
        for device in old.devices where !new.devices.contains(device) { add(.less, "no device \(device)") }
        switch (old.scratch, new.scratch) {
        case (nil, let scratch?): add(.more, "\(scratch.text) to write to")
        case (let scratch?, nil): add(.less, "no \(scratch.path) to write to")
        case (let before?, let after?) where before != after:
            if before.path != after.path { add(.other, "writes to \(after.path), not to \(before.path)") }
            compare("scratch size", before.size.bytes, after.size.bytes, .bytes)
            compare("scratch entries", before.size.inodes, after.size.inodes, .count)
        default: break
        }
        if old.isTraced != new.isTraced {
            add(.other, new.isTraced ? "a violation is denied but does not end the run" : "a violation ends the run")
        }
        for variable in new.environment where !old.environment.contains(variable) {
            add(.other, "sets \(variable.name)=\(variable.value)")
        }
        for variable in old.environment where !new.environment.contains(where: { $0.name == variable.name }) {
            add(.other, "does not set \(variable.name)")
        }
    }
}

extension Profile.Scratch {
    /// Path and bounds, as a person reads them.
    package var text: String {
        "\(path), \(Profile.LimitUnit.bytes.text(size.bytes)) and \(size.inodes) entries"
    }
}
