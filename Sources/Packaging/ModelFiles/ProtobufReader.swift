/// Reads the fields of a protobuf message one after the other; the wire format is that of protobuf.dev/encoding.
///
/// A message in a message is read by the same reader, with the outer one's end as the bound of the inner one's.
struct ProtobufReader {
    /// What a field holds: a number, or so many bytes that follow.
    enum Value {
        case number(UInt64)
        case bytes(Int)
    }

    private let stream: ByteStream
    /// Where the message ends; nil for the outermost one, which ends with the file.
    private let end: Int?
    private let fields: FieldCount

    /// How many fields all messages of a file had.
    private final class FieldCount {
        var count = 0
    }

    /// The most fields in all.
    static let fieldLimit = 5_000_000

    /// Reads the outermost message.
    init(_ stream: ByteStream) {
        self.stream = stream
        end = nil
        fields = FieldCount()
    }

    private init(_ outer: ProtobufReader, count: Int) {
        stream = outer.stream
        let (end, overflows) = outer.stream.position.addingReportingOverflow(count)
        self.end = overflows ? .max : end
        fields = outer.fields
    }

    /// The next field and what it holds; nil at the end of the message.
    ///
    /// Whoever gets bytes takes or skips them before asking again.
    func next() throws(PackageError) -> (field: Int, value: Value)? {
        if let end {
            guard stream.position <= end else { throw broken("a field is longer than the message that it is in") }
            if stream.position == end { return nil }
        } else if try stream.isAtEnd() {
            return nil
        }
        fields.count += 1
        guard fields.count <= Self.fieldLimit else { throw broken("there are more than \(Self.fieldLimit) fields") }
        let key = try varint()
        let field = key >> 3
        guard field > 0, field < 1 << 29 else { throw broken("there is no field \(field)") }
        switch key & 7 {
        case 0: return (Int(field), .number(try varint()))
        case 1: return (Int(field), .bytes(8))
        case 2: return (Int(field), .bytes(try length()))
        case 5: return (Int(field), .bytes(4))
        default: throw broken("a field is of a kind that does not exist")
        }
    }

    /// The message that stands in the bytes of a field.
    func message(_ count: Int) -> ProtobufReader {
        ProtobufReader(self, count: count)
    }

    /// The text that stands in the bytes of a field, unless it is too long or no text.
    func text(_ count: Int, limit: Int = 4096) throws(PackageError) -> String? {
        guard count <= limit else {
            try stream.skip(count)
            return nil
        }
        return String(validating: try stream.bytes(count, limit: limit), as: UTF8.self)
    }

    /// Passes over what a field holds.
    func skip(_ value: Value) throws(PackageError) {
        if case .bytes(let count) = value { try stream.skip(count) }
    }

    private func length() throws(PackageError) -> Int {
        let length = try varint()
        // No message ends past the largest place that a file can have, so that none of the sums overflows.
        let rest = (end ?? .max) - stream.position
        guard rest >= 0, length <= UInt64(rest) else {
            throw broken("a field is longer than the message that it is in")
        }
        return Int(length)
    }

    /// A number in seven bits for each byte, lowest first.
    private func varint() throws(PackageError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<10 {
            let byte = try stream.byte()
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        throw broken("a number has more than ten bytes")
    }

    private func broken(_ reason: String) -> PackageError {
        stream.fault("is no ONNX model: \(reason)")
    }
}
