import Numerics

/// The Python package's scores: distances of one answer against each other.
///
/// The farthest always gets 0 and the nearest from 0.92 to 1, so they say nothing across queries.
package enum ScoreConversion {
    /// What the nearest is lifted to, when it would be less.
    private static let leastBest = 0.92
    /// Scores below this are made larger, by their root.
    private static let softened = 0.7
    /// Images' distances are of this size.
    private static let imageScale = 0.00005

    /// Distances to scores, in their order.
    ///
    /// - Parameter distances: finite.
    /// - Returns: one score for each.
    package static func scores(_ distances: [Double]) -> [Double] {
        guard let least = distances.min(), let most = distances.max() else { return [] }
        guard most > least else { return distances.map { _ in 1 } }
        var floor = 0.1 * distances.reduce(0, +) / Double(distances.count)
        if least < floor {
            floor = least
        } else if (most - least) / (most - floor) < leastBest {
            floor = most - (most - least) / leastBest
        }
        return distances.map { distance in
            let score = (most - distance) / (most - floor)
            return score < softened ? min(score.squareRoot(), softened) : score
        }
    }

    /// An image's distance as the Python package scores it: 1 − exp(−d / 0.00005).
    package static func imageDistance(_ distance: Double) -> Double {
        1 - Exponential.of(-distance / imageScale)
    }
}
