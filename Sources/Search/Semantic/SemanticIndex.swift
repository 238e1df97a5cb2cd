/// The words of all candidates, in the order of their identifiers.
struct SemanticIndex: Sendable {
    private let ids: [[UInt8]]
    private let entries: [SemanticEntry]
    private let text: TextIndex

    /// A candidate's place and how well it answers the words.
    struct Find {
        var place: Int
        var relevance: Double?
    }

    /// The Python package cuts what it finds nearly so.
    private static let mostNearFinds = 50_000

    init(_ candidates: [SearchCandidate]) {
        ids = candidates.map { Array($0.id.utf8) }
        entries = candidates.map { SemanticEntry($0.semantic) }
        text = TextIndex(entries)
    }

    /// Who answers a query.
    ///
    /// - Parameters:
    ///   - query: what is asked for.
    ///   - isRanked: whether those that hold the name are ordered by their relevance too.
    /// - Returns: by relevance where there is one, and in the order of their identifiers.
    /// - Throws: ``SearchError`` when a text of the query is too long.
    func finds(_ query: SemanticQuery, isRanked: Bool) throws(SearchError) -> [Find] {
        try query.validate()
        // Comparing many with nothing takes time too.
        if query == SemanticQuery() { return entries.indices.map { Find(place: $0) } }
        let id = Array(query.id.utf8)
        var finds: [Find] = []
        for place in entries.indices {
            guard id.isEmpty || (query.matching == .exact ? ids[place] == id : Bytes.contains(ids[place], id)),
                entries[place].passes(query)
            else { continue }
            finds.append(Find(place: place))
        }
        if query.matching == .exact, !query.description.isEmpty {
            let description = Array(query.description.lowercased().utf8)
            finds.removeAll { !entries[$0.place].holds(description) }
        }
        if !query.name.isEmpty { finds = named(query, among: finds, isRanked: isRanked) }
        if !query.words.isEmpty {
            let relevances = text.relevances(query.words)
            finds = finds.compactMap { find in
                let relevance = relevances[find.place]
                guard relevance > 0 else { return nil }
                // Both were asked for, so both count.
                return Find(place: find.place, relevance: find.relevance.map { ($0 + relevance) / 2 } ?? relevance)
            }
            Self.sort(&finds)
        }
        return finds
    }

    private func named(_ query: SemanticQuery, among finds: [Find], isRanked: Bool) -> [Find] {
        let lower = query.name.lowercased()
        let bytes = Array(lower.utf8)
        var holding = finds.filter { entries[$0.place].holds(bytes) }
        if !holding.isEmpty || query.matching == .exact {
            guard isRanked else { return holding }
            let relevances = text.relevances(query.name)
            for index in holding.indices { holding[index].relevance = relevances[holding[index].place] }
            Self.sort(&holding)
            return holding
        }
        let ratio = PartialRatio(query.name)
        var near = finds.compactMap { find -> Find? in
            let entry = entries[find.place]
            let best = max(
                ratio.ratio(to: entry.name, cutoff: SearchOptions.fuzziness),
                ratio.ratio(to: entry.description, cutoff: SearchOptions.fuzziness)
            )
            return best >= SearchOptions.fuzziness ? Find(place: find.place, relevance: best / 100) : nil
        }
        Self.sort(&near)
        return Array(near.prefix(Self.mostNearFinds))
    }

    private static func sort(_ finds: inout [Find]) {
        finds.sort { ($1.relevance ?? 0, $0.place) < ($0.relevance ?? 0, $1.place) }
    }
}
