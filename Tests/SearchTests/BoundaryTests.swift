import Numerics
import Search
import Specifications
import TestSupport
import Testing

@Suite("Searching at the edges")
struct BoundaryTests {
    private func candidate(_ id: String, _ points: Matrix<Double>, weights: [Double]? = nil) throws -> SearchCandidate {
        SearchCandidate(id: id, semantic: nil, statistical: try Market.specification(points, weights: weights))
    }

    @Test("Nobody and one are searched too")
    func few() throws {
        let user = try Market.user([(1, 20)], columns: 3)
        let query = SearchQuery(specification: user)
        for isCompatible in [false, true] {
            var options = SearchOptions()
            options.isCompatible = isCompatible
            let empty = try SearchIndex([SearchCandidate]()).search(query, options: options)
            #expect(empty == SearchAnswer())
            let one = try SearchIndex([candidate("a", Market.points(task: 1, 9, columns: 3, seed: 3))])
            let answer = try one.search(query, options: options)
            #expect(answer.singles.map(\.id) == ["a"] && answer.mixture == nil)
            // A lone candidate gets 1 from the Python package, whatever it is, and what it deserves from us.
            #expect(answer.singles[0].relativeScore == (isCompatible ? 1 : nil))
            #expect(answer.singles[0].score ?? 1 < 0.999)
        }
    }

