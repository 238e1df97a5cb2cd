import Numerics
import Specifications

extension AnySpecification {
    /// Rows like those that were specified, in the features that the model takes.
    ///
    /// - Returns: nil for texts, whose specification has vectors and no words, and for images, which it holds scaled and
    ///   standardised.
    func rows(_ count: Int, seed: UInt64) throws(SpecificationError) -> Matrix<Double>? {
        guard case .table(let specification) = self else { return nil }
        var rows = try specification.sample(count, seed: seed)
        guard let standardization = specification.standardization else { return rows }
        for row in 0..<rows.rows {
            for axis in 0..<rows.columns {
                rows[row, axis] = rows[row, axis] * standardization.scale[axis] + standardization.mean[axis]
            }
        }
        return rows
    }
}
