import CCLD2

/// The languages of texts, by CLD2, in the codes of the Python package.
///
/// That package asks `langdetect`, which knows 55 languages and draws random numbers; a search compares the codes, so ours
/// are written as `langdetect` writes them where it knows the language, and as CLD2 does where it does not.
public enum TextLanguages {
    /// A language with a smaller share of the text, in per cent, is not named; `langdetect` has the same bound.
    private static let leastPercent = 10
    /// Bytes of text that are looked at; the rest of a corpus is not in another language.
    private static let mostBytes = 1 << 22

    /// What CLD2 calls otherwise.
    private static let aliases = [
        "iw": "he", "jw": "jv", "nn": "no", "sr-ME": "sr", "zh": "zh-cn", "zh-Hant": "zh-tw",
    ]

    /// The codes that `langdetect` has profiles for.
    package static let langdetect: Set<String> = [
        "af", "ar", "bg", "bn", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "gu", "he",
        "hi",
        "hr", "hu", "id", "it", "ja", "kn", "ko", "lt", "lv", "mk", "ml", "mr", "ne", "nl", "no", "pa", "pl", "pt",
        "ro",
        "ru", "sk", "sl", "so", "sq", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zh-cn", "zh-tw",
    ]

    /// Every code that CLD2 has.
    package static var allOfCLD2: [String] {
        var codes: [String] = []
        while let code = lw_language_code(Int32(codes.count)) { codes.append(String(cString: code)) }
        return codes
    }

    /// The code of `langdetect` for one of CLD2's.
    package static func code(for code: String) -> String {
        aliases[code] ?? code
    }

    /// The text with spaces for what CLD2 stops at: controls, what is no character, and half of one at the end.
    private static func plain(_ bytes: [UInt8]) -> [UInt8] {
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isPlain = scalar.properties.generalCategory != .control && !scalar.properties.isNoncharacterCodePoint
            text.append(isPlain ? scalar : " ")
        }
        return Array(String(text).utf8)
    }

    /// The languages of some texts, the largest share first.
    ///
    /// - Parameter texts: joined by a space, as in the Python package.
    /// - Returns: at most three codes; none when no language is recognised.
    /// - Complexity: O(n) in the number of bytes, of which at most 4 MiB are looked at.
    public static func detect(in texts: [String]) -> [String] {
        var bytes: [UInt8] = []
        for text in texts {
            guard bytes.count < mostBytes else { break }
            bytes += text.utf8.prefix(mostBytes - bytes.count)
            bytes.append(UInt8(ascii: " "))
        }
        let joined = plain(bytes)
        guard let count = Int32(exactly: joined.count) else { return [] }
        var found = [lw_language](repeating: lw_language(), count: 3)
        let number = joined.withUnsafeBytes { buffer in
            lw_detect_languages(buffer.bindMemory(to: CChar.self).baseAddress, count, &found)
        }
        var codes: [String] = []
        for language in found.prefix(Int(number)) where language.percent >= leastPercent {
            let code = withUnsafeBytes(of: language.code) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let known = Self.code(for: code)
            if !codes.contains(known) { codes.append(known) }
        }
        return codes
    }
}
