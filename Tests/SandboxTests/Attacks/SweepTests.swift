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

    @Test(arguments: Caller.available)
    func eachNumberIsAnsweredAsTheProfileSays(caller: Caller) throws {
        let strict = try StrictRules()
        let predictions = (0..<512 as Range<UInt32>).map { strict.prediction($0, Self.nothing) }
        for numbers in Self.portions(of: predictions) { try sweep(numbers, predictions, as: caller) }
        #expect(predictions.contains(.allowed) && predictions.contains(.absent) && predictions.contains(.denied(EPERM)))
    }

    /// Runs of numbers with no more denied ones among them than a report keeps apart.
    private static func portions(of predictions: [Prediction]) -> [[Int]] {
        var portions: [[Int]] = [[]]
        var denied = 0
        for (number, prediction) in predictions.enumerated() where prediction != .ended {
            if case .denied = prediction { denied += 1 }
            if denied > 60 {
                portions.append([])
                denied = 1
            }
            portions[portions.count - 1].append(number)
        }
        return portions
    }

    private func sweep(_ numbers: [Int], _ predictions: [Prediction], as caller: Caller) throws {
        let skipped = Set(predictions.indices).subtracting(numbers).sorted()
        let run = try Probe.run(["syscall-sweep"] + skipped.map { String($0) }, as: caller)
        #expect(run.tool.status == 0, "\(run.tool.errors)")
        let receipt = try run.report()
        let lines = run.tool.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        try #require(lines.count == 512)
        for index in numbers where !Self.unfiltered.contains(UInt32(index)) {
            let number = UInt32(index)
            #expect(lines[index].first == String(index))
            if Self.unmade.contains(number) {
                #expect(lines[index].dropFirst().first == "skipped")
                continue
            }
            let answer = Int32(lines[index][1])
            let reported = receipt.count(of: number)
            switch predictions[index] {
            case .allowed, .ended: #expect(reported == 0, "call \(number) was denied")
            case .absent:
                #expect(answer == ENOSYS, "call \(number)")
                #expect(reported == 0, "call \(number)")
            case .denied(let error):
                #expect(answer == error, "call \(number)")
                #expect(reported == 1, "call \(number)")
            }
        }
    }

    @Test(arguments: Caller.available, unfiltered.sorted())
    func aNumberThatPassesFiltersByDoesNothing(caller: Caller, number: UInt32) throws {
        let run = try Probe.run(["rule-check", String(number)], as: caller)
        // A kernel that filters them ends the run or refuses.
        #expect(run.tool.status == 126 || run.tool.output != "0\n", "\(run.tool.output)")
        #expect(run.tool.status == 126 || run.tool.status == 0)
    }

    /// Each ends its run, so each gets one.
    @Test(arguments: Caller.available)
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
