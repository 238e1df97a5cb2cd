extension TOMLParser {
    /// A text in any of the four kinds of quotes.
    ///
    /// - Parameter allowsLines: whether three quotes may open a text of several lines; keys may not.
    /// - Returns: the text without its quotes.
    /// - Throws: ``DocumentError`` when it does not end, or holds what no text may.
    mutating func quoted(allowsLines: Bool) throws(DocumentError) -> String {
        let start = here
        guard let quote = next else { throw fault("a text must be here") }
        let isLiteral = quote == UInt8(ascii: "'")
        let isLong = bytes[index...].starts(with: [quote, quote, quote])
        if isLong, !allowsLines { throw fault("a key has no text of several lines") }
        index += isLong ? 3 : 1
        if isLong { _ = takeNewline() }
        var text: [UInt8] = []
        while let byte = next {
            if byte == quote {
                if !isLong {
                    index += 1
                    return try validated(text, from: start)
                }
                let run = bytes[index...].prefix { $0 == quote }.count
                if run >= 3 {
                    // Up to two quotes may stand before the three that close it.
                    guard run <= 5 else { throw fault("too many quotes") }
                    text += [UInt8](repeating: quote, count: run - 3)
                    index += run
                    return try validated(text, from: start)
                }
                text += [UInt8](repeating: quote, count: run)
                index += run
            } else if byte == UInt8(ascii: "\\"), !isLiteral {
                try escape(isLong: isLong, into: &text)
            } else if byte == 0x0A || byte == 0x0D {
                guard isLong, takeNewline() else {
                    throw fault("the text that begins here has no closing quote", at: start)
                }
                text.append(0x0A)
            } else {
                guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                    throw fault("a control character stands bare in a text")
                }
                text.append(byte)
                index += 1
            }
        }
        throw fault("the text that begins here has no closing quote", at: start)
    }

    private func validated(_ text: [UInt8], from start: SourcePosition) throws(DocumentError) -> String {
        guard let text = String(validating: text, as: UTF8.self) else {
            throw fault("the text is not valid UTF-8", at: start)
        }
        return text
    }

    private mutating func escape(isLong: Bool, into text: inout [UInt8]) throws(DocumentError) {
        let start = here
        index += 1
        guard let code = next else { throw fault("the text ends after '\\'") }
        if isLong, code == 0x20 || code == 0x09 || code == 0x0A || code == 0x0D {
            skipBlanks()
            guard takeNewline() else { throw fault("an unknown escape", at: start) }
            repeat { skipBlanks() } while takeNewline()
            return
        }
        index += 1
        switch code {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(code)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = code == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[index...].prefix(count)
            guard digits.count == count, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(number)
            else { throw fault("\(count) hexadecimal digits of a character must follow", at: start) }
            text += Array(String(Character(scalar)).utf8)
            index += count
        default: throw fault("an unknown escape", at: start)
        }
    }
}