    @Test("Two of one identifier are refused, and so are options that make no sense")
    func refusals() throws {
        let points = Market.points(task: 1, 9, columns: 3, seed: 3)
        let error = #expect(throws: SearchError.self) {
            try SearchIndex([candidate("twin", points), candidate("twin", points)])
        }
        #expect(error?.description.contains("'twin'") == true)
        // The same letter, written in two ways, is two identifiers.
        #expect(try SearchIndex([candidate("\u{e9}", points), candidate("e\u{301}", points)]).count == 2)
        let index = try SearchIndex([candidate("a", points)])
        for (limit, size) in [(0, 5), (-1, 5), (SearchOptions.largestLimit + 1, 5), (5, 0), (5, 33)] {
            var options = SearchOptions()
            (options.limit, options.mixtureSize) = (limit, size)
            #expect(throws: SearchError.self) { try index.search(SearchQuery(), options: options) }
        }
    }

    @Test("Huge numbers are left out or far away, and hurt nobody else", arguments: [3, 300])
    func huge(count: Int) throws {
        var candidates = try (0..<count).map {
            try candidate("\(1000 + $0)", Market.points(task: $0 % 3, 10, columns: 3, seed: UInt64($0)))
        }
        let points = Market.points(task: 1, 4, columns: 3, seed: 9)
        let far = Matrix<Double>(rows: 4, columns: 3, repeating: 1e200)
        candidates += try [
            candidate("0a", points, weights: [1e300, -1e300, 1e300, 1]),
            candidate("0b", points, weights: [1e30, -1e30, 1, 1]),
            candidate("0c", far),
            candidate("0d", points, weights: [0, 0, 0, 0]),
            candidate("0e", Matrix(rows: 4, columns: 3, repeating: -.greatestFiniteMagnitude)),
        ]
        let index = try SearchIndex(candidates)
        for method in SearchOptions.MixtureMethod.allCases {
            for isCompatible in [false, true] {
                var options = SearchOptions()
                (options.mixture, options.isCompatible, options.limit) = (method, isCompatible, 1000)
                let user = try Market.user([(0, 15), (1, 15)], columns: 3)
                let answer = try index.search(SearchQuery(specification: user), options: options)
                #expect(answer.singles.allSatisfy { $0.squaredDistance?.isFinite == true && $0.score?.isNaN == false })
                #expect(answer.singles.first?.id.hasPrefix("1") == true)
                #expect(answer.leftOut.contains { $0.description.contains("too large to be compared") })
                #expect(answer.mixture?.squaredDistance.isNaN != true)
            }
        }
        let query = SearchQuery(specification: try Market.specification(points, weights: [1e300, -1e300, 1e300, 1]))
        #expect(throws: SearchError.self) { try index.search(query) }
    }

    @Test("Who cannot be compared is counted, with the reason")
    func leftOut() throws {
        let points = Market.points(task: 1, 9, columns: 3, seed: 3)
        let candidates = try [
            candidate("a", points),
            candidate("b", Market.points(task: 1, 9, columns: 4, seed: 3)),
            SearchCandidate(id: "c", semantic: nil, statistical: Market.specification(points, gamma: 0.5)),
            SearchCandidate(id: "d", semantic: nil, statistical: Market.specification(points, gamma: 0.5)),
            SearchCandidate(id: "e", semantic: nil, statistical: nil as AnySpecification?),
        ]
        let index = try SearchIndex(candidates)
        let query = SearchQuery(specification: try Market.specification(points))
        let answer = try index.search(query)
        #expect(answer.singles.map(\.id) == ["a"])
        let sentences = answer.leftOut.map(\.description)
        #expect(sentences.count == 3 && answer.leftOut.map(\.count).reduce(0, +) == 4)
        #expect(sentences.contains { $0.hasPrefix("2 learnwares were") && $0.contains("gammas, 0.1 and 0.5") })
        #expect(sentences.contains { $0.hasPrefix("1 learnware was") && $0.contains("shape [3], the other of [4]") })
        #expect(sentences.contains { $0.contains("no statistical specification") })
        // The Python package compares across kernels all the same.
        var options = SearchOptions()
        options.isCompatible = true
        let compatible = try index.search(query, options: options)
        #expect(compatible.leftOut.map(\.count).reduce(0, +) == 2)
        let distance = try #require(candidates[0].statistical?.table).compatibleSquaredDistance(
            to: #require(candidates[2].statistical?.table)
        )
        let found = compatible.singles.first { $0.id == "c" }?.squaredDistance
        #expect(found == nil || abs((found ?? 0) - distance) < 1e-12)
    }

    @Test("Texts are found by whoever knows all of their languages")
    func languages() throws {
        func text(_ languages: [String]) throws -> AnySpecification {
            let points = Market.points(task: 1, 9, columns: 3, seed: 3)
            let table = try #require(Market.specification(points).table)
            return .text(try RKMETextSpecification(vectors: table, languages: languages, embedder: "abc"))
        }
        let candidates = try [("a", ["en"]), ("b", ["de", "en"]), ("c", []), ("d", ["zh-cn", "de"])].map {
            SearchCandidate(id: $0, semantic: nil, statistical: try text($1))
        }
        let index = try SearchIndex(candidates)
        for (languages, ids) in [
            (["en"], ["a", "b"]), (["en", "de"], ["b"]), ([], ["a", "b", "c", "d"]), (["fr"], []),
        ] {
            let answer = try index.search(SearchQuery(specification: text(languages)))
            #expect(answer.singles.map(\.id) == ids)
            #expect(answer.leftOut.map(\.count).reduce(0, +) == 4 - ids.count)
        }
    }

    @Test("Images are found, and mixtures of them")
    func images() throws {
        func images(_ level: Float, _ seed: UInt64, _ count: Int = 4) throws -> RKMEImageSpecification {
            var random = SeededRandom(seed: seed)
            let elements = (0..<count * 1024).map { level * Float($0 % 32) / 32 + 0.1 * Float(random.normal()) }
            let weights = [Double](repeating: 1 / Double(count), count: count)
            let points = Matrix<Float>(unchecked: elements, rows: count, columns: 1024)
            return try RKMEImageSpecification(points: points, channels: 1, weights: weights)
        }
        let levels: [Float] = [1, -1, 3, 1]
        let candidates = try levels.enumerated().map { place, level in
            try SearchCandidate(id: "\(place)", semantic: nil, statistical: images(level, UInt64(place)))
        }
        let (one, other) = (try images(1, 50), try images(-1, 60))
        let both = try RKMEImageSpecification(
            points: Matrix(unchecked: one.points.elements + other.points.elements, rows: 8, columns: 1024),
            channels: 1,
            weights: [Double](repeating: 0.125, count: 8)
        )
        let answer = try SearchIndex(candidates).search(SearchQuery(statistical: both))
        for hit in answer.singles {
            guard case .image(let specification)? = candidates[Int(hit.id) ?? 0].statistical else { continue }
            #expect(abs((hit.squaredDistance ?? .nan) - (try both.squaredDistance(to: specification))) < 1e-12)
        }
        let mixture = try #require(answer.mixture)
        #expect(mixture.members.contains { $0.id == "1" } && mixture.members.contains { $0.id == "0" || $0.id == "3" })
        #expect(mixture.members.map { $0.share ?? 0 }.reduce(0, +) > 0.99)
        var options = SearchOptions()
        options.isCompatible = true
        let compatible = try SearchIndex(candidates).search(SearchQuery(statistical: both), options: options)
        // Their distances are scored by 1 − exp(−d / 0.00005).
        var distances = compatible.singles.compactMap(\.squaredDistance)
        #expect(distances == distances.sorted() && !distances.isEmpty)
        distances = try candidates.map { candidate in
            guard case .image(let specification)? = candidate.statistical else { return .nan }
            return try both.squaredDistance(to: specification)
        }
        if let mixed = compatible.mixture?.squaredDistance { distances.append(mixed) }
        let scores = ScoreConversion.scores(distances.map(ScoreConversion.imageDistance))
        // One is always answered, and lifted to 0.6 when it is worse.
        #expect(abs((compatible.singles[0].relativeScore ?? .nan) - max(0.6, scores.prefix(4).max() ?? 0)) < 1e-6)
    }
}
