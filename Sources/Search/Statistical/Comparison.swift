import Numerics

/// A query's data against some members of a block.
///
/// Holds two kinds of numbers: *estimates* for all members, which come from feature vectors where a block has them, and
/// *exact* ones for those that a decision is made about.
struct Comparison {
    let block: SpecificationBlock
    /// The members that are compared, ascending.
    let members: [Int]
    let query: Embedding
    /// ⟨u, u⟩.
    let own: Double
    /// Whether estimates are exact.
    let isExact: Bool
    /// Estimates of ⟨u, u⟩, ⟨u, i⟩ and ⟨i, i⟩.
    let ownEstimate: Double
    let crossEstimates: [Double]
    let normEstimates: [Double]
    private let threads: Int?
    /// Whether ⟨u, i⟩ is known exactly of all.
    private let knowsAll: Bool
    private var exactCross: [Double?]
    private var rowEstimates: [Int: [Double]] = [:]
    private var exactProducts: [Pair: Double] = [:]

    private struct Pair: Hashable {
        var first: Int
        var second: Int

        init(_ one: Int, _ other: Int) {
            first = min(one, other)
            second = max(one, other)
        }
    }

    /// Up to so many pairs of points all distances are computed; that takes 5 to 15 ms on two cores.
    private static let mostPairs = 4_000_000
    /// Estimates of the nearest are replaced by exact numbers: so many at least, and this many times those wanted.
    private static let leastExact = 256
    private static let exactFactor = 8

    /// - Parameters:
    ///   - block: whom the query is compared with.
    ///   - members: which of them.
    ///   - query: u, of the block's kernel key.
    ///   - options: whether everything is exact, and how many threads there are.
    /// - Throws: ``SearchError`` when the query's numbers are too large.
    init(
        _ block: SpecificationBlock,
        members: [Int],
        query: Embedding,
        options: SearchOptions
    ) throws(SearchError) {
        self.block = block
        self.members = members
        self.query = query
        threads = options.threads
        own = try block.squaredNorm(query)
        guard own.isFinite else {
            throw SearchError(.invalidQuery, "the query's specification has numbers too large to be compared")
        }
        let vector = options.isExact ? nil : try block.vector(query)
        let pairs = Double(block.pointCount(members)) * Double(query.count)
        knowsAll = vector == nil || pairs <= Double(Self.mostPairs)
        let exact = knowsAll ? try block.products(query, with: members, threads: threads) : []
        exactCross = knowsAll ? exact : [Double?](repeating: nil, count: members.count)
        if let features = block.features, let vector {
            let distances = features.squaredDistances(to: vector, threads: threads)
            let queryNorm = vector.reduce(0) { $0 + Double($1) * Double($1) }
            isExact = false
            ownEstimate = queryNorm
            normEstimates = members.map { features.squaredNorms[$0] }
            crossEstimates = members.map { (queryNorm + features.squaredNorms[$0] - distances[$0]) / 2 }
        } else {
            isExact = true
            ownEstimate = own
            normEstimates = members.map { block.squaredNorms[$0] }
            crossEstimates = exact
        }
    }

    var count: Int { members.count }

    /// The nearest members with their exact squared distances, ascending; of equals the first.
    mutating func nearest(_ number: Int) throws(SearchError) -> [(index: Int, squaredDistance: Double)] {
        var chosen = Array(0..<count)
        if !knowsAll {
            let estimates = chosen.map { index in
                let estimate = ownEstimate - 2 * crossEstimates[index] + normEstimates[index]
                return estimate.isFinite ? estimate : .infinity
            }
            chosen = Selection.least(max(Self.leastExact, Self.exactFactor * number), of: estimates)
            try computeCross(chosen)
        }
        var found: [(index: Int, squaredDistance: Double)] = []
        for index in chosen {
            let distance = try squaredDistance(index)
            if distance.isFinite { found.append((index, distance)) }
        }
        found.sort { ($0.squaredDistance, $0.index) < ($1.squaredDistance, $1.index) }
        return Array(found.prefix(number))
    }

    /// The exact squared distance of one member, at least 0; not finite where numbers are too large.
    mutating func squaredDistance(_ index: Int) throws(SearchError) -> Double {
        let distance = own - 2 * (try cross(index)) + norm(index)
        return distance < 0 ? 0 : distance
    }

    /// ⟨i, i⟩, exact.
    func norm(_ index: Int) -> Double { block.squaredNorms[members[index]] }

    /// ⟨u, i⟩, exact.
    mutating func cross(_ index: Int) throws(SearchError) -> Double {
        if let known = exactCross[index] { return known }
        try computeCross([index])
        return exactCross[index] ?? .nan
    }

    /// Computes ⟨u, i⟩ for several at once.
    mutating func computeCross(_ indices: [Int]) throws(SearchError) {
        let missing = indices.filter { exactCross[$0] == nil }
        guard !missing.isEmpty else { return }
        let values = try block.products(query, with: missing.map { members[$0] }, threads: threads)
        for (index, value) in zip(missing, values) { exactCross[index] = value }
    }

    /// Estimates of ⟨i, j⟩ for one i and all j.
    mutating func row(_ index: Int) throws(SearchError) -> [Double] {
        if let row = rowEstimates[index] { return row }
        var row: [Double]
        if !isExact, let features = block.features {
            let distances = features.squaredDistances(to: features.vector(of: members[index]), threads: threads)
            let norm = normEstimates[index]
            row = members.indices.map { (norm + normEstimates[$0] - distances[members[$0]]) / 2 }
        } else {
            row = try block.products(block.embedding(of: members[index]), with: members, threads: threads)
            row[index] = norm(index)
        }
        rowEstimates[index] = row
        return row
    }

    /// ⟨i, j⟩, exact.
    mutating func product(_ first: Int, _ second: Int) throws(SearchError) -> Double {
        if first == second { return norm(first) }
        if let known = exactProducts[Pair(first, second)] { return known }
        try computeProducts(first, with: [second])
        return exactProducts[Pair(first, second)] ?? .nan
    }

    /// Computes ⟨i, j⟩ for one i and several j at once.
    mutating func computeProducts(_ index: Int, with others: [Int]) throws(SearchError) {
        let missing = others.filter { $0 != index && exactProducts[Pair(index, $0)] == nil }
        guard !missing.isEmpty else { return }
        let values: [Double]
        if isExact {
            let row = try row(index)
            values = missing.map { row[$0] }
        } else {
            let embedding = block.embedding(of: members[index])
            values = try block.products(embedding, with: missing.map { members[$0] }, threads: threads)
        }
        for (other, value) in zip(missing, values) { exactProducts[Pair(index, other)] = value }
    }
}
