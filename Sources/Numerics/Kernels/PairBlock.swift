import CNumerics

/// Rows that others are compared with: moved to an origin, with their squares.
///
/// ‖x − y‖² = ‖x‖² + ‖y‖² − 2 x·y loses digits to the length of x and y, so both are moved to the middle first.
package struct Anchors: Sendable {
    package let count: Int
    package let dimension: Int
    package let origin: [Double]
    let centered: [Double]
    let squares: [Double]

    /// - Parameters:
    ///   - points: (k × d).
    ///   - origin: what is taken from every row; nil for the mean of the points.
    package init(_ points: Matrix<Double>, origin: [Double]? = nil) {
        count = points.rows
        dimension = points.columns
        let chosen = origin ?? points.columnMeans
        self.origin = chosen
        var squares = [Double](repeating: 0, count: points.rows)
        centered = [Double](unsafeUninitializedCapacity: points.elements.count) { buffer, filled in
            filled = points.elements.count
            guard let target = buffer.baseAddress else { return }
            lw_center_rows(points.elements, points.rows, points.columns, chosen, target, &squares)
        }
        self.squares = squares
    }
}

/// What one thread needs to compare a few rows with ``Anchors``.
package struct PairBlock {
    /// Rows at a time: their numbers and the block stay in the second-level cache.
    package static let height = 128

    private let height: Int
    private var centered: [Double]
    private var squares: [Double]
    private var block: [Double]

    /// - Parameters:
    ///   - anchors: what rows will be compared with.
    ///   - height: how many rows at a time.
    package init(anchors: Anchors, height: Int = Self.height) {
        self.height = height
        centered = [Double](repeating: 0, count: height * anchors.dimension)
        squares = [Double](repeating: 0, count: height)
        block = [Double](repeating: 0, count: height * anchors.count)
    }

    /// What a block of pairs is turned to.
    package enum Measure {
        case squaredDistance
        /// exp(−γ ‖x − y‖²).
        case gaussian(Double)
    }

    /// A block with its values, and the rows that they are of.
    package struct Values {
        /// (rows × anchors), row by row.
        package let block: UnsafeMutablePointer<Double>
        /// (rows × d): the rows less the anchors' origin.
        package let centered: UnsafePointer<Double>
        /// The rows as their places in the matrix.
        package let rows: Range<Int>
    }

    /// Calls a closure with blocks of values between some rows of a matrix and the anchors.
    ///
    /// - Parameters:
    ///   - range: which rows.
    ///   - x: (n × d).
    ///   - anchors: (k × d).
    ///   - measure: what is measured between them.
    ///   - body: gets one block after another.
    package mutating func forEach(
        in range: Range<Int>,
        of x: Matrix<Double>,
        against anchors: Anchors,
        _ measure: Measure,
        _ body: (Values) -> Void
    ) {
        precondition(x.columns == anchors.dimension, "rows and anchors have as many columns")
        guard anchors.count > 0, anchors.dimension > 0 else { return }
        x.elements.withUnsafeBufferPointer { source in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: height) {
                let rows = start..<min(start + height, range.upperBound)
                guard let source = source.baseAddress else { return }
                withBlock(source + start * x.columns, rows, anchors, measure, body)
            }
        }
    }

    private mutating func withBlock(
        _ source: UnsafePointer<Double>,
        _ rows: Range<Int>,
        _ anchors: Anchors,
        _ measure: Measure,
        _ body: (Values) -> Void
    ) {
        let dimension = anchors.dimension
        centered.withUnsafeMutableBufferPointer { centered in
            block.withUnsafeMutableBufferPointer { block in
                guard let centered = centered.baseAddress, let block = block.baseAddress else { return }
                lw_center_rows(source, rows.count, dimension, anchors.origin, centered, &squares)
                anchors.centered.withUnsafeBufferPointer { points in
                    guard let points = points.baseAddress else { return }
                    BLAS.multiply(
                        (rows.count, anchors.count, dimension),
                        .init(centered, stride: dimension),
                        .init(points, stride: dimension, isTransposed: true),
                        into: (block, stride: anchors.count)
                    )
                    anchors.squares.withUnsafeBufferPointer { pointSquares in
                        squares.withUnsafeBufferPointer { squares in
                            var pairs = lw_pairs(
                                block: block,
                                rows: rows.count,
                                columns: anchors.count,
                                stride: anchors.count,
                                x: centered,
                                y: points,
                                dimension: dimension,
                                x_squares: squares.baseAddress,
                                y_squares: pointSquares.baseAddress
                            )
                            switch measure {
                            case .squaredDistance: lw_squared_distances(&pairs)
                            case .gaussian(let gamma): lw_gaussian(&pairs, gamma)
                            }
                        }
                    }
                }
                body(Values(block: block, centered: UnsafePointer(centered), rows: rows))
            }
        }
    }
}

extension Matrix where Element == Double {
    /// The mean of each column, zeros where there is no row.
    package var columnMeans: [Double] {
        var sums = [Double](repeating: 0, count: columns)
        lw_add_columns(elements, rows, columns, columns, &sums)
        return rows == 0 ? sums : sums.map { $0 / Double(rows) }
    }
}
