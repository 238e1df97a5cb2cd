import Documents
import Foundation
import SandboxPolicy
import Testing

/// Rules over made-up numbers: what is tested is the translation, not the profile.
private func rules(
    _ decided: [UInt32: FilterDecision],
    _ conditional: [UInt32: [ArgumentTest]] = [:],
    absentFrom: UInt32? = nil
) throws -> ResolvedRules {
    var numbers: [String: UInt32] = [:]
    var seccomp = SeccompRules()
    for (number, decision) in decided {
        numbers["c\(number)"] = number
        switch decision {
        case .allow: seccomp.allow.append("c\(number)")
        case .error(38): seccomp.absent.append("c\(number)")
        default: seccomp.soft.append(.init(name: "c\(number)", error: .notPermitted))
        }
    }
    for (number, tests) in conditional {
        numbers["c\(number)"] = number
        seccomp.conditional.append(.init(name: "c\(number)", alternatives: tests))
    }
    seccomp.absentFrom = absentFrom
    return try ResolvedRules(seccomp, architecture: 0xC000_003E) { numbers[$0].map { .number($0) } ?? .unknown }
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
    var decided: [UInt32: FilterDecision] = [:]
    var conditional: [UInt32: [ArgumentTest]] = [:]
    for _ in 0..<Int.random(in: 0...300, using: &generator) {
        let number = UInt32.random(in: 0..<460, using: &generator)
        let decisions: [FilterDecision] = [.allow, .error(1), .error(38)]
        decided[number] = decisions.randomElement(using: &generator)
    }
    for _ in 0..<Int.random(in: 0...20, using: &generator) {
        let number = UInt32.random(in: 0..<460, using: &generator)
        decided[number] = nil
        conditional[number] = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
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
    return try rules(decided, conditional, absentFrom: Bool.random(using: &generator) ? 460 : nil)
}

@Suite struct FilterTests {
    @Test(arguments: 0..<40)
    func everyRandomRuleSetCompilesToAFilterThatIsProved(seed: UInt64) throws {
        var generator = Generator(state: seed)
        let rules = try randomRules(&generator)
        let program = FilterCompiler.compile(rules)
        #expect(program.count <= FilterCompiler.mostInstructions)
        try FilterProof.prove(program, rules)
    }

    @Test func aFilterWithAnyInstructionChangedIsRefused() throws {
        let rules = try rules(
            [1: .allow, 5: .error(1), 9: .error(38)],
            [7: [ArgumentTest(argument: 0, comparison: .equals(0x3D_0F00))]],
            absentFrom: 460
        )
        let program = FilterCompiler.compile(rules)
        for index in program.indices {
            var changed = program
            // A jump that is never taken may be changed without effect, a compared or returned value may not.
            changed[index].operand ^= 0x10
            #expect(throws: FilterProofError.self, "instruction \(index)") { try FilterProof.prove(changed, rules) }
        }
    }

    @Test func aFilterThatIsWiderThanItsRulesIsRefused() throws {
        // What libseccomp emits for `arg1 <= 0xc430629c or arg1 >= 0x100000001`: wider by 0xc430629d. Here: a rule
        // for one value, and a filter that only looks at its low half.
        let value: UInt64 = 0x1_0000_0002
        let narrow = try rules([:], [41: [ArgumentTest(argument: 0, comparison: .equals(value))]])
        let wide = try rules([:], [41: [ArgumentTest(argument: 0, comparison: .masked(mask: .max, value: 2))]])
        #expect(throws: FilterProofError.self) { try FilterProof.prove(FilterCompiler.compile(wide), narrow) }
    }

    @Test func aFilterThatAllowsOneMoreCallIsRefused() throws {
        let strict = try rules([1: .allow])
        let loose = try rules([1: .allow, 2: .allow])
        #expect(throws: FilterProofError.self) { try FilterProof.prove(FilterCompiler.compile(loose), strict) }
        #expect(throws: FilterProofError.self) { try FilterProof.prove(FilterCompiler.compile(strict), loose) }
    }

    @Test func foreignInterfacesAndNegativeNumbersAreKilled() throws {
        let program = FilterCompiler.compile(try rules([1: .allow], absentFrom: 460))
        func answer(_ architecture: UInt32, _ number: UInt32) throws -> UInt32 {
            try FilterEvaluator.run(
                program,
                architecture: architecture,
                number: number,
                arguments: Array(repeating: 0, count: 6)
            )
        }
        let kill = FilterDecision.kill.returnValue
        #expect(try answer(0xC000_003E, 1) == FilterDecision.allow.returnValue)
        #expect(try answer(0x4000_0003, 1) == kill)
        #expect(try answer(0xC000_003E, 0x4000_0001) == kill)
        #expect(try answer(0xC000_003E, .max) == kill)
        #expect(try answer(0xC000_003E, 500) == FilterDecision.error(38).returnValue)
    }

    @Test func anUnknownNameAndADoubleRuleAreErrors() {
        var unknown = SeccompRules()
        unknown.allow = ["no_such_call"]
        #expect(throws: ProfileError.self) {
            try ResolvedRules(unknown, architecture: 1) { _ in .unknown }
        }
        var double = SeccompRules()
        double.allow = ["read"]
        double.absent = ["read"]
        #expect(throws: ProfileError.self) {
            try ResolvedRules(double, architecture: 1) { _ in .number(0) }
        }
    }
}
