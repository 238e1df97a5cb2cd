import PredictProtocol
import Sandbox
import SystemPackage

/// The protocol's state together with the bytes that are still to be read: frames go in, events come out.
struct Conversation {
    /// Makes requests.
    var session: Session
    private var decoder: FrameDecoder
    private var unread: ArraySlice<UInt8> = []

    /// At first no answer may bring bytes behind its line.
    init(limits: ProtocolLimits) {
        session = Session(limits: limits)
        decoder = FrameDecoder(limits: limits)
        decoder.allowance = 0
    }

    /// How many bytes may stand behind the lines of what is read next.
    var allowance: Int {
        get { decoder.allowance }
        set { decoder.allowance = newValue }
    }

    /// Sends a request and reads until something answers it; nil when the process's output ended before.
    mutating func exchange(
        _ request: [ArraySlice<UInt8>],
        with process: inout SandboxProcess?,
        until deadline: Deadline,
        interrupt: FileDescriptor,
        shared: Session.SharedReader? = nil
    ) throws(PumpError<ProtocolError>) -> Session.Event? {
        var outgoing = request
        var received: Session.Event?
        do throws(ProtocolError) {
            received = try nextEvent(shared)
        } catch {
            throw .consumer(error)
        }
        if received != nil { return received }
        _ = try process?.pump(&outgoing, until: deadline, interrupt: interrupt) { bytes throws(ProtocolError) in
            unread += bytes
            received = try nextEvent(shared)
            return received != nil
        }
        return received
    }

    /// The next event that answers something; notices are passed over.
    private mutating func nextEvent(_ shared: Session.SharedReader?) throws(ProtocolError) -> Session.Event? {
        while let frame = try decoder.next(&unread) {
            let event = try session.received(frame, shared: shared)
            if event != .notice { return event }
        }
        unread = []
        return nil
    }
}
