/// Compares a filter with the rules that it was made from.
///
/// Over every call number, every architecture that a kernel of ours may run, and for calls whose answer depends on
/// their arguments, every boundary of the rules' tests and of the numbers that the filter itself compares with.
package enum FilterProof {
    /// `AUDIT_ARCH_…` of x86-64, i386, AArch64 and ARM.
    static let architectures: [UInt32] = [0xC000_003E, 0x4000_0003, 0xC000_00B7, 0x4000_0028]
    /// Every number below this one is tried; no kernel has as many calls.
    static let triedNumbers: UInt32 = 1024

    /// - Returns: how many calls were compared.
    /// - Throws: ``FilterProofError`` that names the first call whose answer differs.
    @discardableResult
    package static func prove(
        _ program: [FilterInstruction],
        _ rules: ResolvedRules,
        _ variant: FilterVariant
    ) throws(FilterProofError) -> Int {
        var proof = Proof(program: program) { architecture, number, arguments in
            rules.decision(variant, architecture: architecture, number: number, arguments: arguments)
        }
        proof.tests = rules.rules.compactMapValues { fate in
            if case .arguments(let tests) = fate { tests } else { nil }
        }
        return try prove(&proof, rules.architecture)
    }

    /// Compares a filter of any maker with what it is meant to decide.
    ///
    /// - Parameters:
    ///   - program: the filter.
    ///   - architecture: the one whose calls are let through.
    ///   - meaning: the decision about a call of an architecture and a number with six arguments.
    /// - Returns: how many calls were compared.
    /// - Throws: ``FilterProofError`` that names the first call whose answer differs.
    @discardableResult
    package static func prove(
        _ program: [FilterInstruction],
        architecture: UInt32,
        meaning: @escaping (UInt32, UInt32, [UInt64]) -> FilterDecision
    ) throws(FilterProofError) -> Int {
        var proof = Proof(program: program, meaning: meaning)
        return try prove(&proof, architecture)
    }

    private static func prove(_ proof: inout Proof, _ architecture: UInt32) throws(FilterProofError) -> Int {
        try FilterEvaluator.check(proof.program)
        let numbers = numbers(proof.program)
        for architecture in Set(architectures + [architecture, 0, UInt32.max]) {
            for number in numbers { try proof.compare(architecture, number) }
        }
        return proof.compared
    }

    private static func numbers(_ program: [FilterInstruction]) -> [UInt32] {
        let foreign = ResolvedRules.firstForeignNumber
        var numbers = Set(0..<triedNumbers)
        for number in 0..<triedNumbers {
            numbers.insert(foreign | number)  // x32
            numbers.insert(0 &- number)  // negative
        }
        numbers.formUnion([foreign - 1, 0x7FFF_FFFF, 0x8000_0000, 0x10000, 0x3FFF_0000])
        // Whatever the filter asks about, so that no number beyond those above has an answer of its own.
        for instruction in program where instruction.code & 7 == 5 {
            for number in [instruction.operand, instruction.operand &+ 1, instruction.operand &- 1] {
                numbers.insert(number)
            }
        }
        return numbers.sorted()
    }
}

private struct Proof {
    let program: [FilterInstruction]
    let meaning: (UInt32, UInt32, [UInt64]) -> FilterDecision
    /// The tests of the rules, by number: their boundaries are tried even where the filter looks at no argument.
    var tests: [UInt32: [ArgumentTest]] = [:]
    var compared = 0
    /// By the place where a filter first looks at an argument.
    private var constants: [Int: FilterConstants] = [:]

    init(program: [FilterInstruction], meaning: @escaping (UInt32, UInt32, [UInt64]) -> FilterDecision) {
        self.program = program
        self.meaning = meaning
    }

