public import Numerics

/// A specification's points on the first two principal components of what it stands for.
///
/// The components are those of the weighted points: of Σⱼ |βⱼ| (zⱼ − m)(zⱼ − m)ᵀ, where m is their weighted mean.
public struct PrincipalPlane: Sendable {
    /// One point.
    public struct Point: Hashable, Sendable {
        /// On the first component.
        public let x: Double
        /// On the second; 0 where there is none.
        public let y: Double
        /// β.
        public let weight: Double

        package init(x: Double, y: Double, weight: Double) {
            self.x = x
            self.y = y
            self.weight = weight
        }
    }

    /// The points in their order.
    public let points: [Point]
    /// Which part of the variance the components have.
    public let shares: (Double, Double)

    /// - Parameters:
    ///   - specified: z, (K × d).
    ///   - weights: β, K numbers.
    /// - Throws: ``SpecificationError`` when LAPACK finds no components.
    /// - Complexity: O(min(K, d)³ + K d min(K, d)).
    public init(_ specified: Matrix<Double>, weights: [Double]) throws(SpecificationError) {
        precondition(weights.count == specified.rows, "every point has a weight")
        let (count, dimension) = (specified.rows, specified.columns)
        let sum = weights.reduce(0) { $0 + $1.magnitude }
        let shares = weights.map { sum > 0 ? $0.magnitude / sum : 1 / Double(count) }
        var centered = specified
        for axis in 0..<dimension {
            let mean = (0..<count).reduce(0) { $0 + shares[$1] * centered[$1, axis] }
            for row in 0..<count { centered[row, axis] -= mean }
        }
        var scaled = centered
        for row in 0..<count {
            for axis in 0..<dimension { scaled[row, axis] *= shares[row].squareRoot() }
        }
        let axes = try numeric { () throws(NumericsError) in try Self.axes(scaled) }
        let total = scaled.elements.reduce(0) { $0 + $1 * $1 }
        self.shares = total > 0 ? (axes.0.variance / total, axes.1.variance / total) : (0, 0)
        points = (0..<count).map { row in
            let place = Array(centered.row(row))
            return Point(
                x: place.dot(axes.0.direction),
                y: place.dot(axes.1.direction),
                weight: weights[row]
            )
        }
    }

    /// - Parameter specification: K points of d numbers.
    /// - Throws: ``SpecificationError`` when LAPACK finds no components.
    public init(_ specification: RKMETableSpecification) throws(SpecificationError) {
        try self.init(specification.points, weights: specification.weights)
    }

    private typealias Axis = (direction: [Double], variance: Double)

    /// The two directions of greatest variance, from the smaller of both Gram matrices.
    private static func axes(_ scaled: Matrix<Double>) throws(NumericsError) -> (Axis, Axis) {
        let isWide = scaled.columns > scaled.rows
        let gram =
            isWide
            ? try Matrix.product(.plain(scaled), .transposed(scaled))
            : try Matrix.product(.transposed(scaled), .plain(scaled))
        let (values, vectors) = try gram.symmetricEigen()
        func axis(_ order: Int) -> Axis {
            let column = values.count - 1 - order
            guard column >= 0, values[column] > 0 else { return ([Double](repeating: 0, count: scaled.columns), 0) }
            let vector = (0..<vectors.rows).map { vectors[$0, column] }
            guard isWide else { return (upright(vector), values[column]) }
            let length = values[column].squareRoot()
            let direction = (0..<scaled.columns).map { axis in
                (0..<scaled.rows).reduce(0) { $0 + scaled[$1, axis] * vector[$1] } / length
            }
            return (upright(direction), values[column])
        }
        return (axis(0), axis(1))
    }

    /// Of both signs of a direction, the one whose largest number is positive, so that pictures do not flip.
    private static func upright(_ direction: [Double]) -> [Double] {
        let largest = direction.max { $0.magnitude < $1.magnitude } ?? 0
        return largest < 0 ? direction.map { -$0 } : direction
    }
}
