package import Documents

/// One message as it stands on the wire: a JSON object, and the raw bytes behind its line.
package struct Frame: Equatable, Sendable {
    package var message: Node
    package var blob: [UInt8]
    private let lineStart: [UInt8]

    init(message: Node, blob: [UInt8], line: [UInt8]) {
        self.message = message
        self.blob = blob
        lineStart = line
    }

    /// The beginning of the line, made printable, for error messages.
    package var shown: String { Self.show(lineStart) }

    fileprivate static func show(_ line: [UInt8]) -> String {
        Printable(String(decoding: line, as: UTF8.self), limit: 160).description
    }
}

/// Cuts a byte stream into frames.
///
/// Pure: bytes in, frames out, in whatever pieces they arrive. Memory never exceeds what has arrived, so an announced
/// size alone costs nothing.
package struct FrameDecoder: Sendable {
    private enum State {
        case line
        case blob(Node, line: [UInt8], left: Int)
        case broken(ProtocolError)
    }

    private let limits: ProtocolLimits
    private var state = State.line
    private var line: [UInt8] = []
    private var blob: [UInt8] = []

    /// Bytes that may stand behind the next answer; set before each question.
    package var allowance = Int.max

    package init(limits: ProtocolLimits) {
        self.limits = limits
    }

    /// Takes bytes from `input` up to the end of one frame.
    ///
    /// - Parameter input: what arrived; what was used is removed.
    /// - Returns: the frame when it is whole, nil when more bytes are needed.
    /// - Throws: ``ProtocolError``; the same one again on every later call.
    package mutating func next(_ input: inout ArraySlice<UInt8>) throws(ProtocolError) -> Frame? {
        do throws(ProtocolError) {
            return try take(&input)
        } catch {
            state = .broken(error)
            throw error
        }
    }

    private mutating func take(_ input: inout ArraySlice<UInt8>) throws(ProtocolError) -> Frame? {
        if case .broken(let error) = state { throw error }
        if case .line = state {
            guard try takeLine(&input) else { return nil }
        }
        guard case .blob(let message, let line, let left) = state else { return nil }
        let taken = input.prefix(left)
        if blob.isEmpty { blob.reserveCapacity(min(left, 64 << 20)) }
        blob += taken
        input = input.dropFirst(taken.count)
        guard taken.count == left else {
            state = .blob(message, line: line, left: left - taken.count)
            return nil
        }
        state = .line
        defer { blob = [] }
        return Frame(message: message, blob: blob, line: line)
    }

    /// Takes bytes up to a line's end; true when the line is whole and understood.
    private mutating func takeLine(_ input: inout ArraySlice<UInt8>) throws(ProtocolError) -> Bool {
        let end = input.firstIndex(of: UInt8(ascii: "\n"))
        let part = input[..<(end ?? input.endIndex)]
        guard line.count + part.count <= limits.line else { throw .lineTooLong(limit: limits.line) }
        line += part
        input = input[(end.map { $0 + 1 } ?? input.endIndex)...]
        guard end != nil else { return false }
        defer { line = [] }
        // Made printable only when there is something to say of it.
        let start = Array(line.prefix(240))
        let message: Node
        do throws(DocumentError) {
            let bounds = DocumentLimits(bytes: limits.line, depth: limits.depth, nodes: limits.values)
            message = try JSON.parse(line, limits: bounds)
        } catch {
            throw .notJSON(reason: error.reason, shown: Frame.show(start))
        }
        guard message.members != nil else {
            throw .notAMessage(reason: "a line that is no JSON object", shown: Frame.show(start))
        }
        var size = 0
        if let announced = message["binary_size"] {
            guard let integer = announced.integer, integer >= 0 else {
                throw .notAMessage(reason: "binary_size is no whole number", shown: Frame.show(start))
            }
            // Only an answer carries tensors, and only as many bytes as its question allows.
            let limit = message["method"] == nil ? min(limits.blob, allowance) : 0
            guard integer <= limit else { throw .blobTooLarge(announced: integer, limit: limit) }
            size = integer
        }
        state = .blob(message, line: start, left: size)
        return true
    }
}