    mutating func compare(_ architecture: UInt32, _ number: UInt32) throws(FilterProofError) {
        let plain = try compare(architecture, number, Array(repeating: 0, count: 6))
        let tests = tests[number] ?? []
        // Nothing looks at the arguments, and nothing should.
        if plain.firstArgumentLoad == nil, tests.isEmpty { return }
        for test in tests {
            for value in boundaries(of: test) { try compareEverywhere(architecture, number, test.argument, value) }
        }
        guard let place = plain.firstArgumentLoad else { return }
        let known = constants[place] ?? FilterConstants(program, from: place)
        constants[place] = known
        for argument in known.arguments {
            for value in known.values { try compareEverywhere(architecture, number, argument, value) }
        }
    }

    /// For each test its value, its neighbours, each of its bits turned, and high bits set.
    private func boundaries(of test: ArgumentTest) -> [UInt64] {
        let value: UInt64 =
            switch test.comparison {
            case .equals(let value): value
            case .masked(_, let value): UInt64(value)
            }
        return [value, value &+ 1, value &- 1, value | 1 << 32, value | 1 << 63, ~value]
            + (0..<64).map { value ^ (1 << $0) }
    }

    private mutating func compareEverywhere(
        _ architecture: UInt32,
        _ number: UInt32,
        _ argument: Int,
        _ value: UInt64
    ) throws(FilterProofError) {
        for filler in [0, UInt64.max] {
            var arguments = Array(repeating: filler, count: 6)
            arguments[argument] = value
            try compare(architecture, number, arguments)
        }
    }

    @discardableResult
    private mutating func compare(
        _ architecture: UInt32,
        _ number: UInt32,
        _ arguments: [UInt64]
    ) throws(FilterProofError) -> FilterAnswer {
        let expected = meaning(architecture, number, arguments)
        let answer = try FilterEvaluator.run(
            program,
            architecture: architecture,
            number: number,
            arguments: arguments
        )
        compared += 1
        guard answer.value == expected.returnValue else {
            let shown = arguments.map { "0x" + String($0, radix: 16) }.joined(separator: ", ")
            throw FilterProofError(
                "call \(number) of architecture 0x\(String(architecture, radix: 16)) with (\(shown)): "
                    + "the filter answers 0x\(String(answer.value, radix: 16)), the rules say \(expected)"
            )
        }
        return answer
    }
}

/// What a filter compares arguments with, from one of its instructions on.
private struct FilterConstants {
    var arguments: Set<Int> = []
    var values: [UInt64] = []

    init(_ program: [FilterInstruction], from start: Int) {
        var words: Set<UInt32> = [0, 1, .max]
        for instruction in Self.reachable(program, from: start) {
            if instruction.code == FilterInstruction.Code.load, instruction.operand >= 16 {
                arguments.insert(Int(instruction.operand - 16) / 8)
            } else if [4, 5].contains(instruction.code & 7), instruction.code != FilterInstruction.Code.jump {
                words.formUnion([instruction.operand, instruction.operand &+ 1, instruction.operand &- 1])
            }
        }
        // Low and high halves in every pair, as long as that is no more than a few thousand calls.
        let highs = words.count <= 64 ? words : [0, 1, .max]
        for low in words { values += highs.map { UInt64($0) << 32 | UInt64(low) } }
        if highs.count < words.count { values += words.map { UInt64($0) << 32 } }
    }

    private static func reachable(_ program: [FilterInstruction], from start: Int) -> [FilterInstruction] {
        var reached = Set([start])
        var instructions: [FilterInstruction] = []
        // Jumps go forward only, so one pass in order meets everything.
        for place in start..<program.count where reached.contains(place) {
            let instruction = program[place]
            instructions.append(instruction)
            switch instruction.code {
            case 0x06, 0x16: continue
            case FilterInstruction.Code.jump: reached.insert(place + 1 + Int(instruction.operand))
            case let code where code & 7 == 5:
                reached.insert(place + 1 + Int(instruction.jumpTrue))
                reached.insert(place + 1 + Int(instruction.jumpFalse))
            default: reached.insert(place + 1)
            }
        }
        return instructions
    }
}
