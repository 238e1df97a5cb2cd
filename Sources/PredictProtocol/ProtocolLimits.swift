/// Named bounds on what a runner may send; nothing of it is allocated, nested or kept past them.
package struct ProtocolLimits: Equatable, Sendable {
    /// Bytes of one JSON line.
    package var line = 16 << 20
    /// Bytes behind one line.
    package var blob = 4 << 30
    /// Bytes of each of the two memory files for tensors; 0 when there are none.
    package var shared = 0
    /// Bytes from which a tensor goes through them; a smaller one is sooner through the pipe than mapped.
    package var sharedFrom = 1 << 16
    /// Bytes of an exported model.
    package var state = 1 << 30
    /// Levels of nesting in one line.
    package var depth = 16
    /// Values in one line.
    package var values = 4_000_000
    /// Tensors in one message.
    package var tensors = 4096
    /// Bytes of a tensor's name.
    package var name = 1024
    /// Progress notices and other notifications between two replies.
    package var notifications = 100_000

    /// Bytes of output for one input row, all tensors together.
    package var rowBytes = 1 << 20
    /// Elements of output for one input row in one tensor.
    package var rowElements = 1 << 17

    package init() {}
}
