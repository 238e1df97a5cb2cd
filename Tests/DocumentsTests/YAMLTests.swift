import Documents
import Testing

@Suite("Reading YAML")
struct YAMLTests {
    @Test(
        "gives plain scalars the meaning that PyYAML gives them",
        arguments: [
            ("1", 1), ("-17", -17), ("+3", 3), ("0x1F", 31), ("0b101", 5), ("017", 15), ("1_000", 1000), ("1.5", 1.5),
            ("-1.0e+3", -1000.0), (".5", 0.5), ("true", true), ("Yes", true), ("off", false), ("~", nil), ("null", nil),
            ("", nil), ("text", "text"), ("1.2.3", "1.2.3"), ("3.9", 3.9), ("1e3", "1e3"), ("08", "08"),
            ("0o17", "0o17"),
            ("1.5e3", "1.5e3"), ("-08", "-08"), ("0", 0), ("09.5", 9.5), ("'1'", "1"), ("\"true\"", "true"),
            ("!!str 1", "1"), ("!!int '7'", 7),
            ("2024-01-01", "2024-01-01"),
            ("numpy==1.2", "numpy==1.2"), ("1.", 1.0), ("+.inf", Node(.infinity)), ("-.INF", Node(-.infinity)),
        ] as [(String, Node)]
    )
    func scalars(text: String, expected: Node) throws {
        let node = try YAML.parse("key: \(text)")["key"]
        #expect(node == expected, "\(node?.json() ?? "nothing")")
    }

    @Test("gives lists, maps and where they stand")
    func positions() throws {
        let node = try YAML.parse("model:\n  kwargs: {a: [1, 2]}\n  class_name: Model\n")
        #expect(node == ["model": ["kwargs": ["a": [1, 2]], "class_name": "Model"]])
        #expect(node["model"]?["class_name"]?.position == SourcePosition(line: 3, column: 15))
        #expect(node["model"]?.members?.first?.position == SourcePosition(line: 2, column: 3))
    }

    @Test("reads python/tuple as a list that remembers it")
    func tuples() throws {
        let node = try YAML.parse("shape: !!python/tuple\n- 3\n- !!python/tuple [1]\nplain: [3]\n")
        let shape = try #require(node["shape"])
        #expect(shape.isTuple)
        #expect(shape.array?.first?.integer == 3)
        #expect(shape.array?.last?.isTuple == true)
        #expect(node["plain"]?.isTuple == false)
        #expect(try YAML.parse("a: !!python/tuple []")["a"]?.isTuple == true)
    }

    @Test("of an empty text is null", arguments: ["", "\n", "# nothing\n", "---\n"])
    func empty(text: String) throws {
        #expect(try YAML.parse(text).isNull)
    }

    static let hostile = [
        "a: !!python/object/apply:os.system ['touch /tmp/pwned']",
        "!!python/object/apply:os.system ['id']",
        "a: !!python/object:__main__.Evil {}",
        "a: !!python/object/new:type ['x', [], {}]",
        "a: !!python/name:os.system",
        "a: !!python/module:os",
        "a: !!python/tuple {b: 1}",
        "a: !!python/tuple text",
        "a: !custom 1",
        "a: !!binary aGVsbG8=",
        "a: !!set {x, y}",
        "a: !!omap [x: 1]",
        "a: !!timestamp 2024-01-01",
        "a: 1\na: 2",
        "{a: 1, a: 2}",
        "? [1, 2]\n: x",
        "? {a: b}\n: x",
        "a: &x 1\nb: *x",
        "a: &x [1]\nb: {<<: *x}",
        "a: *nowhere",
        "a: [1, 2",
        "a: {b: 1",
        "a: 'text",
        "a: b: c",
        "\ta: 1",
        "a: 1\n---\nb: 2\n",
        "- a\nb: 1",
        "%YAML 9.9\n---\na: 1",
        "a: \u{7}",
        "a: @at",
        "a: `tick`",
    ]

    @Test("refuses what makes objects, refers, repeats or is no YAML", arguments: hostile)
    func refusal(text: String) {
        #expect(throws: DocumentError.self) { try YAML.parse(text) }
    }

    @Test("names the place of a refused tag")
    func place() {
        let error = #expect(throws: DocumentError.self) {
            try YAML.parse("name: x\nmodel:\n  kwargs: !!python/object/apply:os.system ['id']\n")
        }
        #expect(error?.position?.line == 3)
        #expect(error?.reason.contains("python/object/apply:os.system") == true)
    }

    @Test("refuses a bomb of aliases in no time")
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            text += "a\(level): &a\(level) [" + (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", ") + "]\n"
        }
        let bomb = text
        let time = ContinuousClock().measure {
            #expect(throws: DocumentError.self) { try YAML.parse(bomb) }
        }
        #expect(time < .seconds(1))
    }

    @Test("refuses deep nesting, in flow and in block style", arguments: [17, 1000, 100_000])
    func deep(levels: Int) {
        #expect(throws: DocumentError.self) {
            try YAML.parse("a: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels))
        }
        #expect(throws: DocumentError.self) {
            try YAML.parse(String(repeating: "- ", count: levels) + "x")
        }
    }

    @Test("stays within its limits")
    func limits() throws {
        let limits = DocumentLimits(bytes: 100, depth: 4, nodes: 10)
        #expect(throws: DocumentError.self) { try YAML.parse(String(repeating: "#", count: 101), limits: limits) }
        #expect(throws: DocumentError.self) { try YAML.parse("[0,0,0,0,0,0,0,0,0,0]", limits: limits) }
        #expect(throws: DocumentError.self) { try YAML.parse([0x61, 0x3A, 0xFF]) }
    }

    @Test("lets an ampersand and a star stand in plain text")
    func plainSigns() throws {
        #expect(try YAML.parse("a: R&D *and* more\nb: \"&x *x\"\n") == ["a": "R&D *and* more", "b": "&x *x"])
    }
}
