import Documents
import Testing

@Suite("Reading JSON")
struct JSONReadingTests {
    @Test("gives the values that the text holds")
    func values() throws {
        let node = try JSON.parse(#" {"a": [1, -2.5, 1e3, true, null], "b": {"c": "x\ty"}} "#)
        #expect(node == ["a": [1, -2.5, 1000.0, true, nil], "b": ["c": "x\ty"]])
        #expect(node["a"]?.array?.first?.integer == 1)
        #expect(node["b"]?["c"]?.string == "x\ty")
    }

    @Test(
        "understands every escape",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u4E2D""#, "é中"), (#""\ud83d\ude00""#, "😀"),
            (#""é中😀""#, "é中😀"), (#""""#, ""),
        ]
    )
    func escapes(text: String, expected: String) throws {
        #expect(try JSON.parse(text).string == expected)
    }

    @Test("keeps whole numbers exact and gives the others the nearest Double")
    func numbers() throws {
        #expect(try JSON.parse("9223372036854775807").integer == .max)
        #expect(try JSON.parse("-9223372036854775808").integer == .min)
        #expect(try JSON.parse("9223372036854775808").number == 9_223_372_036_854_775_808)
        #expect(try JSON.parse("0.1").number == 0.1)
        #expect(try JSON.parse("1E-400").number == 0)
        #expect(try JSON.parse("-0").integer == 0)
    }

    static let refused: [(String, Int, Int)] = [
        ("", 1, 1), ("  ", 1, 3), ("{", 1, 2), ("[1,", 1, 4), ("[1,]", 1, 4), ("{\"a\":1,}", 1, 8), ("{a:1}", 1, 2),
        ("{'a':1}", 1, 2), ("{\"a\" 1}", 1, 6), ("{\"a\":}", 1, 6), ("[1 2]", 1, 4), ("01", 1, 2), ("+1", 1, 1),
        (".5", 1, 1), ("1.", 1, 3), ("1e", 1, 3), ("-", 1, 2), ("NaN", 1, 1), ("Infinity", 1, 1), ("-Infinity", 1, 2),
        ("tru", 1, 1), ("nul", 1, 1), ("\"a", 1, 1), ("\"\\x\"", 1, 2), ("\"\\u12g4\"", 1, 4), ("\"\\ud800\"", 1, 2),
        ("\"\\udc00\"", 1, 2), ("\"\\ud800\\u0041\"", 1, 2), ("\"a\nb\"", 1, 3), ("1 2", 1, 3), ("[1]\n\nx", 3, 1),
        ("{\"a\":1,\"a\":2}", 1, 8), ("[\n  1,\n  oops\n]", 3, 3), ("1e999", 1, 1), ("[1] // no", 1, 5),
        ("\u{FEFF}1", 1, 1),
    ]

    @Test("refuses what is not JSON, with line and column", arguments: refused)
    func refusal(text: String, line: Int, column: Int) {
        let error = #expect(throws: DocumentError.self) { try JSON.parse(text) }
        #expect(error?.position?.line == line, "\(error.map(\.description) ?? "")")
        if text != "\"\\u12g4\"" { #expect(error?.position?.column == column, "\(error.map(\.description) ?? "")") }
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]]
    )
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: DocumentError.self) { try JSON.parse([0x22] + bytes + [0x22]) }
    }

    @Test("remembers where each key and value stands")
    func positions() throws {
        let root = try JSON.parse("\n {\"a\": [1,\n  \"b\"],\r\n\t\"é\": {\"x\": null}, \"y\":true}")
        let members = try #require(root.members)
        func place(_ position: SourcePosition?) -> [Int] { position.map { [$0.line, $0.column] } ?? [] }
        #expect(place(root.position) == [2, 2])
        #expect(members.map { place($0.position) } == [[2, 3], [4, 2], [4, 21]])
        #expect(members.map { place($0.value.position) } == [[2, 8], [4, 8], [4, 25]])
        #expect(root["a"]?.array?.map { place($0.position) } == [[2, 9], [3, 3]])
        #expect(place(root["é"]?["x"]?.position) == [4, 14])
    }

    @Test("stays within its limits")
    func limits() throws {
        let limits = DocumentLimits(bytes: 40, depth: 3, nodes: 10)
        #expect(throws: DocumentError.self) { try JSON.parse(String(repeating: " ", count: 41), limits: limits) }
        #expect(throws: DocumentError.self) { try JSON.parse("[[[[1]]]]", limits: limits) }
        #expect(throws: DocumentError.self) { try JSON.parse("[0,0,0,0,0,0,0,0,0,0]", limits: limits) }
        #expect(try JSON.parse("[[[1]]]", limits: limits) == [[[1]]])
        #expect(throws: DocumentError.self) { try JSON.parse(String(repeating: "[", count: 100_000)) }
    }

    @Test("shows a foreign key in a message without what a terminal obeys")
    func foreignKey() {
        let error = #expect(throws: DocumentError.self) { try JSON.parse("{\"\\u001b[2J\":1,\"\\u001b[2J\":1}") }
        #expect(error?.reason.contains("\u{1B}") == false)
    }
}

