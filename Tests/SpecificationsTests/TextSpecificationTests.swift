import Documents
import Numerics
import Specifications
import SystemPackage
import Testing

@Suite("Specifications of texts")
struct TextSpecificationTests {
    /// Counts letters: texts of one language or subject are near, which is all that a test needs.
    struct LetterCounts: TextEmbedder {
        var digest = "sha256:letters"
        var lost = 0

        func embed(_ texts: [String]) throws -> Matrix<Double> {
            try Matrix(
                rows: texts.dropFirst(lost).map { text in
                    var counts = [Double](repeating: 0, count: 27)
                    for byte in text.lowercased().utf8 { counts[byte >= 97 && byte <= 122 ? Int(byte) - 97 : 26] += 1 }
                    return counts.map { $0 / Double(max(1, text.utf8.count)) * 10 }
                }
            )
        }
    }

    private static let trusted = TrustedEmbedders(["sha256:letters"])

    private static var texts: [String] {
        get throws { try Golden.json("text/texts.json").array?.compactMap(\.string) ?? [] }
    }

    private static func golden(_ name: String) throws -> RKMETextSpecification {
        try RKMETextSpecification(contentsOf: Golden.folder.appending("text/\(name).json"))
    }

    @Test("The Python package's files are read, and their distance is what it computed")
    func golden() throws {
        let (user, learnware) = (try Self.golden("user"), try Self.golden("learnware"))
        #expect(user.languages == ["en"])
        #expect(user.embedder == nil)
        #expect(user.vectors.points.columns == 384)
        #expect(user.vectors.rowCount == 120)
        // From the package's own search; each of its three terms is near 1.
        #expect(abs(try user.squaredDistance(to: learnware) - 0.001645908218850134) < 1e-12)
    }

    @Test("Files are written with the Python package's keys in its order", arguments: ["user", "learnware"])
    func roundTrip(name: String) throws {
        let specification = try Self.golden(name)
        let node = try JSON.parse(specification.jsonBytes(), limits: .data)
        #expect(node.members?.map(\.key) == ["z", "beta", "gamma", "num_points", "type", "language"])
        let isSame = node == (try Golden.json("text/\(name).json"))
        #expect(isSame)
    }

    @Test("Texts are fitted by their vectors, and language and embedder are recorded")
    func fitting() throws {
        var options = RKMETableOptions()
        options.pointCount = 10
        let texts = try Self.texts
        let one = try RKMETextSpecification(
            fitting: texts,
            embedder: LetterCounts(),
            trusted: Self.trusted,
            options: options
        )
        #expect(one.languages == ["en"])
        #expect(one.embedder == "sha256:letters")
        #expect(one.vectors.rowCount == texts.count)
        let again = try RKMETextSpecification(json: one.jsonBytes())
        #expect(again.kernelKey == one.kernelKey)
        #expect(try again.squaredDistance(to: one) < 1e-12)
        let table = try RKMETableSpecification(fitting: LetterCounts().embed(texts), options: options)
        #expect(table.points == one.vectors.points)
        let keys = one.node.members?.map(\.key) ?? []
        #expect(keys.prefix(7) == ["z", "beta", "gamma", "num_points", "type", "language", "embedder"])
    }

    @Test("Vectors of two embedders are not compared")
    func embedders() throws {
        var options = RKMETableOptions()
        options.pointCount = 4
        let texts = Array(try Self.texts.prefix(20))
        let specifications = try ["sha256:letters", "sha256:other"].map { digest in
            try RKMETextSpecification(
                fitting: texts,
                embedder: LetterCounts(digest: digest),
                trusted: TrustedEmbedders([digest]),
                options: options
            )
        }
        let error = try #require(throws: SpecificationError.self) {
            try specifications[0].squaredDistance(to: specifications[1])
        }
        #expect(error.code == .kernelMismatch)
    }

    @Test("An embedder that the user did not list never sees a text")
    func untrusted() throws {
        struct Thief: TextEmbedder {
            var digest: String { "sha256:thief" }
            func embed(_ texts: [String]) throws -> Matrix<Double> {
                Issue.record("the texts were handed out")
                return Matrix(rows: texts.count, columns: 1)
            }
        }
        let error = try #require(throws: SpecificationError.self) {
            try RKMETextSpecification(fitting: ["private"], embedder: Thief(), trusted: Self.trusted)
        }
        #expect(error.description.contains("sha256:thief is not among those that are trusted"))
    }

    @Test("An embedder that loses texts, or gives no numbers, is refused")
    func brokenEmbedders() throws {
        struct Broken: TextEmbedder {
            var digest: String { "sha256:letters" }
            func embed(_ texts: [String]) throws -> Matrix<Double> {
                Matrix(rows: texts.count, columns: 3, repeating: .nan)
            }
        }
        let lost = try #require(throws: SpecificationError.self) {
            try RKMETextSpecification(fitting: ["a", "b"], embedder: LetterCounts(lost: 1), trusted: Self.trusted)
        }
        #expect(lost.description == "the embedder gave 1 vectors of 27 numbers for 2 texts")
        let broken = try #require(throws: SpecificationError.self) {
            try RKMETextSpecification(fitting: ["a", "b"], embedder: Broken(), trusted: Self.trusted)
        }
        #expect(broken.description == "the embedder's vector for text 0 holds a number that is not finite")
        #expect(throws: SpecificationError.self) {
            try RKMETextSpecification(fitting: [], embedder: LetterCounts(), trusted: Self.trusted)
        }
    }

    @Test(
        "A file that is wrong is refused by key and index",
        arguments: [
            (#""language":["en",5]"#, "'language[1]' is a number, not a text"),
            (#""language":"en""#, "'language' is a text, not a list"),
            (#""language":[""]"#, "'language[0]' is not the code of a language"),
            (#""language":[],"type":"RKMETableSpecification""#, "'type' is 'RKMETableSpecification'"),
            (#""embedder":7"#, "'embedder' is a number, not a text"),
            (#""gamma":-1"#, "'gamma' must be a number above 0"),
        ]
    )
    func faults(member: String, reason: String) throws {
        let text = #"{"z":[[1,2]],"beta":[1],"# + member + "}"
        let error = try #require(throws: SpecificationError.self) {
            try RKMETextSpecification(json: Array(text.utf8))
        }
        #expect(error.description.contains(reason))
    }

    @Test("Unknown keys are kept, and a file without language or type is read")
    func unknownKeys() throws {
        let specification = try RKMETextSpecification(json: Array(#"{"z":[[1,2]],"beta":[1],"cuda_idx":0}"#.utf8))
        #expect(specification.languages.isEmpty)
        let keys = specification.node.members?.map(\.key)
        #expect(keys == ["z", "beta", "gamma", "type", "language", "cuda_idx"])
    }
}
