import Documents
import PredictProtocol
import Tensors
import Testing

private func frame(_ json: String, _ blob: [UInt8] = []) throws -> Frame {
    var decoder = FrameDecoder(limits: ProtocolLimits())
    var bytes = (Array(json.utf8) + [0x0A] + blob)[...]
    return try #require(try decoder.next(&bytes))
}

private let started = #"{"jsonrpc":"2.0","method":"started"}"#
private let hello =
    #"{"jsonrpc":"2.0","id":1,"result":{"name":"m","platform":"p","runtime":"r","load_ms":1,"inputs":[],"outputs":[]}}"#

/// A session whose model is loaded; its next request has the id 2.
private func ready() throws -> Session {
    var session = Session(limits: ProtocolLimits())
    #expect(try session.received(frame(started)) == .started)
    _ = try session.hello(model: nil)
    guard case .metadata = try session.received(frame(hello)) else {
        throw ProtocolError.truncated
    }
    return session
}

@Suite struct SessionTests {
    @Test func aRequestIsALineWithItsTensorsBehindIt() throws {
        var session = try ready()
        let tensor = try Tensor(name: "X", doubles: [1, 2, 3, 4], shape: [2, 2])
        let pieces = try session.request(.predict, inputs: [tensor])
        let line = String(decoding: pieces[0], as: UTF8.self)
        #expect(
            line == #"{"jsonrpc":"2.0","id":2,"method":"predict","binary_size":32,"params":{"inputs":[{"name":"X","#
                + #""datatype":"FP64","shape":[2,2],"parameters":{"binary_data_size":32}}],"#
                + #""parameters":{"binary_data_output":true}}}"# + "\n"
        )
        #expect(pieces.dropFirst().map { Array($0) } == [tensor.bytes])
    }

    @Test func largeInputsGoToTheMemoryFileOnceTheRunnerTakesThem() throws {
        var limits = ProtocolLimits()
        limits.shared = 1 << 16
        limits.sharedFrom = 64
        let small = try Tensor(name: "s", doubles: [1], shape: [1, 1])
        let large = try Tensor(name: "l", doubles: [Double](repeating: 1, count: 8), shape: [1, 8])
        let huge = try Tensor(name: "h", doubles: [Double](repeating: 1, count: 1 << 13), shape: [1, 1 << 13])
        for takes in [true, false] {
            var session = Session(limits: limits)
            _ = try session.received(frame(started))
            let offer = String(decoding: try session.hello(model: nil)[0], as: UTF8.self)
            #expect(offer.contains(#""extensions":["binary_tensor_data","null_values","shared_memory"]"#))
            let answer = hello.replacing(#""name":"m""#, with: #""name":"m","extensions":["shared_memory"]"#)
            _ = try session.received(frame(takes ? answer : hello))
            let pieces = try session.request(.predict, inputs: [large, small, huge, large])
            let line = String(decoding: pieces[0], as: UTF8.self)
            guard takes else {
                #expect(session.placements.isEmpty && !line.contains("shared_memory"))
                continue
            }
            // The third has no room behind the first; the fourth begins on a page.
            #expect(session.placements.map(\.input) == [0, 3])
            #expect(session.placements.map(\.offset) == [0, 4096])
            #expect(line.contains(#""parameters":{"shared_memory_offset":4096,"shared_memory_size":64}"#))
            #expect(line.contains(#""binary_size":65544"#))
            #expect(pieces.dropFirst().map(\.count) == [8, 65536])
        }
    }

    @Test func anAnswerInTheMemoryFileIsCopiedAndOnlyWithinItsBounds() throws {
        var limits = ProtocolLimits()
        limits.shared = 4096
        func answer(_ offset: Int, _ size: Int, count: Int = 1) throws -> Session.Event {
            var session = Session(limits: limits)
            _ = try session.received(frame(started))
            _ = try session.hello(model: nil)
            let takes = hello.replacing(#""name":"m""#, with: #""name":"m","extensions":["shared_memory"]"#)
            _ = try session.received(frame(takes))
            _ = try session.request(.predict)
            let outputs = (0..<count).map {
                #"{"name":"y\#($0)","datatype":"UINT8","shape":[\#(size)],"#
                    + #""parameters":{"shared_memory_offset":\#(offset),"shared_memory_size":\#(size)}}"#
            }
            let reply = #"{"jsonrpc":"2.0","id":2,"result":{"outputs":[\#(outputs.joined(separator: ","))]}}"#
            return try session.received(frame(reply)) { offset, count, _ throws(ProtocolError) in
                .bytes((0..<count).map { UInt8(truncatingIfNeeded: offset + $0) })
            }
        }
        guard case .outputs(let outputs) = try answer(4093, 3) else {
            Issue.record("no outputs")
            return
        }
        #expect(outputs[0].bytes == [0xFD, 0xFE, 0xFF])
        for (offset, size) in [(4094, 3), (4096, 1), (-1, 1), (Int.max, 1), (1, Int.max), (5000, 0)] {
            #expect(throws: ProtocolError.self) { try answer(offset, size) }
        }
        #expect(throws: ProtocolError.badTensor("more bytes of shared memory than the answer may have")) {
            try answer(0, 2048, count: 3)
        }
    }

    @Test func aToolIsAskedForRowsAndSaysWhatItsColumnsHold() throws {
        var session = try ready()
        let line = String(
            decoding: try session.request(.read, options: [("columns", [0]), ("rows", 2)])[0],
            as: UTF8.self
        )
        #expect(
            line == #"{"jsonrpc":"2.0","id":2,"method":"read","params":{"parameters":{"columns":[0],"rows":2}}}"# + "\n"
        )
        let reply =
            #"{"jsonrpc":"2.0","id":2,"binary_size":10,"result":{"outputs":["#
            + #"{"name":"0","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":8,"content_type":"datetime"}},"#
            + #"{"name":"0.valid","datatype":"BOOL","shape":[2],"parameters":{"binary_data_size":2,"valid_for":"0"}}]}}"#
        let bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
        guard case .outputs(let outputs) = try session.received(frame(reply, bytes)) else {
            Issue.record("no outputs")
            return
        }
        #expect(outputs[0].content == .datetime)
        #expect(try Column.columns(of: outputs).map(\.firstMissing) == [1])
        _ = try session.request(.metadata, options: [("columns", [0, 1])])
        let described =
            #"{"jsonrpc":"2.0","id":3,"result":{"outputs":[{"name":"c","datatype":"BYTES","shape":[-1],"parameters":"#
            + #"{"content_type":"category","categories":["S",7,"M"]}},{"name":"l","datatype":"list<","shape":[-1]}]}}"#
        guard case .metadata(let metadata) = try session.received(frame(described)) else {
            Issue.record("no metadata")
            return
        }
        #expect(metadata.outputs.map(\.content) == [.category(["S", "M"]), nil])
        _ = try session.request(.write)
        let short = #"{"jsonrpc":"2.0","id":4,"binary_size":1,"result":{"outputs":[{"name":"file","datatype":"UINT8","#
        #expect(throws: ProtocolError.self) {
            try session.received(frame(short + #""shape":[2],"parameters":{"binary_data_size":2}}]}}"#, [1]))
        }
    }

    @Test func sharedMemoryThatNobodyOfferedBreaksTheProtocol() throws {
        var session = try ready()
        _ = try session.request(.predict)
        let reply =
            #"{"jsonrpc":"2.0","id":2,"result":{"outputs":[{"name":"y","datatype":"UINT8","shape":[1],"parameters":{"shared_memory_offset":0,"shared_memory_size":1}}]}}"#
        #expect(throws: ProtocolError.badTensor("a tensor in shared memory, which is not in use")) {
            try session.received(frame(reply)) { _, _, _ throws(ProtocolError) in .bytes([0]) }
        }
    }

    @Test func aBinaryAnswerBecomesATensor() throws {
        var session = try ready()
        _ = try session.request(.predict)
        let reply =
            #"{"jsonrpc":"2.0","id":2,"binary_size":16,"result":{"outputs":[{"name":"y","datatype":"INT64","shape":[2],"parameters":{"binary_data_size":16}}]}}"#
        let blob: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        guard case .outputs(let outputs) = try session.received(frame(reply, blob)) else {
            Issue.record("no outputs")
            return
        }
        #expect(try outputs[0].integers() == [1, -1])
    }

    @Test(arguments: [
        // Headers, bytes and message that do not fit together.
        #"{"name":"y","datatype":"FP64","shape":[2],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"y","datatype":"FP64","shape":[1],"parameters":{"binary_data_size":9}}"#,
        #"{"name":"y","datatype":"FP64","shape":[-1],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"y","datatype":"FP64","shape":[9223372036854775807,2],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"y","datatype":"OBJECT","shape":[1],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"","datatype":"FP64","shape":[1],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"y","datatype":"FP64","shape":[1],"data":[1],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"y","datatype":"FP64","shape":[1],"data":[1]}"#,
        #"{"name":"y","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":8}}"#,
        #"{"name":"y","datatype":"FP64","shape":[1]}"#,
    ])
    func aTensorThatDoesNotFitItsBytesBreaksTheProtocol(header: String) throws {
        var session = try ready()
        _ = try session.request(.predict)
        let reply = #"{"jsonrpc":"2.0","id":2,"binary_size":8,"result":{"outputs":["# + header + "]}}"
        #expect(throws: ProtocolError.self) { try session.received(frame(reply, Array(repeating: 0xEE, count: 8))) }
    }

    @Test(arguments: [
        (hello, "a second answer"),
        (started, "started twice"),
        (#"{"jsonrpc":"2.0","id":7,"result":{}}"#, "an id that was not sent"),
        (#"{"jsonrpc":"2.0","id":2}"#, "neither result nor error"),
        (#"{"jsonrpc":"2.0","id":2,"result":{},"error":{"code":-32020,"message":"x"}}"#, "both"),
        (#"{"jsonrpc":"1.0","id":2,"result":{}}"#, "another JSON-RPC"),
        (#"{"jsonrpc":"2.0","id":3,"method":"predict"}"#, "a request of its own"),
        (#"{"jsonrpc":"2.0","method":"exec"}"#, "an unknown notification"),
        (#"{"jsonrpc":"2.0","id":2,"error":{"code":-32041,"message":"x"}}"#, "a code that is the host's"),
        (#"{"jsonrpc":"2.0","id":2,"error":{"code":-32050,"message":"x"}}"#, "a code that is the host's"),
        (#"{"jsonrpc":"2.0","id":2,"error":{"code":-32020}}"#, "no message"),
        (#"{"jsonrpc":"2.0","id":2,"error":{"code":-32020,"message":"x","data":{"exit":{"signal":9}}}}"#, "exit"),
        (#"{"jsonrpc":"2.0","id":2,"error":{"code":-32020,"message":"x","data":{"phase":"load"}}}"#, "phase"),
        (#"{"jsonrpc":"2.0","id":2,"error":{"code":-32020,"message":"x","data":{"stderr_tail":"x"}}}"#, "stderr"),
    ])
    func whatMayNotComeNowBreaksTheProtocol(message: String, _: String) throws {
        var session = try ready()
        _ = try session.request(.predict)
        #expect(throws: ProtocolError.self) { try session.received(frame(message)) }
    }

    @Test func aReplyBeforeAnyRequestBreaksTheProtocol() throws {
        var session = Session(limits: ProtocolLimits())
        #expect(throws: ProtocolError.self) { try session.received(frame(hello)) }
        var idle = try ready()
        #expect(throws: ProtocolError.self) { try idle.received(frame(#"{"jsonrpc":"2.0","id":1,"result":{}}"#)) }
    }

    @Test func anErrorReplyIsAQuotationAndTheSessionGoesOn() throws {
        var session = try ready()
        _ = try session.request(.predict)
        let reply =
            #"{"jsonrpc":"2.0","id":2,"error":{"code":-32020,"message":"no","data":{"type":"ValueError","traceback":["a","b"]}}}"#
        guard case .failed(let failure) = try session.received(frame(reply)) else {
            Issue.record("not an error")
            return
        }
        #expect(failure.code == .modelRaised)
        #expect(failure.traceback == "a\nb")
        _ = try session.request(.ready)
        #expect(try session.received(frame(#"{"jsonrpc":"2.0","id":3,"result":{}}"#)) == .acknowledged)
    }

    @Test func noticesOfProgressAreBounded() throws {
        var limits = ProtocolLimits()
        limits.notifications = 3
        var session = Session(limits: limits)
        _ = try session.received(frame(started))
        _ = try session.hello(model: nil)
        let notice = try frame(#"{"jsonrpc":"2.0","method":"progress","params":{"id":1,"progress":1}}"#)
        for _ in 0..<3 { #expect(try session.received(notice) == .notice) }
        #expect(throws: ProtocolError.self) { try session.received(notice) }
    }
}
