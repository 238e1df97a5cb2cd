import Documents
import Search
import Specifications
import SystemPackage
import TestSupport
import Testing

@Suite("Our own search of the recorded market")
struct RecordedMarketTests {
    private func index() throws -> SearchIndex {
        try SearchIndex(Golden.candidates(Golden.json("market/search_results.json")["id2name"], withData: true))
    }

    private func user(_ name: String) throws -> AnySpecification {
        try AnySpecification(contentsOf: Golden.folder.appending("market/\(name)_spec.json"))
    }

    /// The Python package's `auto` loses a third of the data here.
    @Test("All three parts of a user's data are found", arguments: SearchOptions.MixtureMethod.allCases)
    func three(method: SearchOptions.MixtureMethod) throws {
        var options = SearchOptions()
        options.mixture = method
        let query = SearchQuery(specification: try user("U3_mix_30_30_40"))
        let mixture = try #require(try index().search(query, options: options).mixture)
        // 0 to 3, 4 to 6 and 7 to 9.
        let truth = ["00000003": 0.3, "00000004": 0.3, "00000005": 0.4]
        #expect(Set(mixture.members.map(\.id)) == Set(truth.keys))
        for member in mixture.members { #expect(abs(member.weight - (truth[member.id] ?? 0)) < 0.02) }
        #expect(abs(mixture.squaredDistance - 0.0023043945321621906) < 1e-6)
    }

    @Test("Words and data together give hits with both a relevance and a score, the nearest first")
    func both() throws {
        var semantic = SemanticQuery()
        semantic.words = "handwritten digits"
        semantic.filters = [.init("Task", .single, anyOf: ["Classification"])]
        let query = SearchQuery(semantic: semantic, specification: try user("U1_digits_0_3"))
        let answer = try index().search(query)
        #expect(answer.singles.first?.id == "00000003")
        #expect(answer.singles.allSatisfy { $0.relevance ?? 0 > 0 && $0.score != nil })
        let distances = answer.singles.compactMap(\.squaredDistance)
        #expect(distances == distances.sorted() && distances.count == 4)
        // A score means the same when fewer are compared; the package's does not.
        semantic.words = "0 to 3"
        let fewer = try index().search(SearchQuery(semantic: semantic, specification: try user("U1_digits_0_3")))
        #expect(fewer.singles.first?.score == answer.singles.first?.score)
    }
}
