import CNumerics

extension Matrix where Element == Double {
    /// ‖xᵢ − yⱼ‖² between all rows of this matrix and another.
    ///
    /// By ‖x‖² + ‖y‖² − 2 x·y, which is a matrix product, after both are moved by the mean of y; where that cancels
    /// (below 1e-6 of ‖x‖² + ‖y‖²), by the sum of squared differences. So each is within 1e-9 of itself, and equal rows
    /// are exactly 0 apart.
    ///
    /// - Parameters:
    ///   - other: y, (m × d), where this is (n × d).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (n × m).
    /// - Throws: ``NumericsError`` when the rows differ in length.
    /// - Complexity: O(n m d).
    public func squaredDistances(to other: Matrix, threads: Int? = nil) throws(NumericsError) -> Matrix {
        try values(.squaredDistance, against: other, threads: threads)
    }

    /// What is measured between all rows of this matrix and another's.
    func values(
        _ measure: PairBlock.Measure,
        against other: Matrix,
        threads: Int?
    ) throws(NumericsError) -> Matrix {
        try validateSameColumns(as: other)
        var result = Matrix(rows: rows, columns: other.rows)
        let anchors = Anchors(other)
        let pieces = Pieces(rows: rows)
        result.withElements { target in
            guard let target = target.baseAddress else { return }
            Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                block.forEach(in: pieces[piece], of: self, against: anchors, measure) { values in
                    let start = target + values.rows.lowerBound * anchors.count
                    start.update(from: values.block, count: values.rows.count * anchors.count)
                }
            }
        }
        return result
    }

    func validateSameColumns(as other: Matrix) throws(NumericsError) {
        guard columns == other.columns else {
            throw NumericsError(
                .wrongShape,
                "rows of \(columns) numbers cannot be compared with rows of \(other.columns)"
            )
        }
    }

    /// How far each row is from the nearest row of another matrix, squared, and which row that is.
    ///
    /// - Parameters:
    ///   - other: (m × d).
    ///   - skipsEqual: true when a row that is the same is no neighbour; then a row without another has infinity.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: n places of rows, the first of them in a tie, and n squared distances.
    /// - Throws: ``NumericsError`` when the rows differ in length.
    /// - Complexity: O(n m d).
    package func nearestRows(
        in other: Matrix,
        skipsEqual: Bool = false,
        threads: Int? = nil
    ) throws(NumericsError) -> (rows: [Int], squaredDistances: [Double]) {
        try validateSameColumns(as: other)
        let anchors = Anchors(self)
        let pieces = Pieces(rows: other.rows)
        let count = rows
        var least = [Double](repeating: .infinity, count: pieces.count * count)
        var places = [Int](repeating: 0, count: pieces.count * count)
        least.withUnsafeMutableBufferPointer { least in
            places.withUnsafeMutableBufferPointer { places in
                guard let least = least.baseAddress, let places = places.baseAddress else { return }
                Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                    block.forEach(in: pieces[piece], of: other, against: anchors, .squaredDistance) { values in
                        let rows = values.rows
                        if skipsEqual { lw_skip_zeros(values.block, rows.count * count) }
                        let start = piece * count
                        lw_column_minima(
                            values.block,
                            rows.count,
                            count,
                            rows.lowerBound,
                            least + start,
                            places + start
                        )
                    }
                }
            }
        }
        for start in stride(from: count, to: pieces.count * count, by: max(1, count)) {
            for row in 0..<count where least[start + row] < least[row] {
                least[row] = least[start + row]
                places[row] = places[start + row]
            }
        }
        return (Array(places.prefix(count)), Array(least.prefix(count)))
    }
}
