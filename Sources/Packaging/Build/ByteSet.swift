/// The bytes that a `[…]` of a pattern stands for, as git's `wildmatch.c` reads it.
struct ByteSet: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var isNegated = false

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return (word >> UInt64(byte & 63) & 1 == 1) != isNegated
    }

    private mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    private mutating func insert(_ range: (UInt8, UInt8)) {
        guard range.0 <= range.1 else { return }
        for byte in range.0...range.1 { insert(byte) }
    }

    /// Reads a set.
    ///
    /// - Parameters:
    ///   - text: the pattern.
    ///   - start: where its `[` stands.
    /// - Returns: the set and where its `]` stands; nil when it has no end or names a class that does not exist.
    static func parse(_ text: [UInt8], from start: Int) -> (ByteSet, Int)? {
        var set = ByteSet()
        var index = start + 1
        func at(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }
        if at(index) == UInt8(ascii: "!") || at(index) == UInt8(ascii: "^") {
            set.isNegated = true
            index += 1
        }
        var previous: UInt8?
        // A `]` that comes first stands for itself.
        repeat {
            guard var byte = at(index) else { return nil }
            if byte == UInt8(ascii: "\\") {
                index += 1
                guard let escaped = at(index) else { return nil }
                byte = escaped
                set.insert(byte)
                previous = byte
            } else if byte == UInt8(ascii: "-"), let low = previous, let after = at(index + 1),
                after != UInt8(ascii: "]")
            {
                index += 1
                var high = after
                if high == UInt8(ascii: "\\") {
                    index += 1
                    guard let escaped = at(index) else { return nil }
                    high = escaped
                }
                set.insert((low, high))
                previous = nil
            } else if byte == UInt8(ascii: "["), at(index + 1) == UInt8(ascii: ":") {
                guard let end = text[(index + 2)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
                if end > index + 2, text[end - 1] == UInt8(ascii: ":") {
                    guard set.insertClass(String(decoding: text[(index + 2)..<(end - 1)], as: UTF8.self)) else {
                        return nil
                    }
                    index = end
                    previous = nil
                } else {
                    set.insert(byte)
                    previous = byte
                }
            } else {
                set.insert(byte)
                previous = byte
            }
            index += 1
        } while at(index) != UInt8(ascii: "]")
        return (set, index)
    }

    /// - Returns: false when there is no class of that name.
    private mutating func insertClass(_ name: String) -> Bool {
        func letters(_ first: Character, _ last: Character) -> (UInt8, UInt8) {
            (first.asciiValue ?? 0, last.asciiValue ?? 0)
        }
        let digits = letters("0", "9")
        let (lower, upper) = (letters("a", "z"), letters("A", "Z"))
        let ranges: [String: [(UInt8, UInt8)]] = [
            "alnum": [digits, lower, upper], "alpha": [lower, upper], "blank": [(9, 9), (32, 32)],
            "cntrl": [(0, 31), (127, 127)], "digit": [digits], "graph": [(33, 126)], "lower": [lower],
            "print": [(32, 126)], "punct": [(33, 47), (58, 64), (91, 96), (123, 126)],
            "space": [(9, 13), (32, 32)], "upper": [upper], "xdigit": [digits, letters("a", "f"), letters("A", "F")],
        ]
        guard let ranges = ranges[name] else { return false }
        for range in ranges { insert(range) }
        return true
    }
}
