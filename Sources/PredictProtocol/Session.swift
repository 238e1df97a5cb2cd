package import Documents
package import Tensors

/// The host's side of one conversation with a runner, without any input or output.
///
/// It makes the bytes of requests and says what each received frame means. A frame that may not come now, or that is
/// not what the protocol says, is a ``ProtocolError``, after which the conversation is over.
package struct Session: Sendable {
    package enum Method: String, Sendable {
        case hello
        case predict
        case fit
        case finetune
        case export
        case metadata
        case ready
        case shutdown
        /// Rows of a file that a tool of ours reads.
        case read
        /// Rows for a file that a tool of ours writes.
        case write
        /// Pixels of an image's file, which a tool of ours decodes.
        case decode
    }

    /// What a received frame means.
    package enum Event: Equatable, Sendable {
        /// The runner's process is up.
        case started
        /// The answer to `hello` or `metadata`.
        case metadata(Metadata)
        /// The answer to `predict`, `export`, `read`, `write` and `decode`.
        case outputs([Tensor])
        /// The answer to a request that has no result to speak of.
        case acknowledged
        /// The runner could not do what it was asked.
        case failed(RunnerFailure)
        /// A notice of progress, or another notification that may be ignored.
        case notice
    }

    /// Where in the memory file an input goes.
    package struct Placement: Equatable, Sendable {
        /// Which of the inputs it is, counted from 0.
        package var input: Int
        package var offset: Int
    }

    /// Copies bytes out of the memory file of the runner: those from an offset on, so many.
    package typealias SharedReader = (
        _ offset: Int, _ count: Int, _ datatype: Datatype
    ) throws(ProtocolError) -> TensorElements

    private enum State: Equatable {
        case launched
        case started
        case ready
        case waiting(id: Int, Method, thenReady: Bool)
        case over
    }

    private let limits: ProtocolLimits
    private var state = State.launched
    private var lastID = 0
    /// True when the runner takes and gives tensors in the memory files.
    private var usesShared = false
    /// Bytes of tensors that an answer may have, wherever they are; set before each question.
    package var allowance = Int.max
    /// Inputs of the last request that go through the memory file, and where to; to be written before the request is.
    package private(set) var placements: [Placement] = []
    private var notices = 0

    package init(limits: ProtocolLimits) {
        self.limits = limits
    }

    /// The bytes of a `hello` request.
    ///
    /// - Parameter model: the `model` member: what the runner is to load.
    /// - Returns: the pieces to write, in order.
    /// - Throws: ``ProtocolError`` unless the runner has just started.
    package mutating func hello(model: Node) throws(ProtocolError) -> [ArraySlice<UInt8>] {
        guard state == .started else { throw .outOfTurn("hello before the runner started, or twice") }
        var extensions: [Node] = ["binary_tensor_data", "null_values"]
        if limits.shared > 0 { extensions.append("shared_memory") }
        let parameters = Node(object: [
            ("protocol", 1),
            ("extensions", Node(extensions)),
            ("limits", Node(object: [("line", Node(limits.line)), ("blob", Node(limits.blob))])),
            ("model", model),
        ])
        return request(.hello, parameters: parameters, tensors: [], thenReady: false)
    }

    /// The bytes of any later request.
    ///
    /// - Parameters:
    ///   - method: what to ask for.
    ///   - inputs: the tensors of `predict`, `fit`, `finetune`, `write` and `decode`.
    ///   - isTable: true when each tensor is one named column of a table.
    ///   - options: parameters of `read` and `metadata`.
    /// - Returns: the pieces to write, in order: the line, then each tensor's bytes.
    /// - Throws: ``ProtocolError`` while the runner is not ready.
    package mutating func request(
        _ method: Method,
        inputs: [Tensor] = [],
        isTable: Bool = false,
        options: [(String, Node)] = []
    ) throws(ProtocolError) -> [ArraySlice<UInt8>] {
        guard state == .ready, method != .hello else {
            throw .outOfTurn("\(method.rawValue) while the runner is not ready")
        }
        switch method {
        case .predict, .fit, .finetune, .write, .decode:
            var options: [(String, Node)] = [("binary_data_output", true)]
            if isTable { options.append(("content_type", "pd")) }
            placements = method == .predict && usesShared ? place(inputs) : []
            let places = Dictionary(uniqueKeysWithValues: placements.map { ($0.input, $0.offset) })
            let headers = inputs.indices.map { TensorHeader.encode(inputs[$0], offset: places[$0]) }
            let parameters = Node(object: [
                ("inputs", Node(headers)),
                ("parameters", Node(object: options)),
            ])
            let behind = placements.isEmpty ? inputs : inputs.indices.filter { places[$0] == nil }.map { inputs[$0] }
            return request(method, parameters: parameters, tensors: behind, thenReady: true)
        case .export:
            let parameters = Node(object: [
                ("parameters", Node(object: [("binary_data_output", true), ("limit", Node(limits.state))]))
            ])
            return request(method, parameters: parameters, tensors: [], thenReady: true)
        case .metadata, .read, .ready, .shutdown, .hello:
            let parameters = options.isEmpty ? nil : Node(object: [("parameters", Node(object: options))])
            return request(method, parameters: parameters, tensors: [], thenReady: method != .shutdown)
        }
    }

    /// Large inputs one behind the other, each from the beginning of a page on, which a runner can map.
    private func place(_ inputs: [Tensor]) -> [Placement] {
        var end = 0
        var placements: [Placement] = []
        for (index, input) in inputs.enumerated() where input.bytes.count >= limits.sharedFrom {
            guard input.bytes.count <= limits.shared - end else { continue }
            placements.append(Placement(input: index, offset: end))
            end = min(limits.shared, (end + input.bytes.count + 4095) & ~4095)
        }
        return placements
    }

    /// The bytes of a `predict` request of one tensor that lies in the memory file from its beginning on.
    ///
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - datatype: the type of its elements.
    ///   - shape: its extents.
    ///   - byteCount: how many bytes of it there are.
    /// - Returns: the line; nil when the tensor has to go through the pipe.
    /// - Throws: ``ProtocolError`` while the runner is not ready.
    package mutating func predictShared(
        name: String,
        datatype: Datatype,
        shape: [Int],
        byteCount: Int
    ) throws(ProtocolError) -> [ArraySlice<UInt8>]? {
        guard usesShared, (limits.sharedFrom...max(limits.sharedFrom, limits.shared)).contains(byteCount) else {
            return nil
        }
        guard state == .ready else { throw .outOfTurn("predict while the runner is not ready") }
        placements = [Placement(input: 0, offset: 0)]
        let header = TensorHeader.encode(name, datatype, shape, byteCount: byteCount, offset: 0)
        let parameters = Node(object: [
            ("inputs", Node([header])), ("parameters", Node(object: [("binary_data_output", true)])),
        ])
        return request(.predict, parameters: parameters, tensors: [], thenReady: true)
    }

    private mutating func request(
        _ method: Method,
        parameters: Node?,
        tensors: [Tensor],
        thenReady: Bool
    ) -> [ArraySlice<UInt8>] {
        lastID += 1
        state = .waiting(id: lastID, method, thenReady: thenReady)
        notices = 0
        var members: [(String, Node)] = [
            ("jsonrpc", "2.0"), ("id", Node(lastID)), ("method", Node(method.rawValue)),
        ]
        let size = tensors.reduce(0) { $0 + $1.bytes.count }
        if !tensors.isEmpty || !placements.isEmpty { members.append(("binary_size", Node(size))) }
        if let parameters { members.append(("params", parameters)) }
        let line = Node(object: members).jsonBytes() + [UInt8(ascii: "\n")]
        return [line[...]] + tensors.map { $0.bytes[...] }
    }

    /// Says what a frame means.
    ///
    /// - Parameters:
    ///   - frame: what arrived.
    ///   - shared: copies tensors out of the runner's memory file; nil when there is none.
    /// - Returns: what the runner said.
    /// - Throws: ``ProtocolError``.
    package mutating func received(_ frame: Frame, shared: SharedReader? = nil) throws(ProtocolError) -> Event {
        do throws(ProtocolError) {
            return try interpret(frame, shared)
        } catch {
            state = .over
            throw error
        }
    }

    private mutating func interpret(_ frame: Frame, _ shared: SharedReader?) throws(ProtocolError) -> Event {
        let message = frame.message
        guard message["jsonrpc"]?.string == "2.0" else {
            throw .notAMessage(reason: "a message that is not JSON-RPC 2.0", shown: frame.shown)
        }
        if let method = message["method"] { return try notification(method, frame) }
        guard case .waiting(let id, let method, let thenReady) = state else {
            throw .outOfTurn("a reply that nobody asked for: \(frame.shown)")
        }
        guard message["id"]?.integer == id else {
            throw .outOfTurn("a reply to a request that was not sent: \(frame.shown)")
        }
        if let error = message["error"] {
            guard message["result"] == nil, frame.blob.isEmpty else {
                throw .notAMessage(reason: "a reply that is both result and error", shown: frame.shown)
            }
            // A runner whose model did not load has nothing to offer; after any other error it goes on.
            state = method == .hello ? .over : .ready
            return .failed(try RunnerFailure(error, shown: frame.shown))
        }
        guard let result = message["result"] else {
            throw .notAMessage(reason: "a reply without result or error", shown: frame.shown)
        }
        state = thenReady || method == .hello ? .ready : .over
        return try event(method, result, frame, shared)
    }

    private mutating func event(
        _ method: Method,
        _ result: Node,
        _ frame: Frame,
        _ shared: SharedReader?
    ) throws(ProtocolError) -> Event {
        if [.predict, .export, .read, .write, .decode].contains(method) {
            let reader = method == .predict && usesShared ? shared : nil
            return .outputs(
                try TensorHeader.decode(
                    result["outputs"],
                    blob: frame.blob,
                    shared: reader,
                    allowance: allowance,
                    limits: limits
                )
            )
        }
        guard frame.blob.isEmpty else { throw .badTensor("bytes behind an answer to \(method.rawValue)") }
        guard method == .hello || method == .metadata else { return .acknowledged }
        let metadata = try Metadata(result, shown: frame.shown, limits: limits)
        if method == .hello { usesShared = limits.shared > 0 && metadata.extensions.contains("shared_memory") }
        return .metadata(metadata)
    }

    private mutating func notification(_ method: Node, _ frame: Frame) throws(ProtocolError) -> Event {
        guard frame.message["id"] == nil, frame.blob.isEmpty else {
            throw .notAMessage(reason: "a runner may notify, but not ask", shown: frame.shown)
        }
        switch method.string {
        case "started":
            guard state == .launched else { throw .outOfTurn("a second 'started'") }
            state = .started
            return .started
        case "progress":
            notices += 1
            guard case .waiting = state else { throw .outOfTurn("a notice of progress while nothing is under way") }
            guard notices <= limits.notifications else {
                throw .outOfTurn("more than \(limits.notifications) notices for one request")
            }
            return .notice
        default:
            throw .notAMessage(reason: "a notification that the protocol does not know", shown: frame.shown)
        }
    }
}
