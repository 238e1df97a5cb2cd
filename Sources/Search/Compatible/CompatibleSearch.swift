import Numerics
import Specifications

/// The Python package's statistical search, step by step, with its distances, its 25 nearest, and its scores.
struct CompatibleSearch {
    /// One specification of the type and shape that were asked for.
    struct Member {
        var candidate: Int
        var block: Int
        var place: Int
    }

    /// What it finds.
    struct Found {
        /// Those that are answered, the nearest first.
        var singles: [(candidate: Int, squaredDistance: Double, score: Double)] = []
        /// Of all that have a finite one.
        var distances: [(Int, Double)] = []
        var mixture: Mixture?
    }

    struct Mixture {
        var candidates: [Int]
        var weights: [Double]
        var squaredDistance: Double
        var score = 0.0
    }

    /// A chosen member more must bring the distance to this part of what it was.
    private static let leastImprovement = 0.95
    /// `auto` takes the heaviest until they have this share.
    private static let heaviestShare = 0.98
    /// Worse singles are not answered, but for one.
    private static let leastScore = 0.6

    let blocks: [SpecificationBlock]
    let query: AnySpecification
    let options: SearchOptions
    private let embedding: Embedding
    /// γ of the query, which it takes for the query's products with all.
    private var gamma: Double? { query.kernelKey.gamma }

    init(blocks: [SpecificationBlock], query: AnySpecification, options: SearchOptions) throws(SearchError) {
        self.blocks = blocks
        self.query = query
        self.options = options
        embedding = try Embedding(query, threads: options.threads)
    }

    func search(_ members: [Member]) throws(SearchError) -> Found {
        guard let first = members.first else { return Found() }
        let own = try blocks[first.block].squaredNorm(embedding, gamma: gamma)
        let cross = try products(embedding, gamma, members)
        var near: [Near] = []
        for (member, product) in zip(members, cross) {
            let distance = own - 2 * product + blocks[member.block].squaredNorms[member.place]
            if distance.isFinite { near.append(Near(member: member, cross: product, squaredDistance: distance)) }
        }
        // Not stable in itself: of equals the first candidate.
        near.sort { ($0.squaredDistance, $0.member.candidate) < ($1.squaredDistance, $1.member.candidate) }
        var found = Found()
        if let method = options.mixture, let nearest = near.first, nearest.squaredDistance > 0 {
            let front = Array(near.prefix(options.mixtureSize * options.mixtureSize))
            let program = try Program(search: self, front: front, own: own)
            let mixture =
                try method == .greedy ? program.greedy(options.mixtureSize) : program.auto(options.mixtureSize)
            if mixture.candidates.count > 1 { found.mixture = mixture }
        }
        score(near, &found)
        return found
    }

    private struct Near {
        var member: Member
        var cross: Double
        var squaredDistance: Double
    }

    /// Steps 4 to 7: images' distances, scores, and what is answered.
    private func score(_ near: [Near], _ found: inout Found) {
        var distances = near.map(\.squaredDistance)
        if let mixture = found.mixture { distances.append(mixture.squaredDistance) }
        if case .image = query { distances = distances.map(ScoreConversion.imageDistance) }
        var scores = ScoreConversion.scores(distances)
        if found.mixture != nil {
            let score = scores.removeLast()
            found.mixture?.score = score
            if let best = scores.first, (100 * score).rounded(.down) == (100 * best).rounded(.down) {
                found.mixture = nil
            }
        }
        let kept = max(min(1, scores.count), scores.count { $0 >= Self.leastScore })
        if kept == 1, let only = scores.first, only < Self.leastScore {
            let ratio = only < 1e-9 ? 100 : Self.leastScore / only
            scores[0] = Self.leastScore
            if let score = found.mixture?.score { found.mixture?.score = min(1, score * ratio) }
        }
        found.distances = near.map { ($0.member.candidate, $0.squaredDistance) }
        found.singles = (0..<kept).map { (near[$0].member.candidate, near[$0].squaredDistance, scores[$0]) }
    }

    private func products(_ embedding: Embedding, _ gamma: Double?, _ members: [Member]) throws(SearchError) -> [Double]
    {
        var products = [Double](repeating: .nan, count: members.count)
        for block in blocks.indices {
            let indices = members.indices.filter { members[$0].block == block }
            guard !indices.isEmpty else { continue }
            let values = try blocks[block].products(
                embedding,
                with: indices.map { members[$0].place },
                gamma: gamma,
                threads: options.threads
            )
            for (index, value) in zip(indices, values) { products[index] = value }
        }
        return products
    }

    /// The quadratic program over those that are near.
    private struct Program {
        let front: [Near]
        let own: Double
        /// ⟨i, j⟩ with i's γ.
        let gram: Matrix<Double>

        init(search: CompatibleSearch, front: [Near], own: Double) throws(SearchError) {
            self.front = front
            self.own = own
            var gram = Matrix<Double>(rows: front.count, columns: front.count)
            for (row, near) in front.enumerated() {
                let block = search.blocks[near.member.block]
                let others = front[row...].map(\.member)
                let embedding = block.embedding(of: near.member.place)
                let values = try search.products(embedding, block.key.gamma, Array(others))
                for (offset, value) in values.enumerated() {
                    gram[row, row + offset] = value
                    gram[row + offset, row] = value
                }
            }
            self.gram = gram
        }

        private func solve(_ chosen: [Int]) throws(SearchError) -> Mixture {
            var part = Matrix<Double>(rows: chosen.count, columns: chosen.count)
            for (row, index) in chosen.enumerated() {
                for (column, other) in chosen.enumerated() { part[row, column] = gram[index, other] }
            }
            let solution = try computed { () throws(NumericsError) in
                try SimplexProgram(quadratic: part, linear: chosen.map { front[$0].cross }).solve()
            }
            return Mixture(
                candidates: chosen.map { front[$0].member.candidate },
                weights: solution.weights,
                squaredDistance: own + 2 * solution.objective
            )
        }

        func greedy(_ size: Int) throws(SearchError) -> Mixture {
            var (chosen, mixture) = ([Int](), Mixture(candidates: [], weights: [], squaredDistance: .infinity))
            while chosen.count < min(size, front.count) {
                var best: (index: Int, mixture: Mixture)?
                for index in front.indices where !chosen.contains(index) {
                    let next = try solve(chosen + [index])
                    if next.squaredDistance < best?.mixture.squaredDistance ?? .infinity { best = (index, next) }
                }
                guard let best,
                    chosen.isEmpty
                        || best.mixture.squaredDistance <= CompatibleSearch.leastImprovement * mixture.squaredDistance
                else { break }
                chosen.append(best.index)
                mixture = best.mixture
            }
            return mixture
        }

        func auto(_ size: Int) throws(SearchError) -> Mixture {
            let weights = try solve(Array(front.indices)).weights
            var (chosen, share) = ([Int](), 0.0)
            for index in front.indices.sorted(by: { (weights[$1], $0) < (weights[$0], $1) }) {
                share += weights[index]
                if share > CompatibleSearch.heaviestShare { break }
                chosen.append(index)
            }
            // One alone is no mixture.
            guard chosen.count > 1 else { return Mixture(candidates: [], weights: [], squaredDistance: 0) }
            return try solve(Array(chosen.prefix(size)))
        }
    }
}
