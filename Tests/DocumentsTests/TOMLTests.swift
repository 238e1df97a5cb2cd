import Documents
import Testing

@Suite("Reading TOML")
struct TOMLTests {
    @Test(
        "gives values their meaning",
        arguments: [
            ("1", 1), ("-17", -17), ("+3", 3), ("0x1F", 31), ("0o17", 15), ("0b101", 5), ("1_000", 1000), ("1.5", 1.5),
            ("-1.0e+3", -1000.0), ("1e3", 1000.0), ("true", true), ("false", false), ("'a\\n'", "a\\n"),
            ("\"a\\n\\u00e9\\U0001F600\"", "a\né😀"), ("\"\"\"\na\\\n   b\"\"\"", "ab"), ("'''a\n'b'''", "a\n'b"),
            ("\"\"\"a\"\"\"\"\"", "a\"\""), ("''", ""), ("[1, 2,]", [1, 2]), ("[\n1, # one\n2\n]", [1, 2]), ("[]", []),
            ("{a = 1, b.c = 'x'}", ["a": 1, "b": ["c": "x"]]), ("{}", Node(object: [])),
            ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"), ("2026-11-21 10:00:00", "2026-11-21 10:00:00"),
            ("2026-11-21", "2026-11-21"), ("10:00:00.5", "10:00:00.5"), ("inf", Node(.infinity)),
        ] as [(String, Node)]
    )
    func values(text: String, expected: Node) throws {
        let node = try TOML.parse("key = \(text)\n")["key"]
        #expect(node == expected, "\(node?.json() ?? "nothing")")
    }

    @Test("gives tables, dotted keys and arrays of tables, and where they stand")
    func tables() throws {
        let text = """
            top = 1
            [project]   # the first
            name = "x"
            urls."a b" = 'u'
            [[packages]]
            name = 'a'
            [packages.extra]
            k = 1
            [[packages]]
            name = 'b'
            [project.deep]
            v = 2
            """
        let node = try TOML.parse(text)
        #expect(
            node == [
                "top": 1, "project": ["name": "x", "urls": ["a b": "u"], "deep": ["v": 2]],
                "packages": [["name": "a", "extra": ["k": 1]], ["name": "b"]],
            ]
        )
        #expect(node["packages"]?.array?.last?["name"]?.position == SourcePosition(line: 10, column: 8))
        #expect(try TOML.parse("a = 1\r\nb = 2") == ["a": 1, "b": 2])
        #expect(try TOML.parse("").members?.isEmpty == true)
    }

    static let refused: [(String, Int, Int)] = [
        ("a = 1\na = 2", 2, 1), ("[a]\nb = 1\n[a]", 3, 2), ("a.b = 1\n[a]", 2, 2), ("a = {b = 1}\n[a.c]", 2, 2),
        ("a = {b = 1}\na.c = 2", 2, 1), ("[[a]]\n[a]", 2, 2), ("[a]\n[[a]]", 2, 3), ("a = [1]\n[[a]]", 2, 3),
        ("a = ", 1, 5), ("a", 1, 2), ("= 1", 1, 1), ("a = 1 b = 2", 1, 7), ("a = bare", 1, 5), ("a = 01", 1, 5),
        ("a = 1__0", 1, 5), ("a = _1", 1, 5), ("a = 1.", 1, 5), ("a = .5", 1, 5), ("a = 0x", 1, 5),
        ("a = 9223372036854775808", 1, 5), ("a = 1e999", 1, 5), ("a = \"x", 1, 5), ("a = \"x\ny\"", 1, 5),
        ("a = '\u{1}'", 1, 6), ("a = \"\\q\"", 1, 6), ("a = \"\\uD800\"", 1, 6), ("a = [1 2]", 1, 8),
        ("a = {b = 1,}", 1, 12),
        ("a = {b = 1\n}", 1, 11), ("[a", 1, 3), ("[]", 1, 2), ("[[a]", 1, 5), ("a = 1 # \u{1}", 1, 9),
        ("\"\"\"a\"\"\" = 1", 1, 1),
        ("a = 1\rb = 2", 1, 6), ("a = \"\"\"x\"\"\"\"\"\"", 1, 9),
    ]

    @Test("refuses what is no TOML, by line and column", arguments: refused)
    func refusal(text: String, line: Int, column: Int) {
        #expect {
            try TOML.parse(text)
        } throws: { error in
            (error as? DocumentError)?.position == SourcePosition(line: line, column: column)
        }
    }

    @Test("refuses what is not UTF-8, too large, too deep or too much")
    func limits() {
        let limits = DocumentLimits(bytes: 1000, depth: 4, nodes: 10)
        #expect(throws: DocumentError.self) { try TOML.parse(Array("a = '".utf8) + [0xFF] + Array("'".utf8)) }
        for text in [
            String(repeating: "#", count: 1001), "a = [[[[[1]]]]]", "a = {b={c={d={e=1}}}}", "a.b.c.d.e = 1",
            "[a.b.c.d.e]", "a = [1,1,1,1,1,1,1,1,1,1]",
        ] {
            #expect(throws: DocumentError.self, "\(text.prefix(40))") { try TOML.parse(text, limits: limits) }
        }
        #expect(throws: Never.self) { try TOML.parse("a = [[[1]]]", limits: limits) }
    }

    @Test("takes time that grows with the text alone")
    func time() throws {
        let limits = DocumentLimits(bytes: 8 << 20, depth: 16, nodes: 200_000)
        let begin = ContinuousClock.now
        _ = try TOML.parse(String(repeating: "[[a]]\nb = 1\n", count: 60_000), limits: limits)
        _ = try TOML.parse((0..<60_000).map { "k\($0) = '\($0)'\n" }.joined(), limits: limits)
        #expect(ContinuousClock.now - begin < .seconds(10))
    }
}
