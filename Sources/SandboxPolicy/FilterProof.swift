/// Why a filter is not the one that its rules ask for.
package struct FilterProofError: Error, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Runs a filter the way the kernel does.
package enum FilterEvaluator {
    /// The value that the filter returns for one call.
    ///
    /// - Throws: ``FilterProofError`` for what the kernel's own checker would refuse: a jump out of the program, an
    ///   unknown instruction, a load outside `struct seccomp_data`, no return.
    package static func run(
        _ program: [FilterInstruction],
        architecture: UInt32,
        number: UInt32,
        arguments: [UInt64]
    ) throws(FilterProofError) -> UInt32 {
        typealias Code = FilterInstruction.Code
        var accumulator: UInt32 = 0
        var place = 0
        while place < program.count {
            let instruction = program[place]
            place += 1
            switch instruction.code {
            case Code.load:
                accumulator = try load(instruction.operand, architecture, number, arguments)
            case Code.and:
                accumulator &= instruction.operand
            case Code.jump:
                place += Int(instruction.operand)
            case Code.jumpEqual:
                place += Int(accumulator == instruction.operand ? instruction.jumpTrue : instruction.jumpFalse)
            case Code.jumpAtLeast:
                place += Int(accumulator >= instruction.operand ? instruction.jumpTrue : instruction.jumpFalse)
            case Code.finish:
                return instruction.operand
            default:
                throw FilterProofError("instruction \(place - 1) has the unknown code \(instruction.code)")
            }
        }
        throw FilterProofError("the filter can run past its end")
    }

    private static func load(
        _ offset: UInt32,
        _ architecture: UInt32,
        _ number: UInt32,
        _ arguments: [UInt64]
    ) throws(FilterProofError) -> UInt32 {
        switch offset {
        case FilterCompiler.Offset.number: return number
        case FilterCompiler.Offset.architecture: return architecture
        case 16..<64 where offset % 4 == 0:
            let argument = arguments[Int(offset - 16) / 8]
            return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
        default:
            throw FilterProofError("a load from offset \(offset)")
        }
    }
}

/// Compares a filter with the rules that it was made from, over every call number and every boundary of an argument.
package enum FilterProof {
    /// `AUDIT_ARCH_…` of x86-64, i386, AArch64 and ARM.
    static let architectures: [UInt32] = [0xC000_003E, 0x4000_0003, 0xC000_00B7, 0x4000_0028]
    /// Every number below this one is tried; no kernel has as many calls.
    static let triedNumbers: UInt32 = 1024

    /// - Returns: how many calls were compared.
    /// - Throws: ``FilterProofError`` that names the first call whose answer differs.
    @discardableResult
    package static func prove(_ program: [FilterInstruction], _ rules: ResolvedRules) throws(FilterProofError) -> Int {
        guard !program.isEmpty, program.count <= FilterCompiler.mostInstructions else {
            throw FilterProofError("the filter has \(program.count) instructions")
        }
        let foreign = ResolvedRules.firstForeignNumber
        var numbers = Array(0..<triedNumbers)
        numbers += (0..<triedNumbers).map { foreign | $0 }
        numbers += [foreign - 1, 0x7FFF_FFFF, 0x8000_0000, UInt32.max - 1, UInt32.max, 0x10000, 0x3FFF_0000]
        var compared = 0
        for architecture in Set(architectures + [rules.architecture, 0, UInt32.max]) {
            for number in numbers {
                for arguments in argumentSets(for: rules.rules[number & ~foreign]) {
                    let expected = rules.decision(architecture: architecture, number: number, arguments: arguments)
                    let answer = try FilterEvaluator.run(
                        program,
                        architecture: architecture,
                        number: number,
                        arguments: arguments
                    )
                    compared += 1
                    guard answer == expected.returnValue else {
                        throw FilterProofError(
                            "call \(number) of architecture 0x\(String(architecture, radix: 16)) with \(arguments): "
                                + "the filter answers 0x\(String(answer, radix: 16)), the rules say \(expected)"
                        )
                    }
                }
            }
        }
        return compared
    }

    /// For each test its value, its neighbours, each of its bits turned, and high bits set; alone and everywhere.
    private static func argumentSets(for rule: ResolvedRules.Rule?) -> [[UInt64]] {
        let plain: [[UInt64]] = [[UInt64]](
            arrayLiteral: Array(repeating: 0, count: 6),
            Array(repeating: .max, count: 6)
        )
        guard case .conditional(let tests) = rule else { return plain }
        var sets = plain
        for test in tests {
            let value: UInt64 =
                switch test.comparison {
                case .equals(let value): value
                case .masked(_, let value): UInt64(value)
                }
            var values = [value, value &+ 1, value &- 1, value | 1 << 32, value | 1 << 63, ~value]
            values += (0..<64).map { value ^ (1 << $0) }
            for value in values {
                for filler in [0, UInt64.max] {
                    var arguments = Array(repeating: filler, count: 6)
                    arguments[test.argument] = value
                    sets.append(arguments)
                }
            }
        }
        return sets
    }
}
