import Documents

/// An error reply of a runner: its own words, to be shown as a quotation.
package struct RunnerFailure: Error, Equatable, Sendable {
    package var code: Code
    package var message: String
    /// The exception's type, as the runner names it.
    package var type: String?
    package var traceback: String?
    /// The module that an import did not find.
    package var missingModule: String?
    package var row: Int?
    package var column: String?

    /// The codes that a runner may send; all others are the host's own knowledge.
    package enum Code: Int, Sendable {
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParameters = -32602
        case internalError = -32603
        case loadFailed = -32000
        case notReady = -32003
        case inputDoesNotFit = -32010
        case datatypeNotSupported = -32011
        case modelRaised = -32020
        case outputInvalid = -32021
        case cancelled = -32031
    }

    /// Reads the `error` member of a reply.
    init(_ error: Node, shown: String) throws(ProtocolError) {
        guard let number = error["code"]?.integer, let code = Code(rawValue: number) else {
            throw .notAMessage(reason: "an error reply with a code that is not a runner's to send", shown: shown)
        }
        guard let message = error["message"]?.string else {
            throw .notAMessage(reason: "an error reply without a message", shown: shown)
        }
        self.code = code
        self.message = message
        guard let data = error["data"] else { return }
        for reserved in ["exit", "hint", "stderr_tail", "phase"] where data[reserved] != nil {
            throw .notAMessage(reason: "an error reply with the host's own member '\(reserved)'", shown: shown)
        }
        type = data["type"]?.string
        traceback =
            data["traceback"]?.string
            ?? data["traceback"]?.array.map { lines in lines.compactMap(\.string).joined(separator: "\n") }
        missingModule = data["module"]?.string
        row = data["row"]?.integer
        column = data["column"]?.string
    }
}
