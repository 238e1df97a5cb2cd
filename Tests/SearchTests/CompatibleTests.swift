import Documents
import Numerics
import Search
import Specifications
import SystemPackage
import TestSupport
import Testing

@Suite("Searching by data, as the Python package does")
struct CompatibleTests {
    @Test("Distances become the recorded scores")
    func scores() throws {
        let cases = try Golden.json("score_conversion_cases.json").array ?? []
        #expect(cases.count == 12)
        for one in cases {
            let scores = ScoreConversion.scores(one["dist"]?.doubles ?? [])
            let expected = one["score"]?.doubles ?? []
            #expect(scores.count == expected.count)
            for (score, value) in zip(scores, expected) { #expect(abs(score - value) < 1e-9) }
        }
        #expect(ScoreConversion.scores([]).isEmpty)
        #expect(abs(ScoreConversion.imageDistance(0.00005) - 0.6321205588285577) < 1e-12)
    }

    /// The same answer as the recorded one, to 1e-6.
    private func check(_ answer: SearchAnswer, _ recorded: Node) {
        let label = "\(recorded["user"]?.string ?? "nobody"), \(recorded["method"]?.string ?? "")"
        let singles = recorded["single"]?.array ?? []
        #expect(answer.singles.map(\.id) == singles.map { $0["id"]?.string ?? "" }, "\(label)")
        let distances = recorded["internal_single"]?.array ?? []
        for (hit, single) in zip(answer.singles, singles) {
            guard let score = single["score"]?.number else {
                #expect(hit.relativeScore == nil)
                continue
            }
            #expect(abs((hit.relativeScore ?? .nan) - score) < 1e-6, "\(label)")
            let distance = distances.first { $0["id"]?.string == hit.id }?["dist"]?.number ?? .nan
            #expect(abs((hit.squaredDistance ?? .nan) - distance) < 1e-6, "\(label)")
        }
        guard let multiple = recorded["multiple"]?.array?.first else {
            #expect(answer.mixture == nil, "\(label)")
            return
        }
        #expect(answer.mixture?.members.map(\.id) == multiple["ids"]?.strings, "\(label)")
        #expect(abs((answer.mixture?.relativeScore ?? .nan) - (multiple["score"]?.number ?? .nan)) < 1e-6)
        let inside = recorded["internal_mixture"]
        #expect(abs((answer.mixture?.squaredDistance ?? .nan) - (inside?["dist"]?.number ?? .nan)) < 1e-6)
        for (member, weight) in zip(answer.mixture?.members ?? [], inside?["weights"]?.doubles ?? []) {
            #expect(abs(member.weight - weight) < 1e-6, "\(label)")
        }
    }

    @Test("The recorded market answers as it did")
    func market() throws {
        #expect(Checkout.golden != nil || !Checkout.isCI, "the texts' specifications are not here")
        let results = try Golden.json("market/search_results.json")
        let index = try SearchIndex(Golden.candidates(results["id2name"], withData: true))
        var (compared, mixtures) = (0, 0)
        for recorded in results["searches"]?.array ?? [] {
            var query = SearchQuery(semantic: try SemanticQuery(recorded["semantic_spec"] ?? [:]))
            if let user = recorded["user"]?.string {
                var path = Golden.folder.appending("market/\(user)_spec.json")
                if user == "U7_text" {
                    guard let golden = Checkout.golden else { continue }
                    path = golden.appending("market/\(user)_spec.json")
                }
                query.statistical = try AnySpecification(contentsOf: path)
            }
            var options = SearchOptions()
            options.isCompatible = true
            options.mixture = recorded["method"]?.string == "auto" ? .auto : .greedy
            options.mixtureSize = recorded["max_search_num"]?.integer ?? 0
            let answer = try index.search(query, options: options)
            check(answer, recorded)
            compared += 1
            if answer.mixture != nil { mixtures += 1 }
        }
        #expect(compared >= 21 && mixtures >= 6)
    }

    @Test("A hundred specifications are ranked as they were")
    func hundred() throws {
        #expect(Checkout.golden != nil || !Checkout.isCI)
        guard let folder = Checkout.golden?.appending("search_bench_N100_D10") else { return }
        let candidates = try (Golden.json(folder.appending("specs.json")).members ?? []).map { member in
            let bytes = member.value.jsonBytes()
            return SearchCandidate(id: member.key, semantic: nil, statistical: try AnySpecification(json: bytes))
        }
        let results = try Golden.json(folder.appending("results.json"))
        let index = try SearchIndex(candidates)
        var options = SearchOptions()
        (options.isCompatible, options.limit) = (true, 100)
        let query = SearchQuery(specification: try AnySpecification(contentsOf: folder.appending("user_spec.json")))
        let answer = try index.search(query, options: options)
        let singles = results["single"]?.array ?? []
        #expect(answer.singles.map(\.id) == singles.map { $0.array?.first?.string ?? "" })
        for (hit, single) in zip(answer.singles, singles) {
            #expect(abs((hit.relativeScore ?? .nan) - (single.array?.last?.number ?? .nan)) < 1e-6)
        }
        let greedy = results["greedy"]
        #expect(answer.mixture?.members.map(\.id) == greedy?["ids"]?.strings)
        #expect(abs((answer.mixture?.squaredDistance ?? .nan) - (greedy?["dist"]?.number ?? .nan)) < 1e-6)
        for (member, weight) in zip(answer.mixture?.members ?? [], greedy?["weights"]?.doubles ?? []) {
            #expect(abs(member.weight - weight) < 1e-6)
        }
        // All distances, by our own search, which ranks the same numbers.
        options.isCompatible = false
        let recorded = results["dist"]?.array ?? []
        let own = try index.search(query, options: options)
        #expect(own.singles.count == recorded.count)
        for (hit, pair) in zip(own.singles, recorded) {
            #expect(hit.id == pair.array?.first?.string)
            #expect(abs((hit.squaredDistance ?? .nan) - (pair.array?.last?.number ?? .nan)) < 1e-6)
        }
    }
}