@Suite("Writing JSON")
struct JSONWritingTests {
    @Test("comes back as the same value, on one line and indented")
    func roundTrip() throws {
        let node: Node = [
            "text": "quote \" slash \\ line\n tab\t bell\u{7} é 中 😀 \u{202E}\u{200B}\u{9B}31m\u{FEFF}\u{E0001}",
            "numbers": [0, -1, 1.5, 1e300, 2.5e-300, 0.1], "empty": [[], ["x": [:]]], "flags": [true, false, nil],
        ]
        #expect(try JSON.parse(node.json()) == node)
        #expect(try JSON.parse(node.json(pretty: true)) == node)
        #expect(!node.json().contains("\n"))
    }

    @Test("has nothing in it that a terminal obeys or that hides")
    func terminalSafe() {
        let text = Node("\u{1B}[2J \u{9B}31m \u{202E} \u{200B} \u{2028} \u{7F} \u{E0041}").json()
        #expect(text == #""\u001b[2J \u009b31m \u202e \u200b \u2028 \u007f \udb40\udc41""#)
    }

    @Test("says null for numbers that JSON cannot say")
    func nonFinite() {
        #expect(Node([Node(Double.nan), Node(Double.infinity), Node(-Double.infinity)]).json() == "[null,null,null]")
    }
}

@Suite("Foreign text")
struct PrintableTests {
    @Test(
        "shows what would move, hide or pose",
        arguments: [
            ("plain text, 100 % é 中 😀", "plain text, 100 % é 中 😀"), ("a\u{1B}[31mb", "a\\u{1b}[31mb"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{202E}txt.exe", "\\u{202e}txt.exe"), ("a\u{200B}b", "a\\u{200b}b"),
            ("a\u{A0}b", "a\\u{a0}b"), ("\u{9B}2J", "\\u{9b}2J"), ("\u{FEFF}a", "\\u{feff}a"),
            ("\u{3164}", "\\u{3164}"),
            ("a\u{2028}b", "a\\u{2028}b"), ("\u{E000}", "\\u{e000}"), ("a\u{7F}b", "a\\u{7f}b"), ("\0", "\\u{0}"),
        ]
    )
    func escapes(text: String, shown: String) {
        #expect("\(Printable(text))" == shown)
    }

    @Test("is cut at its limit")
    func limit() {
        #expect("\(Printable("abcdef", limit: 3))" == "abc…")
        #expect("\(Printable("abc", limit: 3))" == "abc")
        // Many combining marks make one character, but a row of scalars.
        #expect(
            Printable("a" + String(repeating: "\u{301}", count: 10_000), limit: 5).description.unicodeScalars.count == 6
        )
    }

    @Test("keeps the last lines of a block and marks each as quoted")
    func block() {
        let text = Printable.block("one\ntwo\u{1B}\nthree\n", lines: 2)
        #expect(text == "  | … (1 lines before these)\n  | two\\u{1b}\n  | three")
    }
}
