/// The newest bytes of a stream, up to a limit.
package struct RingBuffer: Sendable {
    private var bytes: [UInt8] = []
    private let limit: Int
    /// How many bytes the stream had in all.
    package private(set) var total = 0

    package init(limit: Int) {
        self.limit = limit
    }

    package mutating func append(_ new: ArraySlice<UInt8>) {
        total += new.count
        bytes += new.suffix(limit)
        // Trimmed at twice the limit, so that each byte moves once on average.
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }

    /// The kept bytes as text; what is not UTF-8 is replaced.
    package var text: String { String(decoding: bytes.suffix(limit), as: UTF8.self) }
}
