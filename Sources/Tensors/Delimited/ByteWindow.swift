/// The part of a file that is in memory: what is not yet consumed, and as much again as is needed.
struct ByteWindow {
    private(set) var bytes: [UInt8] = []
    /// The offset of the first byte that is not consumed.
    var start = 0
    /// True when the file ends with these bytes.
    private(set) var isLast = false

    var count: Int { bytes.count - start }

    /// Forgets what is consumed and reads on.
    ///
    /// What is held at least doubles, so a row is looked at from its start no more than a few times.
    mutating func fill(from input: InputFile, blockSize: Int) throws(DataError) {
        bytes.removeSubrange(0..<start)
        start = 0
        isLast = try input.append(max(blockSize, bytes.count), to: &bytes)
    }
}
