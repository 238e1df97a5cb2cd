/// A set-up step that the kernel refused.
package struct StepError: Error, Equatable, Sendable {
    /// The step's name, as in the receipt.
    package var step: String
    /// The `errno` of the call.
    package var code: Int32
    /// What the call was about: a path, a namespace, a limit.
    package var subject: String

    /// - Parameters:
    ///   - step: the step's name.
    ///   - result: what the call returned: `-errno`.
    ///   - subject: what the call was about.
    package init(_ step: String, _ result: Int32, _ subject: String = "") {
        self.step = step
        self.code = -result
        self.subject = subject
    }
}

/// A layer as the launcher found it before the payload started.
package struct LayerReport: Equatable, Sendable {
    package enum State: String, Sendable {
        case active
        /// Something weaker stands in for it.
        case degraded
        case absent
    }

    package var layer: LaunchPlan.Layer
    package var state: State
    /// What was seen, not what was asked for.
    package var evidence: String

    package init(_ layer: LaunchPlan.Layer, _ state: State, _ evidence: String) {
        self.layer = layer
        self.state = state
        self.evidence = evidence
    }
}

/// A system call that the filter refused, and how often.
package struct DeniedCall: Equatable, Sendable {
    /// Distinct calls that are kept apart, so that a run cannot fill the supervisor's memory; more than any kernel has,
    /// so that no kind of call is left out.
    package static let mostKept = 512
    /// Distinct uses of one call that a traced run keeps apart.
    package static let mostUses = 16

    /// `AUDIT_ARCH_…` of the call.
    package var architecture: UInt32
    package var number: UInt32
    package var count: Int
    /// The six arguments of the first of them.
    package var arguments: [UInt64]
    /// What the text argument of the first of them pointed to: foreign bytes, replaced where they are no UTF-8.
    package var text: Text?

    package struct Text: Equatable, Sendable {
        package var index: Int
        package var value: String

        package init(index: Int, value: String) {
            self.index = index
            self.value = value
        }
    }

    package init(architecture: UInt32, number: UInt32, count: Int, arguments: [UInt64], text: Text? = nil) {
        self.architecture = architecture
        self.number = number
        self.count = count
        self.arguments = arguments
        self.text = text
    }
}

/// What the launcher told over the status pipe about one run.
package struct RunStatus: Equatable, Sendable {
    /// A step that was done, and the time it took.
    package struct Step: Equatable, Sendable {
        package var name: String
        package var microseconds: Int
    }

    /// Why the supervisor ended a run, by its own records.
    package enum Ending: Equatable, Sendable {
        /// A call of the hard list, or of another machine's interface.
        case violation(DeniedCall)
        /// More denied calls than the budget.
        case denialBudget(Int)
        /// The wall clock of the plan.
        case timeout
        /// The supervised resident size, in bytes.
        case residentMemory(Int)
    }

    package var steps: [Step] = []
    package var layers: [LayerReport] = []
    package var failure: StepError?
    /// The payload's exit code, when it ended by itself.
    package var code: Int32?
    /// The signal that ended the payload.
    package var signal: Int32?
    package var ending: Ending?
    /// Denied calls, those of one number together, in the order of their first; in a traced run those of one number
    /// and one telling argument.
    package var denials: [DeniedCall] = []
    /// Processes that the control group's memory limit killed.
    package var memoryKills = 0
    /// New processes and threads that the control group refused.
    package var refusedProcesses = 0
    /// Bytes, by the control group or the kernel's account of the payload.
    package var peakMemory: Int?

    package init(failure: StepError? = nil) {
        self.failure = failure
    }
}

// MARK: - The lines of the status pipe

extension RunStatus {
    /// Reads the lines of the status pipe; a line that no launcher writes is skipped.
    package init(text: String) {
        read(text)
    }

    /// Takes more lines in, each of them whole.
    package mutating func read(_ text: String) {
        for words in splitWords(text) {
            switch (words.first, words.count) {
            case ("step", 3):
                if let microseconds = Int(words[2]) { steps.append(Step(name: words[1], microseconds: microseconds)) }
            case ("layer", 4):
                if let layer = LaunchPlan.Layer(rawValue: words[1]), let state = LayerReport.State(rawValue: words[2]) {
                    layers.append(LayerReport(layer, state, decodeWord(words[3]) ?? ""))
                }
            case ("failed", 4):
                // The first failure is the cause; what a later process says follows from it.
                if failure == nil, let code = Int32(words[2]) {
                    failure = StepError(words[1], -code, decodeWord(words[3]) ?? "")
                }
            case ("exited", 2): code = Int32(words[1])
            case ("signalled", 2): signal = Int32(words[1])
            case ("denied", 10...12):
                if let call = DeniedCall(words: words.dropFirst()) { denials.append(call) }
            case ("ended", 2...13): ending = Ending(words: words.dropFirst())
            case ("used", 4):
                memoryKills = Int(words[1]) ?? 0
                refusedProcesses = Int(words[2]) ?? 0
                peakMemory = Int(words[3])
            default: continue
            }
        }
    }
}

extension DeniedCall {
    /// The call as words of a status line.
    package var words: [String] {
        var words = [String(architecture), String(number), String(count)] + arguments.map { String($0, radix: 16) }
        if let text { words += [String(text.index), encodeWord(text.value)] }
        return words
    }

    init?(words: ArraySlice<String>) {
        let words = Array(words)
        guard words.count == 9 || words.count == 11, let architecture = UInt32(words[0]),
            let number = UInt32(words[1]), let count = Int(words[2])
        else { return nil }
        let arguments = words[3..<9].compactMap { UInt64($0, radix: 16) }
        guard arguments.count == 6 else { return nil }
        self.init(architecture: architecture, number: number, count: count, arguments: arguments)
        if words.count == 11, let index = Int(words[9]), let value = decodeWord(words[10]) {
            text = Text(index: index, value: value)
        }
    }
}

extension RunStatus.Ending {
    /// The ending as words of a status line.
    package var words: [String] {
        switch self {
        case .violation(let call): ["violation"] + call.words
        case .denialBudget(let count): ["denials", String(count)]
        case .timeout: ["timeout"]
        case .residentMemory(let bytes): ["memory", String(bytes)]
        }
    }

    init?(words: ArraySlice<String>) {
        let rest = words.dropFirst()
        switch words.first {
        case "violation":
            guard let call = DeniedCall(words: rest) else { return nil }
            self = .violation(call)
        case "denials": self = .denialBudget(rest.first.flatMap { Int($0) } ?? 0)
        case "timeout": self = .timeout
        case "memory": self = .residentMemory(rest.first.flatMap { Int($0) } ?? 0)
        default: return nil
        }
    }
}
