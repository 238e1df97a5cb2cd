import Glibc
import TestSupport
import Testing

/// Every call number, made from inside with arguments that nothing can come of.
@Suite struct SweepTests {
    private static let nothing = [UInt64](repeating: .max, count: 6)
    /// `rt_sigreturn`, `exit` and `exit_group`: the probe says why it leaves them out.
    private static let unmade: Set<UInt32> = [15, 60, 231]

    /// The calls `uretprobe` and `uprobe`, which pass every filter by since Linux 6.14.
    ///
    /// The kernel's own trampolines make them; from anywhere else they are answered with a signal or an error.
    private static let unfiltered: Set<UInt32> = [335, 336]

    @Test(.enabled(if: Probe.isReported, "the launcher reports no denials yet"), arguments: Caller.available)
    func eachNumberIsAnsweredAsTheProfileSays(caller: Caller) throws {
        let strict = try StrictRules()
        let predictions = (0..<512 as Range<UInt32>).map { strict.prediction($0, Self.nothing) }
        let ending = predictions.indices.filter { predictions[$0] == .ended }
        let run = try Probe.run(["syscall-sweep"] + ending.map { String($0) }, as: caller)
        #expect(run.tool.status == 0, "\(run.tool.errors)")
        let receipt = try run.report()
        let lines = run.tool.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        try #require(lines.count == 512)
        for (index, words) in lines.enumerated() {
            let number = UInt32(index)
            #expect(words.first == String(index))
            let reported = receipt.count(of: number)
            if Self.unfiltered.contains(number) { continue }
            if Self.unmade.contains(number) || predictions[index] == .ended {
                #expect(words.dropFirst().first == "skipped")
                continue
            }
            let answer = Int32(words[1])
            switch predictions[index] {
            case .allowed: #expect(reported == 0, "call \(number) was denied")
            case .absent:
                #expect(answer == ENOSYS, "call \(number)")
                #expect(reported == 0, "call \(number)")
            case .denied(let error):
                #expect(answer == error, "call \(number)")
                #expect(reported == 1, "call \(number)")
            case .ended: break
            }
        }
        #expect(predictions.contains(.allowed) && predictions.contains(.absent) && predictions.contains(.denied(EPERM)))
    }

    @Test(arguments: Caller.available, unfiltered.sorted())
    func aNumberThatPassesFiltersByDoesNothing(caller: Caller, number: UInt32) throws {
        let run = try Probe.run(["rule-check", String(number)], as: caller)
        // A kernel that filters them ends the run or refuses.
        #expect(run.tool.status == 126 || run.tool.output != "0\n", "\(run.tool.output)")
        #expect(run.tool.status == 126 || run.tool.status == 0)
    }

    /// Each ends its run, so each gets one.
    @Test(.enabled(if: Probe.isReported, "the launcher reports no denials yet"), arguments: Caller.available)
    func eachNumberOfTheHardListEndsTheRun(caller: Caller) throws {
        let strict = try StrictRules()
        for number in (0..<512 as Range<UInt32>)
        where strict.prediction(number, Self.nothing) == .ended && !Self.unfiltered.contains(number) {
            let run = try Probe.run(["rule-check", String(number)], as: caller)
            #expect(run.tool.status == 126, "call \(number): \(run.tool.output)")
            #expect(run.tool.output == "", "call \(number)")
            #expect(try run.report().count(of: number) == 1, "call \(number)")
        }
    }

    /// Numbers of x32, and those that are negative, as a filter sees them: 32 bits without a sign.
    @Test(arguments: Caller.available, [0x4000_0000, 0x4000_0029, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])
    func aNumberOfAnotherInterfaceEndsTheRun(caller: Caller, number: UInt32) throws {
        let run = try Probe.run(["rule-check", String(Int32(bitPattern: number))], as: caller)
        #expect(run.tool.status == 126)
        #expect(run.tool.output == "")
    }

    /// The kernel looks at 32 bits of the number, so a filter that looked at more could be passed by.
    @Test(arguments: Caller.available)
    func aNumberWithHighBitsIsStillThatCall(caller: Caller) throws {
        let run = try Probe.run(["rule-check", String(1 << 32 | 41), "2", "1"], as: caller)
        #expect(run.tool.output == "1\n", "\(run.tool.errors)")
    }
}
