import Documents
import Foundation
import SandboxPolicy
import Testing

/// Rules over made-up numbers: what is tested is the translation, not the profile.
func rules(
    _ fates: [UInt32: SeccompRules.Fate],
    _ tests: [UInt32: [ArgumentTest]] = [:],
    absentFrom: UInt32? = nil
) throws -> ResolvedRules {
    var seccomp = SeccompRules()
    let all = fates.merging(tests.mapValues { .arguments($0) }) { _, tested in tested }
    seccomp.rules = all.map { SeccompRules.Rule("c\($0.key)", $0.value) }
    seccomp.absentFrom = absentFrom
    let names = SyscallNames(
        architecture: 0xC000_003E,
        lookUp: { name in UInt32(name.dropFirst()).map { .number($0) } ?? .unknown }
    )
    return try ResolvedRules(seccomp, names: names)
}

private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private func randomRules(_ generator: inout Generator) throws -> ResolvedRules {
    var fates: [UInt32: SeccompRules.Fate] = [:]
    var tested: [UInt32: [ArgumentTest]] = [:]
    for _ in 0..<Int.random(in: 0...300, using: &generator) {
        let number = UInt32.random(in: 0..<460, using: &generator)
        let all: [SeccompRules.Fate] = [
            .allow, .absent, .violation, .soft(.notPermitted), .soft(.accessDenied), .soft(.notFound),
        ]
        fates[number] = all.randomElement(using: &generator)
    }
    for _ in 0..<Int.random(in: 0...20, using: &generator) {
        let number = UInt32.random(in: 0..<460, using: &generator)
        tested[number] = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            let value = UInt64.random(in: 0...UInt64.max, using: &generator)
            let mask = UInt32.random(in: 1...UInt32.max, using: &generator)
            let argument = Int.random(in: 0..<6, using: &generator)
            return ArgumentTest(
                argument: argument,
                comparison: Bool.random(using: &generator)
                    ? .equals(value) : .masked(mask: mask, value: UInt32(truncatingIfNeeded: value) & mask)
            )
        }
    }
    return try rules(fates, tested, absentFrom: Bool.random(using: &generator) ? 460 : nil)
}

@Suite struct FilterTests {
    @Test(arguments: 0..<40, FilterVariant.allCases)
    func everyRandomRuleSetCompilesToAFilterThatIsProved(seed: UInt64, variant: FilterVariant) throws {
        var generator = Generator(state: seed)
        let rules = try randomRules(&generator)
        let program = FilterCompiler.compile(rules, variant)
        #expect(program.count <= FilterCompiler.mostInstructions)
        try FilterProof.prove(program, rules, variant)
    }

    /// The contract with the supervisor: who answers which call.
    @Test func eachFateHasItsAnswerInEachFilter() throws {
        let test = ArgumentTest(argument: 2, comparison: .equals(7))
        let rules = try rules(
            [1: .allow, 2: .soft(.notPermitted), 3: .soft(.notFound), 4: .violation, 5: .absent],
            [6: [test]],
            absentFrom: 460
        )
        func answers(_ variant: FilterVariant, _ number: UInt32, _ argument: UInt64 = 0) throws -> UInt32 {
            try FilterEvaluator.run(
                FilterCompiler.compile(rules, variant),
                architecture: 0xC000_003E,
                number: number,
                arguments: [0, 0, argument, 0, 0, 0]
            ).value
        }
        let expected: [(number: UInt32, argument: UInt64, notify: UInt32, kill: UInt32)] = [
            (1, 0, 0x7FFF_0000, 0x7FFF_0000), (2, 0, 0x7FC0_0000, 0x0005_0001), (3, 0, 0x7FC0_0000, 0x0005_0002),
            (4, 0, 0x7FC0_0000, 0x8000_0000), (5, 0, 0x0005_0026, 0x0005_0026), (6, 7, 0x7FFF_0000, 0x7FFF_0000),
            (6, 8, 0x7FC0_0000, 0x0005_0001), (6, 0x1_0000_0007, 0x7FC0_0000, 0x0005_0001),
            (9, 0, 0x7FC0_0000, 0x8000_0000), (460, 0, 0x0005_0026, 0x0005_0026), (999, 0, 0x0005_0026, 0x0005_0026),
            (0x4000_0001, 0, 0x7FC0_0000, 0x8000_0000), (.max, 0, 0x7FC0_0000, 0x8000_0000),
        ]
        for call in expected {
            #expect(try answers(.notify, call.number, call.argument) == call.notify, "\(call)")
            #expect(try answers(.kill, call.number, call.argument) == call.kill, "\(call)")
        }
    }

