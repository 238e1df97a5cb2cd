import Numerics

/// Specifications as short vectors, for a first look at many.
struct FeatureBlock: Sendable {
    /// The numbers of a vector: distances are then off by about a tenth of themselves.
    private static let width = 256
    /// Only where there are so many is a first look worth it.
    private static let fewest = 256

    private let map: FourierFeatures
    /// (N × width).
    private let vectors: Matrix<Float>
    /// ‖vector‖² of each.
    let squaredNorms: [Double]

    /// - Returns: nil for a few, whose distances are computed in full.
    init?(_ kernel: GaussianKernel, _ sets: WeightedSets, threads: Int?) throws(SearchError) {
        guard sets.count >= Self.fewest else { return nil }
        let map = FourierFeatures(kernel, dimension: sets.points.columns, width: Self.width, seed: 2007)
        let vectors = try computed { () throws(NumericsError) in try map.vectors(of: sets, threads: threads) }
        self.map = map
        self.vectors = vectors
        squaredNorms = vectors.squaredDistances(ofRowsTo: Self.origin, threads: threads).map { Double($0) }
    }

    private static let origin = [Float](repeating: 0, count: width)

    /// The vector of weighted points; nil when it is not finite.
    func vector(_ points: Matrix<Double>, _ weights: [Double]) throws(SearchError) -> [Float]? {
        let vector = try computed { () throws(NumericsError) in
            try map.vectors(of: WeightedSets([(points, weights)], columns: points.columns), threads: 1).elements
        }
        return vector.allSatisfy(\.isFinite) ? vector : nil
    }

    /// The vector of a member.
    func vector(of member: Int) -> [Float] { Array(vectors.row(member)) }

    /// The squared distance of each member's vector to another; infinite for those whose numbers are too large.
    func squaredDistances(to vector: [Float], threads: Int?) -> [Double] {
        vectors.squaredDistances(ofRowsTo: vector, threads: threads).map { $0.isFinite ? Double($0) : .infinity }
    }
}
