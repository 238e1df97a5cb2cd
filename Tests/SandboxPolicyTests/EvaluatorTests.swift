import SandboxPolicy
import Testing

/// A program from its instructions, each as text: code, jump if true, jump if false, operand.
///
/// As text, since the compiler takes minutes for tables of as many numbers.
private func program(_ instructions: [String]) throws -> [FilterInstruction] {
    var bytes: [UInt8] = []
    for instruction in instructions {
        let words = instruction.split(separator: " ").compactMap { word in
            word.hasPrefix("0x") ? UInt32(word.dropFirst(2), radix: 16) : UInt32(word)
        }
        try #require(words.count == 4)
        bytes += [UInt8(words[0] & 0xFF), UInt8(words[0] >> 8), UInt8(words[1]), UInt8(words[2])]
        for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: words[3] >> shift)) }
    }
    return try #require(FilterInstruction.program(bytes))
}

private func answer(_ instructions: [String]) throws -> FilterAnswer {
    let program = try program(instructions)
    try FilterEvaluator.check(program)
    return try FilterEvaluator.run(
        program,
        architecture: 0xA,
        number: 0xB,
        arguments: [0x1111_2222_3333_4444, 1, 2, 3, 4, 0x5555_6666_7777_8888]
    )
}

/// Values worked out by hand from the kernel's description of classic BPF.
@Suite struct EvaluatorTests {
    private static let loads: [(UInt32, UInt32)] = [
        (0, 0xB), (4, 0xA), (16, 0x3333_4444), (20, 0x1111_2222), (56, 0x7777_8888), (60, 0x5555_6666),
    ]

    /// Offset in the data, value.
    @Test(arguments: loads)
    func aLoadReadsTheCall(offset: UInt32, value: UInt32) throws {
        #expect(try answer(["0x20 0 0 \(offset)", "0x16 0 0 0"]).value == value)
    }

    private static let calculations: [(UInt16, UInt32, UInt32, UInt32)] = [
        (0x04, 0xFFFF_FFFF, 2, 1), (0x14, 1, 2, 0xFFFF_FFFF), (0x24, 0x8000_0001, 2, 2),
        (0x34, 9, 2, 4), (0x44, 5, 2, 7), (0x54, 7, 10, 2), (0x64, 3, 4, 48), (0x74, 48, 4, 3), (0xA4, 7, 2, 5),
    ]

    /// Code, left, right, result; with a number behind it, and with the index register.
    @Test(arguments: calculations)
    func arithmeticIsThatOf32Bits(code: UInt16, left: UInt32, right: UInt32, result: UInt32) throws {
        #expect(try answer(["0 0 0 \(left)", "\(code) 0 0 \(right)", "0x16 0 0 0"]).value == result)
        #expect(
            try answer(["0 0 0 \(left)", "1 0 0 \(right)", "\(code | 8) 0 0 0", "0x16 0 0 0"]).value == result
        )
    }

    @Test func negationAndDivisionByANoughtInTheIndex() throws {
        #expect(try answer(["0 0 0 1", "0x84 0 0 0", "0x16 0 0 0"]).value == 0xFFFF_FFFF)
        #expect(try answer(["0 0 0 1", "1 0 0 0", "0x3C 0 0 0", "6 0 0 7"]).value == 0)
    }

    @Test func registersAndMemoryHoldWhatWasPutThere() throws {
        // A to X, X to memory 3, memory 3 to A; memory 15 to X, X to A; the size of the data.
        #expect(
            try answer(["0 0 0 9", "7 0 0 0", "0 0 0 1", "3 0 0 3", "0x60 0 0 3", "0x16 0 0 0"]).value
                == 9
        )
        #expect(
            try answer(["0 0 0 8", "2 0 0 15", "0x61 0 0 15", "0 0 0 0", "0x87 0 0 0", "0x16 0 0 0"])
                .value == 8
        )
        #expect(try answer(["0x80 0 0 0", "0x16 0 0 0"]).value == 64)
        #expect(try answer(["0x81 0 0 0", "0x87 0 0 0", "0x16 0 0 0"]).value == 64)
    }

    private static let comparisons: [(UInt16, UInt32, UInt32, Bool)] = [
        (0x15, 5, 5, true), (0x15, 5, 6, false), (0x25, 6, 5, true), (0x25, 5, 5, false),
        (0x25, 0xFFFF_FFFF, 5, true), (0x35, 5, 5, true), (0x35, 4, 5, false), (0x45, 6, 2, true), (0x45, 4, 3, false),
    ]

    /// Code, left, right, whether the jump is taken; comparisons are unsigned.
    @Test(arguments: comparisons)
    func jumpsCompareUnsigned(code: UInt16, left: UInt32, right: UInt32, isTaken: Bool) throws {
        let ends: [String] = ["6 0 0 100", "6 0 0 200"]
        let load: String = "0 0 0 \(left)"
        let direct: [String] = [load, "\(code) 1 0 \(right)"]
        let indexed: [String] = [load, "1 0 0 \(right)", "\(code | 8) 1 0 0"]
        let expected: UInt32 = isTaken ? 200 : 100
        #expect(try answer(direct + ends).value == expected)
        #expect(try answer(indexed + ends).value == expected)
    }

    @Test func thePlaceWhereArgumentsAreFirstLookedAtIsTold() throws {
        #expect(try answer(["0x20 0 0 0", "6 0 0 1"]).firstArgumentLoad == nil)
        #expect(try answer(["0x20 0 0 0", "0x20 0 0 24", "0x20 0 0 16", "6 0 0 1"]).firstArgumentLoad == 1)
    }

    private static let refused: [[String]] = [
        ["0x20 0 0 64", "6 0 0 0"],  // past the data
        ["0x20 0 0 2", "6 0 0 0"],  // not aligned
        ["0x28 0 0 0", "6 0 0 0"],  // a half word
        ["0x30 0 0 0", "6 0 0 0"],  // a byte
        ["0x34 0 0 0", "6 0 0 0"],  // division by 0
        ["0x64 0 0 32", "6 0 0 0"],  // a shift by all bits
        ["0x94 0 0 3", "6 0 0 0"],  // remainder
        ["0x60 0 0 16", "6 0 0 0"],  // past the memory
        ["5 0 0 1", "6 0 0 0"],  // a jump out of the program
        ["5 0 0 0xFFFFFFFF", "6 0 0 0"],
        ["0x15 0 1 0", "6 0 0 0"],
        ["0x20 0 0 0"],  // no return
        ["0xFFFF 0 0 0", "6 0 0 0"],
    ]

    /// Each is refused by the kernel with EINVAL.
    @Test(arguments: refused)
    func whatTheKernelWouldRefuseIsRefused(instructions: [String]) throws {
        let program = try program(instructions)
        #expect(throws: FilterProofError.self) { try FilterEvaluator.check(program) }
    }

    @Test func anEmptyProgramAndOneThatIsTooLongAreRefused() throws {
        #expect(throws: FilterProofError.self) { try FilterEvaluator.check([]) }
        let long = try program(Array(repeating: "6 0 0 0", count: 4097))
        #expect(throws: FilterProofError.self) { try FilterEvaluator.check(long) }
    }

    @Test func memoryThatNothingWroteIsNotRead() throws {
        #expect(throws: FilterProofError.self) { try answer(["0x60 0 0 0", "0x16 0 0 0"]) }
    }
}
