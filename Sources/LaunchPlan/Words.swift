/// The lines of a text and their words, parted by spaces, the empty ones included.
///
/// By bytes: parting by characters looks for clusters of them, which took a tenth of the time of a launch.
package func splitWords(_ text: String) -> [[String]] {
    var text = text
    return text.withUTF8 { bytes in
        var lines: [[String]] = []
        var line: [String] = []
        var begin = 0
        for place in 0...bytes.count {
            let isEnd = place == bytes.count || bytes[place] == 0x0A
            guard isEnd || bytes[place] == 0x20 else { continue }
            line.append(String(decoding: UnsafeBufferPointer(rebasing: bytes[begin..<place]), as: UTF8.self))
            begin = place + 1
            if isEnd {
                lines.append(line)
                line = []
            }
        }
        return lines
    }
}

/// A text as one word: spaces, controls, `%` and what is not ASCII as `%XX`; a lone `%` is the empty text.
package func encodeWord(_ text: String) -> String {
    if text.isEmpty { return "%" }
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
            encoded.append(byte)
        } else {
            encoded += [UInt8(ascii: "%"), hexadecimal(byte >> 4), hexadecimal(byte & 0xF)]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}

private func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
}

/// The text behind a word; nil for a broken escape, a NUL byte or invalid UTF-8.
package func decodeWord(_ word: String) -> String? {
    if word == "%" { return "" }
    guard word.utf8.contains(UInt8(ascii: "%")) else { return word }
    var bytes: [UInt8] = []
    var rest = Array(word.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%") {
            guard rest.count >= 2 else { return nil }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard let value = UInt8(digits, radix: 16), value != 0 else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
}

/// The words with a separator between them.
///
/// The standard library's `joined` is compiled for every kind of sequence at once, and costs a launch a twentieth.
package func joinWords(_ words: [String], _ separator: String = " ") -> String {
    var text = ""
    for (place, word) in words.enumerated() {
        if place > 0 { text += separator }
        text += word
    }
    return text
}

/// The words of a file of one line, such as lists of controllers; none when it cannot be read.
package func wordsOfLine(_ text: String?) -> [String] {
    text.flatMap { splitWords($0).first }?.filter { !$0.isEmpty } ?? []
}
