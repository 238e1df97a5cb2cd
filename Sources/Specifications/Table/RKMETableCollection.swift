import Numerics

/// Many specifications of one kernel key, ready to be compared with one after another.
///
/// Their points stand in one matrix and their inner products with themselves are known, so that a comparison costs one
/// kernel value for each pair of points and nothing else.
public struct RKMETableCollection: Sendable {
    /// What all of them share.
    public let kernelKey: KernelKey
    /// ⟨b, b⟩ of each.
    public let squaredNorms: [Double]
    private let kernel: GaussianKernel
    /// All points, one specification after another.
    private let points: Matrix<Double>
    private let weights: [Double]
    /// Where each specification's points begin, and where the last ends.
    private let starts: [Int]

    /// How many specifications there are.
    public var count: Int { squaredNorms.count }

    /// - Parameters:
    ///   - specifications: at least one, all of one kernel key.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Throws: ``SpecificationError`` that names the first with another key.
    /// - Complexity: O(N K² d) for N specifications of K points.
    public init(_ specifications: [RKMETableSpecification], threads: Int? = nil) throws(SpecificationError) {
        guard let first = specifications.first else {
            throw SpecificationError(.invalidOption, "there is no specification to compare with")
        }
        kernelKey = first.kernelKey
        kernel = try first.kernel
        for (place, specification) in specifications.enumerated() {
            if let difference = specification.kernelKey.difference(from: kernelKey) {
                throw SpecificationError(
                    .kernelMismatch,
                    "specification \(place) cannot be compared with the first: \(difference)"
                )
            }
        }
        var starts = [0]
        var elements: [Double] = []
        for specification in specifications {
            starts.append(starts[starts.count - 1] + specification.points.rows)
            elements += specification.points.elements
        }
        self.starts = starts
        weights = specifications.flatMap(\.weights)
        points = Matrix(unchecked: elements, rows: weights.count, columns: first.points.columns)
        let kernel = kernel
        squaredNorms = try numeric { () throws(NumericsError) in
            try kernel.squaredNorms(specifications.map { ($0.points, $0.weights) }, threads: threads)
        }
    }

    /// ⟨a, b⟩ with each of them.
    ///
    /// - Parameters:
    ///   - specification: a, of the same kernel key.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: N inner products.
    /// - Throws: ``SpecificationError`` when the key differs.
    /// - Complexity: O(N K² d).
    public func innerProducts(
        with specification: RKMETableSpecification,
        threads: Int? = nil
    ) throws(SpecificationError) -> [Double] {
        try specification.kernelKey.validateSame(as: kernelKey)
        let values = try numeric { () throws(NumericsError) in
            try kernel.weightedValues(specification.points, specification.weights, at: points, threads: threads)
        }
        return (0..<count).map { place in
            var sum = 0.0
            for point in starts[place]..<starts[place + 1] { sum += weights[point] * values[point] }
            return sum
        }
    }

    /// The squared MMD from a specification to each of them.
    ///
    /// - Parameters:
    ///   - specification: a, of the same kernel key.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: N squared distances, at least 0.
    /// - Throws: ``SpecificationError`` when the key differs.
    /// - Complexity: O(N K² d).
    public func squaredDistances(
        from specification: RKMETableSpecification,
        threads: Int? = nil
    ) throws(SpecificationError) -> [Double] {
        let own = try specification.innerProduct(with: specification)
        let cross = try innerProducts(with: specification, threads: threads)
        return zip(cross, squaredNorms).map { max(0, own - 2 * $0 + $1) }
    }
}
