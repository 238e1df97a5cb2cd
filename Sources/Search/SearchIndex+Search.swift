import Documents
import Specifications

extension SearchIndex {
    /// Finds learnwares for words, data, or both.
    ///
    /// Nothing of it depends on the order in which candidates were given, on chance, or on the number of threads.
    ///
    /// - Parameters:
    ///   - query: what is looked for.
    ///   - options: how.
    /// - Returns: singles, a mixture when one is nearer than any of them, and who was not compared.
    /// - Throws: ``SearchError`` when the query or an option makes no sense.
    /// - Complexity: O(N K² d) for N specifications of K points; for large N, O(N) and 256 comparisons in full.
    public func search(
        _ query: SearchQuery,
        options: SearchOptions = SearchOptions()
    ) throws(SearchError) -> SearchAnswer {
        try options.validate()
        let finds = try semantic.finds(query.semantic, isRanked: !options.isCompatible)
        var answer = SearchAnswer()
        if finds.count < count {
            answer.leftOut.append(.init(count: count - finds.count, reason: "what it is for is not what was asked for"))
        }
        guard let specification = query.statistical else {
            answer.singles = finds.prefix(options.limit).map { .init(id: ids[$0.place], relevance: $0.relevance) }
            return answer
        }
        let filtered = filter(finds, by: specification, options, &answer)
        if options.isCompatible {
            try searchCompatibly(filtered, specification, options, &answer)
        } else {
            try search(filtered, specification, options, &answer)
        }
        guard finds.first?.relevance != nil else { return answer }
        let wanted = Set(answer.singles.map(\.id))
        let relevances = finds.filter { wanted.contains(ids[$0.place]) }.map { (ids[$0.place], $0.relevance) }
        let found = Dictionary(uniqueKeysWithValues: relevances)
        for index in answer.singles.indices {
            answer.singles[index].relevance = found[answer.singles[index].id] ?? nil
        }
        return answer
    }

    /// The candidates whose data can be compared, ascending; says who is not among them, and why.
    private func filter(
        _ finds: [SemanticIndex.Find],
        by query: AnySpecification,
        _ options: SearchOptions,
        _ answer: inout SearchAnswer
    ) -> [Int] {
        let key = query.kernelKey
        let differences = blocks.map { block in
            options.isCompatible
                ? key.compatibleDifference(from: block.key) : key.difference(from: block.key)
        }
        let languages = Set(query.languages ?? [])
        var reasons: [String: Int] = [:]
        // Those that nobody ranked are in their order already.
        let found = finds.first?.relevance == nil ? finds.map(\.place) : finds.map(\.place).sorted()
        let kept = found.filter { candidate in
            guard let place = places[candidate] else {
                reasons["it has no statistical specification", default: 0] += 1
                return false
            }
            if let difference = differences[place.block] {
                reasons["its specification cannot be compared with the query's: \(difference)", default: 0] += 1
                return false
            }
            guard languages.isEmpty || languages.isSubset(of: blocks[place.block].languages[place.member]) else {
                let wanted = languages.sorted().map { "\(Printable($0, limit: 40))" }.joined(separator: ", ")
                reasons["it does not know all of the texts' languages (\(wanted))", default: 0] += 1
                return false
            }
            guard blocks[place.block].squaredNorms[place.member].isFinite else {
                reasons["its specification has numbers too large to be compared", default: 0] += 1
                return false
            }
            return true
        }
        answer.leftOut += reasons.sorted { $0.key < $1.key }.map { .init(count: $0.value, reason: $0.key) }
        return kept
    }

    private func search(
        _ candidates: [Int],
        _ query: AnySpecification,
        _ options: SearchOptions,
        _ answer: inout SearchAnswer
    ) throws(SearchError) {
        guard let place = candidates.first.flatMap({ places[$0] }) else { return }
        let block = blocks[place.block]
        let members = candidates.compactMap { places[$0]?.member }
        let embedding = try Embedding(query, threads: options.threads)
        var comparison = try Comparison(block, members: members, query: embedding, options: options)
        let nearest = try comparison.nearest(options.limit)
        let explanation = Explanation(block: block, query: embedding, own: comparison.own)
        for (index, distance) in nearest {
            let coverage = try explanation.coverage([block.embedding(of: members[index])], [1])
            answer.singles.append(
                .init(
                    id: ids[block.candidates[members[index]]],
                    squaredDistance: distance,
                    score: explanation.score(distance),
                    coverage: coverage.total
                )
            )
        }
        guard let method = options.mixture, options.mixtureSize > 1, let first = nearest.first else { return }
        var mixture = try comparison.greedyMixture(from: first.index, size: options.mixtureSize)
        if method == .auto { mixture = try comparison.fullMixture(from: mixture, size: options.mixtureSize) }
        guard mixture.members.count > 1,
            mixture.squaredDistance <= Comparison.leastImprovement * first.squaredDistance
        else { return }
        answer.mixture = try explanation.mixture(mixture, &comparison) { ids[block.candidates[members[$0]]] }
    }

    private func searchCompatibly(
        _ candidates: [Int],
        _ query: AnySpecification,
        _ options: SearchOptions,
        _ answer: inout SearchAnswer
    ) throws(SearchError) {
        let members = candidates.compactMap { candidate in
            places[candidate].map {
                CompatibleSearch.Member(candidate: candidate, block: $0.block, place: $0.member)
            }
        }
        let search = try CompatibleSearch(blocks: blocks, query: query, options: options)
        let found = try search.search(members)
        let norm = try members.first.map { first throws(SearchError) in
            try blocks[first.block].squaredNorm(
                Embedding(query, threads: options.threads),
                gamma: query.kernelKey.gamma
            )
        }
        func score(_ distance: Double) -> Double { Explanation.score(distance, own: norm ?? 0) }
        answer.singles = found.singles.prefix(options.limit).map {
            .init(
                id: ids[$0.candidate],
                squaredDistance: $0.squaredDistance,
                score: score($0.squaredDistance),
                relativeScore: $0.score
            )
        }
        guard let mixture = found.mixture else { return }
        let alone = Dictionary(uniqueKeysWithValues: found.distances)
        answer.mixture = .init(
            members: zip(mixture.candidates, mixture.weights).map { candidate, weight in
                .init(id: ids[candidate], weight: weight, squaredDistance: alone[candidate] ?? .nan)
            },
            squaredDistance: mixture.squaredDistance,
            score: score(mixture.squaredDistance),
            relativeScore: mixture.score
        )
    }
}

extension KernelKey {
    /// What the Python package asks for: type and shape, whatever γ is.
    fileprivate func compatibleDifference(from other: KernelKey) -> String? {
        KernelKey(type: type, shape: shape).difference(from: KernelKey(type: other.type, shape: other.shape))
    }
}
