import Documents
import Testing

@Suite("Text encodings")
struct TextEncodingTests {
    @Test("are told by the byte order mark, which is taken away")
    func marks() throws {
        let cases: [([UInt8], String, TextEncoding)] = [
            ([], "", .utf8), ([0x61], "a", .utf8), ([0xEF, 0xBB, 0xBF, 0x61], "a", .utf8),
            ([0xFF, 0xFE], "", .utf16LittleEndian), ([0xFF, 0xFE, 0x61, 0, 0xE9, 0], "aé", .utf16LittleEndian),
            ([0xFE, 0xFF, 0xD8, 0x3D, 0xDE, 0x00], "😀", .utf16BigEndian),
        ]
        for (bytes, text, encoding) in cases {
            let decoded = try TextEncoding.decode(bytes)
            #expect(decoded.text == Array(text.utf8))
            #expect(decoded.encoding == encoding)
        }
    }

    @Test(
        "that are broken or unknown are refused",
        arguments: [
            ([0xC3, 0x28], "not valid UTF-8"), ([0xFF, 0xFE, 0x61], "half a unit"),
            ([0xFF, 0xFE, 0x00, 0xD8], "surrogate"), ([0xFE, 0xFF, 0xDC, 0x00, 0, 0x61], "surrogate"),
            ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"),
            ([0x61, 0, 0x62, 0], "without a byte order mark"),
            ([0, 0x61], "without a byte order mark"),
        ] as [([UInt8], String)]
    )
    func refused(bytes: [UInt8], word: String) {
        let error = #expect(throws: DocumentError.self) { try TextEncoding.decode(bytes) }
        #expect(error?.reason.contains(word) == true, "\(error?.reason ?? "")")
    }
}
