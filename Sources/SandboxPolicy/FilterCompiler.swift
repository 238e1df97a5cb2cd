/// One instruction of classic BPF, as the kernel reads it.
package struct FilterInstruction: Hashable, Sendable {
    package var code: UInt16
    package var jumpTrue: UInt8
    package var jumpFalse: UInt8
    package var operand: UInt32

    /// The codes that our filters use; the evaluator knows no others.
    enum Code {
        static let load: UInt16 = 0x20  // BPF_LD | BPF_W | BPF_ABS
        static let and: UInt16 = 0x54  // BPF_ALU | BPF_AND | BPF_K
        static let jump: UInt16 = 0x05  // BPF_JMP | BPF_JA
        static let jumpEqual: UInt16 = 0x15  // BPF_JMP | BPF_JEQ | BPF_K
        static let jumpAtLeast: UInt16 = 0x35  // BPF_JMP | BPF_JGE | BPF_K
        static let finish: UInt16 = 0x06  // BPF_RET | BPF_K
    }

    init(_ code: UInt16, _ operand: UInt32, jumpTrue: UInt8 = 0, jumpFalse: UInt8 = 0) {
        self.code = code
        self.operand = operand
        self.jumpTrue = jumpTrue
        self.jumpFalse = jumpFalse
    }

    /// The eight bytes of `struct sock_filter` on a little-endian machine.
    package var bytes: [UInt8] {
        [UInt8(code & 0xFF), UInt8(code >> 8), jumpTrue, jumpFalse]
            + (0..<4).map { UInt8(truncatingIfNeeded: operand >> (8 * $0)) }
    }
}

/// Makes the filter for a set of resolved rules.
///
/// Our own, not libseccomp's: a search tree over ranges of call numbers is a third of the length of its list, a call
/// whose arguments do not fit can be answered with an error while calls that nobody named still end the run, and the
/// defects of its generator (filters wider than their rules) cannot arise. libseccomp remains the source of the
/// names' numbers, and the judge in the tests. Whatever comes out is proved by ``FilterProof`` before it is used.
package enum FilterCompiler {
    /// Offsets in `struct seccomp_data`.
    enum Offset {
        static let number: UInt32 = 0
        static let architecture: UInt32 = 4
        static func low(_ argument: Int) -> UInt32 { 16 + 8 * UInt32(argument) }
        static func high(_ argument: Int) -> UInt32 { 20 + 8 * UInt32(argument) }
    }

    /// The kernel's own limit on a filter's length.
    package static let mostInstructions = 4096

    package static func compile(_ rules: ResolvedRules) -> [FilterInstruction] {
        typealias Code = FilterInstruction.Code
        var program = [
            FilterInstruction(Code.load, Offset.architecture),
            FilterInstruction(Code.jumpEqual, rules.architecture, jumpTrue: 1),
            FilterInstruction(Code.finish, FilterDecision.kill.returnValue),
            FilterInstruction(Code.load, Offset.number),
        ]
        program += tree(ranges(of: rules)[...])
        return program
    }

    /// A run of call numbers that share one fate; it ends where the next begins.
    private struct Range {
        var first: UInt32
        var rule: ResolvedRules.Rule
    }

    private static func ranges(of rules: ResolvedRules) -> [Range] {
        let kill = ResolvedRules.Rule.decided(.kill)
        var ranges = [Range(first: 0, rule: kill)]
        func append(_ first: UInt32, _ rule: ResolvedRules.Rule) {
            if let last = ranges.last, last.first == first { ranges.removeLast() }
            if let last = ranges.last, last.rule == rule { return }
            ranges.append(Range(first: first, rule: rule))
        }
        for (number, rule) in rules.rules.sorted(by: { $0.key < $1.key }) {
            append(number, rule)
            append(number + 1, kill)
        }
        if let absentFrom = rules.absentFrom {
            append(absentFrom, .decided(.error(SeccompRules.SoftError.noSystemCall.number)))
        }
        append(ResolvedRules.firstForeignNumber, kill)
        return ranges
    }

    private static func tree(_ ranges: ArraySlice<Range>) -> [FilterInstruction] {
        typealias Code = FilterInstruction.Code
        guard ranges.count > 1 else { return ranges.first.map { leaf($0.rule) } ?? [] }
        let middle = ranges.startIndex + ranges.count / 2
        let below = tree(ranges[..<middle])
        let above = tree(ranges[middle...])
        let border = ranges[middle].first
        if let distance = UInt8(exactly: below.count) {
            return [FilterInstruction(Code.jumpAtLeast, border, jumpTrue: distance)] + below + above
        }
        return [
            FilterInstruction(Code.jumpAtLeast, border, jumpFalse: 1),
            FilterInstruction(Code.jump, UInt32(below.count)),
        ] + below + above
    }

    private static func leaf(_ rule: ResolvedRules.Rule) -> [FilterInstruction] {
        typealias Code = FilterInstruction.Code
        switch rule {
        case .decided(let decision):
            return [FilterInstruction(Code.finish, decision.returnValue)]
        case .conditional(let tests):
            let refusal = FilterDecision.error(SeccompRules.SoftError.notPermitted.number)
            return tests.flatMap(alternative) + [FilterInstruction(Code.finish, refusal.returnValue)]
        }
    }

    /// Loads the argument anew each time: the accumulator never carries over from a test that failed.
    private static func alternative(_ test: ArgumentTest) -> [FilterInstruction] {
        typealias Code = FilterInstruction.Code
        let allow = FilterInstruction(Code.finish, FilterDecision.allow.returnValue)
        switch test.comparison {
        case .equals(let value):
            return [
                FilterInstruction(Code.load, Offset.high(test.argument)),
                FilterInstruction(Code.jumpEqual, UInt32(truncatingIfNeeded: value >> 32), jumpFalse: 3),
                FilterInstruction(Code.load, Offset.low(test.argument)),
                FilterInstruction(Code.jumpEqual, UInt32(truncatingIfNeeded: value), jumpFalse: 1),
                allow,
            ]
        case .masked(let mask, let value):
            return [
                FilterInstruction(Code.load, Offset.low(test.argument)),
                FilterInstruction(Code.and, mask),
                FilterInstruction(Code.jumpEqual, value, jumpFalse: 1),
                allow,
            ]
        }
    }
}