    @Test(arguments: FilterVariant.allCases)
    func callsOfOtherMachinesAreNotLetThrough(variant: FilterVariant) throws {
        let program = FilterCompiler.compile(try rules([1: .allow], absentFrom: 460), variant)
        for architecture: UInt32 in [0x4000_0003, 0xC000_00B7, 0x4000_0028, 0, .max] {
            let answer = try FilterEvaluator.run(
                program,
                architecture: architecture,
                number: 1,
                arguments: Array(repeating: 0, count: 6)
            )
            #expect(answer.value == (variant == .notify ? 0x7FC0_0000 : 0x8000_0000))
        }
    }

    @Test(arguments: FilterVariant.allCases)
    func aFilterWithAnyInstructionChangedIsRefused(variant: FilterVariant) throws {
        let rules = try rules(
            [1: .allow, 5: .soft(.notPermitted), 9: .absent],
            [7: [ArgumentTest(argument: 0, comparison: .equals(0x3D_0F00))]],
            absentFrom: 460
        )
        let program = FilterCompiler.compile(rules, variant)
        for index in program.indices {
            var changed = program
            changed[index].operand ^= 0x10
            #expect(throws: FilterProofError.self, "instruction \(index)") {
                try FilterProof.prove(changed, rules, variant)
            }
        }
    }

    @Test func theOtherVariantsFilterIsRefused() throws {
        let rules = try rules([1: .allow])
        #expect(throws: FilterProofError.self) {
            try FilterProof.prove(FilterCompiler.compile(rules, .kill), rules, .notify)
        }
    }

    @Test func aFilterThatLooksAtHalfOfAValueIsRefused() throws {
        let value: UInt64 = 0x1_0000_0002
        let narrow = try rules([:], [41: [ArgumentTest(argument: 0, comparison: .equals(value))]])
        let wide = try rules([:], [41: [ArgumentTest(argument: 0, comparison: .masked(mask: .max, value: 2))]])
        #expect(throws: FilterProofError.self) {
            try FilterProof.prove(FilterCompiler.compile(wide, .notify), narrow, .notify)
        }
    }

    @Test func aFilterThatAllowsOneMoreCallIsRefused() throws {
        let strict = try rules([1: .allow])
        let loose = try rules([1: .allow, 2: .allow])
        #expect(throws: FilterProofError.self) {
            try FilterProof.prove(FilterCompiler.compile(loose, .notify), strict, .notify)
        }
        #expect(throws: FilterProofError.self) {
            try FilterProof.prove(FilterCompiler.compile(strict, .notify), loose, .notify)
        }
    }

    /// A back door for a secret value in a call that the rules deny, or allow whatever its arguments.
    @Test(arguments: [SeccompRules.Fate.violation, .soft(.notPermitted), .allow])
    func aFilterWithASecretValueIsRefused(fate: SeccompRules.Fate) throws {
        let honest = try rules([1: .allow, 41: fate])
        let secret = ArgumentTest(argument: 3, comparison: .equals(0xDEAD_BEEF_0BAD_CAFE))
        let doored = try rules([1: .allow], [41: [secret]])
        #expect(throws: FilterProofError.self) {
            try FilterProof.prove(FilterCompiler.compile(doored, .notify), honest, .notify)
        }
    }

    @Test func aFilterThatAllowsANumberBeyondAllTablesIsRefused() throws {
        let honest = try rules([1: .allow])
        let doored = try rules([1: .allow, 0x2468_ACE0: .allow])
        #expect(throws: FilterProofError.self) {
            try FilterProof.prove(FilterCompiler.compile(doored, .kill), honest, .kill)
        }
    }

    @Test func anUnknownNameAndADoubleRuleAreErrors() {
        var unknown = SeccompRules()
        unknown.rules = [SeccompRules.Rule("no_such_call", .allow)]
        #expect(throws: ProfileError.self) { try ResolvedRules(unknown, names: Shipped.calls) }
        var double = SeccompRules()
        double.rules = [SeccompRules.Rule("read", .allow), SeccompRules.Rule("read", .absent)]
        #expect(throws: ProfileError.self) { try ResolvedRules(double, names: Shipped.calls) }
    }

    @Test func aProgramSurvivesItsBytes() throws {
        let program = FilterCompiler.compile(try Shipped.rules("strict"), .notify)
        #expect(FilterInstruction.program(program.flatMap(\.bytes)) == program)
        #expect(FilterInstruction.program([1, 2, 3]) == nil)
    }

    /// A turned bit is refused, or it changes nothing: a test `& 0x80 = 0x80` that becomes `& 0x80 >= 0x80`.
    @Test func aTurnedBitThatTheProofAcceptsChangesNoAnswer() throws {
        let rules = try Shipped.rules("strict")
        let whole = FilterCompiler.compile(rules, .notify).flatMap(\.bytes)
        let honest = try #require(FilterInstruction.program(whole))
        var generator = Generator(state: 4)
        var words: [UInt64] = [0, 1, 0xFFFF_FFFF]
        for instruction in honest { words += [UInt64(instruction.operand), UInt64(instruction.operand) + 1] }
        var refused = 0
        for index in stride(from: 0, to: whole.count, by: 31) {
            var turned = whole
            turned[index] ^= 1 << UInt8(index % 7)
            let program = try #require(FilterInstruction.program(turned))
            guard (try? FilterProof.prove(program, rules, .notify)) != nil else {
                refused += 1
                continue
            }
            for number in UInt32(0)..<480 {
                for _ in 0..<20 {
                    let arguments = (0..<6).map { _ -> UInt64 in
                        let low = words.randomElement(using: &generator) ?? 0
                        return Bool.random(using: &generator) ? low : low | generator.next() << 32
                    }
                    func answer(_ program: [FilterInstruction]) throws -> UInt32 {
                        try FilterEvaluator.run(
                            program,
                            architecture: 0xC000_003E,
                            number: number,
                            arguments: arguments
                        ).value
                    }
                    let (expected, found) = (try answer(honest), try answer(program))
                    if expected != found { Issue.record("byte \(index): call \(number) with \(arguments)") }
                }
            }
        }
        #expect(refused > 30)
    }

    /// Cached filters are known by the compiler's version, so what it writes may not change under the same one.
    @Test func aChangedOutputOfTheCompilerIsANewVersion() throws {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for seed in 0..<8 {
            var generator = Generator(state: UInt64(seed))
            let tests = try [UInt32](arrayLiteral: 7, 300).map { number in
                try rules(
                    [1: .allow, number + 1: .violation, number + 9: .soft(.notFound)],
                    [
                        number: [ArgumentTest(argument: 1, comparison: .equals(generator.next()))],
                        number + 20: [
                            ArgumentTest(argument: 2, comparison: .masked(mask: .max, value: 3)),
                            ArgumentTest(argument: 2, comparison: .masked(mask: .max, value: 5)),
                            ArgumentTest(argument: 2, comparison: .masked(mask: 0x80, value: 0x80)),
                            ArgumentTest(argument: 2, comparison: .masked(mask: .max, value: 9)),
                        ],
                    ],
                    absentFrom: 457
                )
            }
            for rules in tests {
                for variant in FilterVariant.allCases {
                    for byte in FilterCompiler.compile(rules, variant).flatMap(\.bytes) {
                        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
                    }
                }
            }
        }
        #expect(FilterCompiler.version == 4)
        #expect(hash == 10_879_099_835_018_152_497, "give FilterCompiler a new version, then put both new numbers here")
    }
}
