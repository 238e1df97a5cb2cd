/// Makes the filter for a set of resolved rules.
///
/// Our own, not libseccomp's: a search tree over ranges of call numbers is a third of the length of its list, a call
/// whose arguments do not fit can be answered with an error while calls that nobody named still end the run, and the
/// defects of its generator (filters wider than their rules) cannot arise. libseccomp remains the source of the
/// names' numbers, and the judge in the tests. Whatever comes out is proved by ``FilterProof`` before it is used.
package enum FilterCompiler {
    /// Changes with every change of what comes out for the same rules; cached filters of another version are not used.
    package static let version = 4

    /// Offsets in `struct seccomp_data`.
    enum Offset {
        static let number: UInt32 = 0
        static let architecture: UInt32 = 4
        static func low(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }
        static func high(_ argument: Int) -> UInt32 { 20 + 8 * UInt32(argument) }
    }

    /// The kernel's own limit on a filter's length.
    package static let mostInstructions = 4096

    package static func compile(_ rules: ResolvedRules, _ variant: FilterVariant) -> [FilterInstruction] {
        typealias Code = FilterInstruction.Code
        var assembly = BackwardAssembly()
        let tree = assembly.tree(ranges(of: rules, variant)[...])
        let entry = assembly.place(of: tree)
        return [
            FilterInstruction(Code.load, Offset.architecture),
            FilterInstruction(Code.jumpEqual, rules.architecture, jumpTrue: 1),
            FilterInstruction(Code.finish, unnamed(variant).returnValue),
            FilterInstruction(Code.load, Offset.number),
        ] + assembly.program(from: entry)
    }

    /// What calls that nobody named, and those of other interfaces, are answered.
    private static func unnamed(_ variant: FilterVariant) -> FilterDecision {
        variant == .notify ? .notify : .kill
    }

    /// A call's fate in one variant of the filter.
    fileprivate enum Outcome: Equatable {
        case decided(FilterDecision)
        case tested([ArgumentTest], otherwise: FilterDecision)
    }

    /// A run of call numbers that share one outcome; it ends where the next begins.
    fileprivate struct Range {
        var first: UInt32
        var outcome: Outcome
    }

    private static func ranges(of rules: ResolvedRules, _ variant: FilterVariant) -> [Range] {
        let unnamed = Outcome.decided(unnamed(variant))
        var ranges = [Range(first: 0, outcome: unnamed)]
        func append(_ first: UInt32, _ outcome: Outcome) {
            if let last = ranges.last, last.first == first { ranges.removeLast() }
            if let last = ranges.last, last.outcome == outcome { return }
            ranges.append(Range(first: first, outcome: outcome))
        }
        for (number, fate) in rules.rules.sorted(by: { $0.key < $1.key }) {
            let decision = fate.decision(variant)
            if case .arguments(let tests) = fate {
                append(number, .tested(tests, otherwise: decision))
            } else {
                append(number, .decided(decision))
            }
            append(number + 1, unnamed)
        }
        if let absentFrom = rules.absentFrom {
            append(absentFrom, .decided(.error(SeccompRules.noSystemCall)))
        }
        append(ResolvedRules.firstForeignNumber, unnamed)
        return ranges
    }
}

/// Writes a filter from its last instruction to its first.
///
/// All jumps of BPF go forward and at most 255 instructions far. Written backward, a jump's target is already there,
/// and returns near enough are shared: half the length, and the time to load a filter grows with its length.
private struct BackwardAssembly {
    typealias Code = FilterInstruction.Code

    /// The program so far, last instruction first.
    private var reversed: [FilterInstruction] = []
    /// Where the return of each decision was written last.
    private var returns: [FilterDecision: Int] = [:]

    enum Target {
        /// Distance of an instruction from the program's end.
        case place(Int)
        case decision(FilterDecision)
    }

