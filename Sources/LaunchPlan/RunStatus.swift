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

/// What the launcher told over the status pipe about one run.
package struct RunStatus: Equatable, Sendable {
    /// A step that was done, and the time it took.
    package struct Step: Equatable, Sendable {
        package var name: String
        package var microseconds: Int
    }

    package var steps: [Step] = []
    package var failure: StepError?
    /// The payload's exit code, when it ended by itself.
    package var code: Int32?
    /// The signal that ended the payload.
    package var signal: Int32?
    /// Set by a supervisor whose deadline passed; never read from the pipe.
    package var timedOut = false

    package init(failure: StepError? = nil) {
        self.failure = failure
    }

    /// Reads the lines of the status pipe; a line that no launcher writes is skipped.
    package init(text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            switch (words.first, words.count) {
            case ("step", 3):
                if let microseconds = Int(words[2]) {
                    steps.append(Step(name: String(words[1]), microseconds: microseconds))
                }
            case ("failed", 4):
                // The first failure is the cause; what a later process says follows from it.
                if failure == nil, let code = Int32(words[2]) {
                    failure = StepError(String(words[1]), -code, String(words[3]))
                }
            case ("exited", 2): code = Int32(words[1])
            case ("signalled", 2): signal = Int32(words[1])
            default: continue
            }
        }
    }
}
