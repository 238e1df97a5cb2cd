import Foundation
import Glibc
import SandboxPolicy
import TestSupport
import Testing

/// Every rule about an argument: the value that it allows, and that value changed in every way that might slip by.
@Suite struct ArgumentRuleTests {
    private struct Call {
        var number: UInt32
        var arguments: [UInt64]
        var prediction: Prediction

        var line: String { "\(number) " + arguments.map { "0x" + String($0, radix: 16) }.joined(separator: " ") + "\n" }
    }

    /// The other arguments are -1: neither a descriptor, nor a pointer, nor a process, so that no allowed call blocks,
    /// ends the probe or changes it.
    private static func calls(_ strict: StrictRules, of call: (name: String, tests: [ArgumentTest])) throws -> [Call] {
        let number = try #require(StrictRules.number(call.name))
        return call.tests.flatMap { test in
            values(of: test).map { value in
                var arguments = [UInt64](repeating: .max, count: 6)
                arguments[test.argument] = value
                return Call(
                    number: number,
                    arguments: arguments,
                    prediction: strict.prediction(number, arguments)
                )
            }
        }
    }

    private static func allowed(by test: ArgumentTest) -> UInt64 {
        switch test.comparison {
        case .equals(let value): value
        // A bit that the mask leaves free is set: the bare value may be another alternative's.
        case .masked(let mask, let value): UInt64(value | (~mask & 1))
        }
    }

    private static func values(of test: ArgumentTest) -> [UInt64] {
        let value = allowed(by: test)
        return [value, value &+ 1, value &- 1, value | 0xffff_ffff_0000_0000, value | 1 << 32]
            + (0..<64).map { value ^ (1 << $0) }
    }

    @Test(arguments: Caller.available)
    func aCallPassesOnlyWithWhatItsRuleNames(caller: Caller) throws {
        let strict = try StrictRules()
        let calls = try strict.conditional.flatMap { try Self.calls(strict, of: $0) }
        // Fewer at a time than the denials that end a run.
        for start in stride(from: 0, to: calls.count, by: 900) {
            try check(Array(calls[start..<min(start + 900, calls.count)]), as: caller)
        }
    }

    private func check(_ calls: [Call], as caller: Caller) throws {
        let run = try Probe.run(["rule-check-many"], as: caller, input: calls.map(\.line).joined())
        #expect(run.tool.status == 0, "\(run.tool.errors)")
        let answers = run.tool.output.split(separator: "\n").map { Int32($0) }
        try #require(answers.count == calls.count)
        for (call, answer) in zip(calls, answers) {
            // An allowed call may meet EPERM too, from the kernel; that it was let through shows in the counts.
            if case .denied(let error) = call.prediction { #expect(answer == error, "\(call.line)") }
            #expect(call.prediction != .absent && call.prediction != .ended, "\(call.line)")
        }
        let receipt = try run.report()
        for (number, group) in Dictionary(grouping: calls, by: \.number) {
            let denied = group.filter { $0.prediction == .denied(EPERM) }
            #expect(receipt.count(of: number) == denied.count, "call \(number)")
        }
    }

    /// What the table above rests on: no rule is so wide that changing its argument changes nothing.
    @Test func everyRuleIsNarrow() throws {
        let strict = try StrictRules()
        for call in strict.conditional {
            let number = try #require(StrictRules.number(call.name))
            for test in call.tests {
                var arguments = [UInt64](repeating: .max, count: 6)
                arguments[test.argument] = Self.allowed(by: test)
                #expect(strict.prediction(number, arguments) == .allowed, "\(call.name)")
                let denied = (0..<32).filter { bit in
                    var changed = arguments
                    changed[test.argument] ^= 1 << bit
                    return strict.prediction(number, changed) == .denied(EPERM)
                }
                #expect(!denied.isEmpty, "\(call.name) \(test)")
            }
        }
    }
}
