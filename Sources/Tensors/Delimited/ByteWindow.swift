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

    /// Consumes the mark that some editors put before UTF-8.
    ///
    /// - Throws: ``DataError`` for a text in UTF-16.
    mutating func skipByteOrderMark(of input: InputFile, blockSize: Int) throws(DataError) {
        while count < 3, !isLast { try fill(from: input, blockSize: blockSize) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            start = 3
        } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw DataError(.invalid, input.path, reason: "the text is UTF-16", remedy: "save the file as UTF-8")
        }
    }

    /// Consumes the next line, without its end, which the last line need not have; nil after it.
    ///
    /// - Parameters:
    ///   - input: where more bytes come from.
    ///   - blockSize: how many at a time.
    ///   - longest: the most bytes that are looked at for an end.
    ///   - tooLong: what is wrong with a line that has more.
    /// - Returns: its place in ``bytes``.
    /// - Throws: ``DataError`` when no more can be read, and `tooLong`.
    mutating func nextLine(
        from input: InputFile,
        blockSize: Int,
        longest: Int,
        tooLong: @autoclosure () -> DataError
    ) throws(DataError) -> Range<Int>? {
        var searched = 0
        while true {
            if let end = bytes[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return start..<end
            }
            guard count <= longest else { throw tooLong() }
            if isLast {
                guard count > 0 else { return nil }
                defer { start = bytes.count }
                return start..<bytes.count
            }
            searched = count
            try fill(from: input, blockSize: blockSize)
        }
    }
}
