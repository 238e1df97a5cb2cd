/// Points of which none is best in everything, in ranks; every coordinate is to be small.
///
/// The parts of NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002) that know nothing of what is searched for.
package enum ParetoRanking {
    /// Whether a point is nowhere worse than another, and somewhere better.
    package static func dominates(_ point: [Double], _ other: [Double]) -> Bool {
        var isBetter = false
        for (mine, theirs) in zip(point, other) {
            if mine > theirs { return false }
            if mine < theirs { isBetter = true }
        }
        return isBetter
    }

    /// The places of points by rank: those that none dominates, then those that only the former dominate, and so on.
    ///
    /// - Complexity: O(m n²) for n points of m coordinates.
    package static func fronts(_ points: [[Double]]) -> [[Int]] {
        var dominated = [[Int]](repeating: [], count: points.count)
        var dominators = [Int](repeating: 0, count: points.count)
        for first in points.indices {
            for second in points.indices.dropFirst(first + 1) {
                if dominates(points[first], points[second]) {
                    dominated[first].append(second)
                    dominators[second] += 1
                } else if dominates(points[second], points[first]) {
                    dominated[second].append(first)
                    dominators[first] += 1
                }
            }
        }
        var fronts: [[Int]] = []
        var front = points.indices.filter { dominators[$0] == 0 }
        while !front.isEmpty {
            fronts.append(front)
            var next: [Int] = []
            for point in front {
                for other in dominated[point] {
                    dominators[other] -= 1
                    if dominators[other] == 0 { next.append(other) }
                }
            }
            front = next.sorted()
        }
        return fronts
    }

    /// How far apart the neighbours of each point of a front are, summed over coordinates; infinite at the ends.
    ///
    /// - Returns: a distance for each place in the front, each coordinate as a part of the front's extent.
    /// - Complexity: O(m n log n).
    package static func crowding(_ points: [[Double]], front: [Int]) -> [Double] {
        var distances = [Double](repeating: 0, count: front.count)
        guard let first = front.first else { return [] }
        for axis in points[first].indices {
            let order = front.indices.sorted {
                (points[front[$0]][axis], $0) < (points[front[$1]][axis], $1)
            }
            let values = order.map { points[front[$0]][axis] }
            distances[order[0]] = .infinity
            distances[order[order.count - 1]] = .infinity
            let extent = values[values.count - 1] - values[0]
            guard extent > 0, extent.isFinite else { continue }
            for place in order.indices.dropFirst().dropLast() {
                distances[order[place]] += (values[place + 1] - values[place - 1]) / extent
            }
        }
        return distances
    }
}
