package import Numerics

/// Rows made ready for a kernel.
package enum TableData {
    /// Beyond this, squares of differences may overflow.
    private static let largestMagnitude = 1e150

    /// Puts a column's mean in the place of what is missing or infinite.
    ///
    /// - Parameters:
    ///   - rows: (n × d); NaN and infinities are missing values.
    ///   - roundsToFloat: whether each number becomes the nearest `Float`, as in the Python package.
    /// - Returns: finite numbers, (n × d).
    /// - Throws: ``SpecificationError`` when there is no row or no column, a column has no number, or one is too large.
    package static func repaired(_ rows: Matrix<Double>, roundsToFloat: Bool) throws(SpecificationError) -> Matrix<
        Double
    > {
        guard rows.rows > 0, rows.columns > 0 else {
            throw SpecificationError(.invalidData, "there are no rows to specify")
        }
        var result = rows
        let columns = rows.columns
        let limit = roundsToFloat ? Double(Float.greatestFiniteMagnitude) : largestMagnitude
        if let place = rows.elements.firstIndex(where: { $0.isFinite && $0.magnitude > limit }) {
            throw SpecificationError(
                .invalidData,
                "row \(place / columns), column \(place % columns) holds \(rows.elements[place]), more than \(limit)"
            )
        }
        if rows.elements.contains(where: { !$0.isFinite }) { try fillMissing(&result) }
        if roundsToFloat {
            result.withElements { elements in
                for place in elements.indices { elements[place] = Double(Float(elements[place])) }
            }
        }
        return result
    }

    private static func fillMissing(_ rows: inout Matrix<Double>) throws(SpecificationError) {
        let (count, columns) = (rows.rows, rows.columns)
        for column in 0..<columns {
            // Mean of parts, so that large numbers do not overflow their sum.
            var (mean, seen) = (0.0, 0.0)
            for row in 0..<count where rows[row, column].isFinite {
                seen += 1
                mean += (rows[row, column] - mean) / seen
            }
            guard seen > 0 else {
                throw SpecificationError(
                    .invalidData,
                    "column \(column) has no number: every value is missing, NaN or infinite"
                )
            }
            guard seen < Double(count) else { continue }
            for row in 0..<count where !rows[row, column].isFinite { rows[row, column] = mean }
        }
    }

    /// Mean and standard deviation (over n) of each column; 1 in the place of a deviation of 0.
    static func ownStandardization(_ rows: Matrix<Double>) throws(SpecificationError) -> Standardization {
        let mean = rows.columnMeans
        var squares = [Double](repeating: 0, count: rows.columns)
        for row in 0..<rows.rows {
            for column in 0..<rows.columns {
                let difference = rows[row, column] - mean[column]
                squares[column] += difference * difference
            }
        }
        let scale = zip(squares, mean).map { square, mean in
            let deviation = (square / Double(rows.rows)).squareRoot()
            // A constant column has a deviation of some roundings of its mean.
            return deviation > 1e-12 * mean.magnitude && deviation > 0 ? deviation : 1
        }
        return try Standardization(mean: mean, scale: scale)
    }

    static func standardized(_ rows: Matrix<Double>, _ standardization: Standardization) -> Matrix<Double> {
        var result = rows
        let columns = rows.columns
        result.withElements { elements in
            for place in elements.indices {
                let column = place % columns
                elements[place] = (elements[place] - standardization.mean[column]) / standardization.scale[column]
            }
        }
        return result
    }

    /// 1 / (2 m²), where m is the median distance between different rows of at most 1000.
    static func medianGamma(_ rows: Matrix<Double>, seed: UInt64) throws(SpecificationError) -> Double {
        var random = SeededRandom(seed: seed ^ 0x6D65_6469)
        let sample = rows.rows > 1000 ? rows.rows(at: random.distinctPlaces(1000, below: rows.rows)) : rows
        let squares = try numeric { () throws(NumericsError) in try sample.squaredDistances(to: sample) }
        var values: [Double] = []
        values.reserveCapacity(sample.rows * (sample.rows - 1) / 2)
        for row in 0..<sample.rows {
            for other in row + 1..<max(row + 1, sample.rows) where squares[row, other] > 0 {
                values.append(squares[row, other])
            }
        }
        values.sort()
        guard !values.isEmpty, case let gamma = 1 / (2 * values[values.count / 2]), gamma.isFinite, gamma > 0 else {
            throw SpecificationError(.invalidData, "no two rows differ, so there is no median distance; give a gamma")
        }
        return gamma
    }
}