    mutating func tree(_ ranges: ArraySlice<FilterCompiler.Range>) -> Target {
        guard ranges.count > 1 else {
            switch ranges.first?.outcome {
            case .decided(let decision): return .decision(decision)
            case .tested(let tests, let refusal): return .place(tested(tests, otherwise: refusal))
            case nil: return .decision(.kill)
            }
        }
        let middle = ranges.startIndex + ranges.count / 2
        let above = tree(ranges[middle...])
        let below = tree(ranges[..<middle])
        // Both are resolved before either distance is counted: resolving may write an instruction.
        var yes = place(of: above)
        var no = place(of: below)
        // Two long jumps at most stand between this instruction and its targets.
        if reversed.count - 1 - no > 250 { no = longJump(to: no) }
        if reversed.count - 1 - yes > 254 { yes = longJump(to: yes) }
        return .place(
            append(
                FilterInstruction(
                    Code.jumpAtLeast,
                    ranges[middle].first,
                    jumpTrue: distance(to: yes),
                    jumpFalse: distance(to: no)
                )
            )
        )
    }

    /// Where a target stands; writes a return when none is near.
    ///
    /// - Parameters:
    ///   - target: what to jump to.
    ///   - length: how many instructions will be written before the first that jumps there.
    /// - Returns: the target's distance from the program's end.
    mutating func place(of target: Target, before length: Int = 0) -> Int {
        switch target {
        case .place(let place):
            return place
        case .decision(let decision):
            if let place = returns[decision], reversed.count + length - place <= 240 { return place }
            let place = append(FilterInstruction(Code.finish, decision.returnValue))
            returns[decision] = place
            return place
        }
    }

    /// The program in the kernel's order, entered at `entry`.
    func program(from entry: Int) -> [FilterInstruction] {
        let distance = reversed.count - 1 - entry
        let start = distance == 0 ? [] : [FilterInstruction(Code.jump, UInt32(distance))]
        return start + reversed.reversed()
    }

    @discardableResult
    private mutating func append(_ instruction: FilterInstruction) -> Int {
        reversed.append(instruction)
        return reversed.count - 1
    }

    private func distance(to place: Int) -> UInt8 {
        // Out of range only by a mistake above; the proof then refuses the filter.
        UInt8(clamping: reversed.count - 1 - place)
    }

    private mutating func longJump(to place: Int) -> Int {
        append(FilterInstruction(Code.jump, UInt32(reversed.count - 1 - place)))
    }

    private mutating func tested(_ tests: [ArgumentTest], otherwise refusal: FilterDecision) -> Int {
        // Five instructions at most a test stand between the first of them and a return that is shared.
        let length = 5 * tests.count + 1
        let allowed = place(of: .decision(.allow), before: length)
        let refused = place(of: .decision(refusal), before: length)
        if tests.isEmpty { return refused }
        for (place, test) in tests.enumerated().reversed() {
            let next = place == tests.count - 1 ? refused : reversed.count - 1
            switch test.comparison {
            case .equals(let value):
                compare(UInt32(truncatingIfNeeded: value), equal: allowed, other: next)
                let low = append(FilterInstruction(Code.load, FilterCompiler.Offset.low(test.argument)))
                compare(UInt32(truncatingIfNeeded: value >> 32), equal: low, other: next)
                append(FilterInstruction(Code.load, FilterCompiler.Offset.high(test.argument)))
            case .masked(let mask, let value):
                compare(value, equal: allowed, other: next)
                if mask != .max { append(FilterInstruction(Code.and, mask)) }
                // Loaded anew, unless the test before this one left the very word behind: the accumulator never carries
                // over from a test that changed it or read another.
                if mask != .max || place == 0 || !tests[place - 1].leavesLowWord(of: test.argument) {
                    append(FilterInstruction(Code.load, FilterCompiler.Offset.low(test.argument)))
                }
            }
        }
        return reversed.count - 1
    }

    private mutating func compare(_ value: UInt32, equal: Int, other: Int) {
        append(
            FilterInstruction(
                Code.jumpEqual,
                value,
                jumpTrue: distance(to: equal),
                jumpFalse: distance(to: other)
            )
        )
    }
}

extension ArgumentTest {
    /// Whether the accumulator holds the low word of this argument, whole, after the test has failed.
    fileprivate func leavesLowWord(of argument: Int) -> Bool {
        guard self.argument == argument, case .masked(.max, _) = comparison else { return false }
        return true
    }
}
