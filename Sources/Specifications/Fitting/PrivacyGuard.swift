package import Numerics

/// Keeps the points of a specification away from the rows that they stand for.
///
/// A point may be a row, or as good as one, and then the specification shows it. So every point keeps farther from any
/// row than the 1st percentile of the distances that different rows have to their own nearest ones. This is no
/// differential privacy: it bounds nothing that is computed from many points.
package struct PrivacyGuard: Sendable {
    /// How far points must be from any row, squared; 0 when there are no two different rows to tell it from.
    package let squaredDistance: Double
    private let rows: Matrix<Double>
    private let threads: Int?

    /// How many rows' own nearest distances are looked at, and which part of them stands for the 1st percentile of all.
    ///
    /// A part of a sample that is two standard errors above 1 %, so that the bound is on its safe side.
    private static func sampling(of rows: Int) -> (queries: Int, part: Double) {
        if rows <= 1024 { return (rows, 0.01) }
        return rows <= 20_000 ? (1024, 0.017) : (512, 0.02)
    }

    /// - Parameters:
    ///   - rows: (n × d).
    ///   - seed: chooses the rows that are looked at, when they are many.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Throws: `NumericsError` when a computation fails.
    /// - Complexity: O(min(n, 1024) n d).
    package init(rows: Matrix<Double>, seed: UInt64, threads: Int?) throws(NumericsError) {
        self.rows = rows
        self.threads = threads
        var random = SeededRandom(seed: seed ^ 0x9E37)
        let (count, part) = Self.sampling(of: rows.rows)
        let queries = count < rows.rows ? rows.rows(at: random.distinctPlaces(count, below: rows.rows)) : rows
        let nearest = try queries.nearestRows(in: rows, skipsEqual: true, threads: threads).squaredDistances
        squaredDistance = Self.percentile(part, of: nearest)
    }

    private static func percentile(_ part: Double, of values: [Double]) -> Double {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return 0 }
        let rank = (part * Double(sorted.count)).rounded(.up)
        return sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]
    }

    /// Moves points that are too near to a row, each straight away from it, as little as it takes.
    ///
    /// - Parameters:
    ///   - points: (K × d).
    ///   - margin: the part of the bound that they keep beyond it, more than what the points are rounded by afterwards.
    ///   - random: chooses a direction where the point is the row itself, or has nowhere to go.
    /// - Returns: the points, and how many of them moved.
    /// - Throws: `NumericsError` when a computation fails.
    /// - Complexity: O(n K d) a round; two rounds are usual.
    package func pushedAway(
        _ points: Matrix<Double>,
        margin: Double = 1e-7,
        using random: inout SeededRandom
    ) throws(NumericsError) -> (points: Matrix<Double>, moved: Int) {
        var points = points
        var near = Array(0..<points.rows)
        var moved = Set<Int>()
        let wanted = squaredDistance.squareRoot() * (1 + margin)
        guard wanted > 0 else { return (points, 0) }
        for round in 0..<64 {
            let found = try points.rows(at: near).nearestRows(in: rows, threads: threads)
            var left: [Int] = []
            for (index, point) in near.enumerated() where !(found.squaredDistances[index] > squaredDistance) {
                left.append(point)
                move(point, of: &points, from: found.rows[index], to: wanted, round: round, using: &random)
            }
            moved.formUnion(left)
            if left.isEmpty { break }
            near = left
        }
        return (points, moved.count)
    }

    /// The points of a set that are as far from any row as they must be; the others go, should any be left.
    ///
    /// - Returns: the set, its weights found anew when points went; nil when none may stay.
    /// - Throws: `NumericsError` when a computation fails.
    package func kept(_ set: ReducedSet, _ problem: ReducedSetProblem) throws(NumericsError) -> ReducedSet? {
        let far = try farEnough(set.points)
        if far.count == set.points.rows { return set }
        return far.isEmpty ? nil : try problem.weighted(set.points.rows(at: far))
    }

    /// The points that are as far from any row as they must be; all of them where there is no bound.
    func farEnough(_ points: Matrix<Double>) throws(NumericsError) -> [Int] {
        guard squaredDistance > 0 else { return Array(0..<points.rows) }
        let found = try points.nearestRows(in: rows, threads: threads).squaredDistances
        return found.indices.filter { found[$0] > squaredDistance }
    }

    private func move(
        _ point: Int,
        of points: inout Matrix<Double>,
        from row: Int,
        to distance: Double,
        round: Int,
        using random: inout SeededRandom
    ) {
        var direction = (0..<points.columns).map { points[point, $0] - rows[row, $0] }
        var length = direction.dot(direction).squareRoot()
        // Between rows that push it to and fro, it leaves in any direction, farther each time.
        let isStuck = round >= 8
        if isStuck || !(length > 1e-6 * distance) {
            direction = direction.map { _ in random.normal() }
            length = direction.dot(direction).squareRoot()
        }
        guard length > 0 else { return }
        var reach = distance
        for _ in 8..<max(8, round) { reach *= 1.5 }
        for axis in 0..<points.columns { points[point, axis] = rows[row, axis] + direction[axis] / length * reach }
    }
}
