import Documents

/// How a runner broke the protocol.
package enum ProtocolError: Error, Equatable, Sendable {
    case lineTooLong(limit: Int)
    case blobTooLarge(announced: Int, limit: Int)
    /// A line that is not one JSON object; `shown` is its beginning, made printable.
    case notJSON(reason: String, shown: String)
    /// JSON that is no message of the protocol.
    case notAMessage(reason: String, shown: String)
    /// A message that may not come now.
    case outOfTurn(String)
    /// A tensor whose header, bytes and message do not fit together.
    case badTensor(String)
    /// The runner closed its output in the middle of a message.
    case truncated
}

extension ProtocolError {
    /// The kind in one word, for reports.
    package var kind: String {
        switch self {
        case .lineTooLong: "line_too_long"
        case .blobTooLarge: "blob_too_large"
        case .notJSON: "not_json"
        case .notAMessage: "not_a_message"
        case .outOfTurn: "out_of_turn"
        case .badTensor: "bad_tensor"
        case .truncated: "truncated"
        }
    }
}

extension ProtocolError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .blobTooLarge(let announced, let limit):
            "\(announced) bytes announced behind a line, where at most \(limit) are taken"
        case .notJSON(let reason, let shown): "a line that is not JSON (\(reason)): \(shown)"
        case .notAMessage(let reason, let shown): "\(reason): \(shown)"
        case .outOfTurn(let what): what
        case .badTensor(let what): what
        case .truncated: "its output ended in the middle of a message"
        }
    }
}
