import Numerics
import Specifications

/// All specifications of one kernel key, in the order of their candidates.
struct SpecificationBlock: Sendable {
    let key: KernelKey
    /// Which candidates they are of, ascending.
    let candidates: [Int]
    /// ⟨i, i⟩ of each; not finite where numbers are too large to be compared.
    let squaredNorms: [Double]
    /// The languages of texts; empty lists otherwise.
    let languages: [[String]]
    /// What a first look at many of them needs; nil for images.
    let features: FeatureBlock?
    private let content: Content

    private enum Content: Sendable {
        case points(GaussianKernel, WeightedSets)
        case images([ImageEmbedding])
    }

    var count: Int { candidates.count }

    init(
        _ members: [(candidate: Int, specification: AnySpecification)],
        key: KernelKey,
        threads: Int?
    ) throws(SearchError) {
        self.key = key
        candidates = members.map(\.candidate)
        languages = members.map { $0.specification.languages ?? [] }
        if let gamma = key.gamma {
            let sets = members.map { ($0.specification.points, $0.specification.weights) }
            let kernel = try computed { () throws(NumericsError) in try GaussianKernel(gamma: gamma) }
            let columns = sets.first?.0.columns ?? 0
            let block = try computed { () throws(NumericsError) in try WeightedSets(sets, columns: columns) }
            content = .points(kernel, block)
            squaredNorms = try computed { () throws(NumericsError) in try kernel.squaredNorms(sets, threads: threads) }
            features = try FeatureBlock(kernel, block, threads: threads)
        } else {
            var embeddings: [ImageEmbedding] = []
            for case .image(let images) in members.map(\.specification) {
                embeddings.append(
                    try computed { () throws(SpecificationError) in try ImageEmbedding(images, threads: threads) }
                )
            }
            content = .images(embeddings)
            squaredNorms = embeddings.map(\.selfProduct)
            features = nil
        }
    }

    /// How many points some members have together.
    func pointCount(_ members: [Int]) -> Int {
        switch content {
        case .points(_, let sets): members.reduce(0) { $0 + sets.rows(of: $1).count }
        case .images: members.count
        }
    }

    func embedding(of member: Int) -> Embedding {
        switch content {
        case .points(_, let sets): .points(sets.points(of: member), sets.weights(of: member))
        case .images(let images): .images(images[member])
        }
    }

    /// ⟨a, i⟩ with some members.
    ///
    /// - Parameters:
    ///   - embedding: a.
    ///   - members: which i.
    ///   - gamma: another γ than the key's, as the Python package has it; nil for the key's.
    ///   - threads: how many threads share the work.
    /// - Returns: one number for each of the members.
    /// - Throws: ``SearchError`` when images meet rows of numbers.
    func products(
        _ embedding: Embedding,
        with members: [Int],
        gamma: Double? = nil,
        threads: Int?
    ) throws(SearchError) -> [Double] {
        switch (content, embedding) {
        case (.points(let own, let sets), .points(let points, let weights)):
            return try computed { () throws(NumericsError) in
                let kernel = try gamma.map(GaussianKernel.init(gamma:)) ?? own
                return try kernel.products(points, weights, with: sets, at: members, threads: threads)
            }
        case (.images(let images), .images(let image)):
            let distances = try computed { () throws(SpecificationError) in
                try image.squaredDistances(to: members.map { images[$0] }, threads: threads)
            }
            return zip(members, distances).map { (image.selfProduct + squaredNorms[$0] - $1) / 2 }
        default:
            throw SearchError(.numerics, "images cannot be compared with rows of numbers")
        }
    }

    /// ⟨a, a⟩.
    func squaredNorm(_ embedding: Embedding, gamma: Double? = nil) throws(SearchError) -> Double {
        switch (content, embedding) {
        case (.points(let own, _), .points(let points, let weights)):
            try computed { () throws(NumericsError) in
                let kernel = try gamma.map(GaussianKernel.init(gamma:)) ?? own
                return try kernel.squaredNorms([(points, weights)], threads: 1).first ?? .nan
            }
        case (_, .images(let image)): image.selfProduct
        default: throw SearchError(.numerics, "images cannot be compared with rows of numbers")
        }
    }

    /// An embedding's value in each of another's points.
    func values(_ embedding: Embedding, in other: Embedding) throws(SearchError) -> [Double] {
        switch (content, embedding, other) {
        case (.points(let kernel, _), .points(let points, let weights), .points(let others, _)):
            try computed { () throws(NumericsError) in
                try kernel.weightedValues(points, weights, at: others, threads: 1)
            }
        case (_, .images(let image), .images(let other)):
            try computed { () throws(SpecificationError) in try other.values(of: image, threads: nil) }
        default: throw SearchError(.numerics, "images cannot be compared with rows of numbers")
        }
    }

    /// The feature vector of an embedding; nil where there is none, or it is not finite.
    func vector(_ embedding: Embedding) throws(SearchError) -> [Float]? {
        guard case .points(let points, let weights) = embedding, let features else { return nil }
        return try features.vector(points, weights)
    }
}
