import CNumerics

/// k-means clustering: centres that are the means of the rows nearest to them (Lloyd 1982).
public struct KMeans: Sendable {
    /// How clusters are looked for.
    public struct Options: Sendable {
        /// How many clusters.
        public var clusters: Int
        /// The same clusters for the same seed, whatever the number of threads.
        public var seed: UInt64
        /// The most rounds.
        public var rounds = 100
        /// Rounds end when the centres moved by less than this in all, squared.
        public var tolerance = 1e-4
        /// How many threads share the work; nil for one a core.
        public var threads: Int?

        /// - Parameters:
        ///   - clusters: how many clusters, at least 1.
        ///   - seed: the same clusters for the same seed.
        public init(clusters: Int, seed: UInt64 = 0) {
            self.clusters = clusters
            self.seed = seed
        }
    }

    /// The centres, (k × d).
    public let centers: Matrix<Double>
    /// The cluster of each row.
    public let assignments: [Int]
    /// The sum of squared distances from rows to their centres.
    public let inertia: Double
    /// How many rounds there were.
    public let rounds: Int

    /// Clusters the rows of a matrix, from centres that k-means++ chose (Arthur and Vassilvitskii 2007).
    ///
    /// A cluster that lost its last row begins again at the row farthest from its own centre, so none is empty unless
    /// there are fewer different rows than clusters.
    ///
    /// - Parameters:
    ///   - rows: (n × d), finite.
    ///   - options: how.
    /// - Throws: ``NumericsError`` when there are no rows, or no clusters, or more clusters than rows.
    /// - Complexity: O(n k d) a round.
    public init(_ rows: Matrix<Double>, options: Options) throws(NumericsError) {
        guard options.clusters >= 1, options.clusters <= rows.rows, rows.columns > 0 else {
            throw NumericsError(
                .invalidArgument,
                "\(rows.rows) rows of \(rows.columns) numbers cannot form \(options.clusters) clusters"
            )
        }
        var random = SeededRandom(seed: options.seed)
        let places = Self.spreadPlaces(rows, count: options.clusters, using: &random)
        self.init(rows, from: rows.rows(at: places), options: options)
    }

    /// Clusters the rows of a matrix, from centres that are given.
    package init(_ rows: Matrix<Double>, from start: Matrix<Double>, options: Options) {
        precondition(rows.columns == start.columns, "rows and centres have as many columns")
        var centers = start
        var round = 0
        while round < max(1, options.rounds) {
            round += 1
            let found = Assignment(of: rows, to: centers, threads: options.threads)
            let next = found.means(of: rows, before: centers)
            let moved = zip(next.elements, centers.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            centers = next
            if moved <= options.tolerance { break }
        }
        let last = Assignment(of: rows, to: centers, threads: options.threads)
        self.centers = centers
        assignments = last.clusters
        inertia = last.squaredDistances.reduce(0, +)
        rounds = round
    }

    /// Rows far from each other: each with probability in proportion to its squared distance from those before it.
    ///
    /// - Returns: places of rows; the same row twice only when there are too few different ones.
    /// - Complexity: O(n k d).
    package static func spreadPlaces(
        _ rows: Matrix<Double>,
        count: Int,
        using random: inout SeededRandom
    ) -> [Int] {
        // Columns next to each other, so that the loop over rows is one of vectors whatever d is.
        let turned = rows.transposed
        var nearest = [Double](repeating: .infinity, count: rows.rows)
        var scratch = nearest
        var cumulative = nearest
        var places = [Int(random.next() % UInt64(rows.rows))]
        while places.count < count {
            let center = Array(rows.row(places[places.count - 1]))
            lw_take_nearer(turned.elements, rows.columns, rows.rows, center, &nearest, &scratch)
            var sum = 0.0
            for row in 0..<rows.rows {
                sum += nearest[row]
                cumulative[row] = sum
            }
            // No distance left: every row is a centre already.
            let isSpread = sum > 0 && sum.isFinite
            places.append(isSpread ? random.place(cumulative: cumulative) : Int(random.next() % UInt64(rows.rows)))
        }
        return places
    }
}

/// The nearest centre of each row.
private struct Assignment {
    let clusters: [Int]
    let squaredDistances: [Double]

    init(of rows: Matrix<Double>, to centers: Matrix<Double>, threads: Int?) {
        let anchors = Anchors(centers)
        let pieces = Pieces(rows: rows.rows)
        var clusters = [Int](repeating: 0, count: rows.rows)
        var distances = [Double](repeating: 0, count: rows.rows)
        clusters.withUnsafeMutableBufferPointer { clusters in
            distances.withUnsafeMutableBufferPointer { distances in
                guard let clusters = clusters.baseAddress, let distances = distances.baseAddress else { return }
                Parallel.forEach(pieces.count, threads: threads, with: PairBlock(anchors: anchors)) { piece, block in
                    block.forEach(in: pieces[piece], of: rows, against: anchors, .squaredDistance) { values in
                        let first = values.rows.lowerBound
                        let (count, columns) = (values.rows.count, anchors.count)
                        lw_row_minima(values.block, count, columns, columns, clusters + first, distances + first)
                    }
                }
            }
        }
        self.clusters = clusters
        squaredDistances = distances
    }

    /// The mean of each cluster's rows; an empty one takes the row farthest from its centre.
    func means(of rows: Matrix<Double>, before: Matrix<Double>) -> Matrix<Double> {
        let (count, dimension) = (before.rows, before.columns)
        var sums = [Double](repeating: 0, count: count * dimension)
        var members = [Int](repeating: 0, count: count)
        rows.elements.withUnsafeBufferPointer { source in
            sums.withUnsafeMutableBufferPointer { sums in
                guard let source = source.baseAddress, let sums = sums.baseAddress else { return }
                for (row, cluster) in clusters.enumerated() {
                    members[cluster] += 1
                    lw_add_columns(source + row * dimension, 1, dimension, dimension, sums + cluster * dimension)
                }
            }
        }
        for cluster in 0..<count where members[cluster] > 0 {
            for axis in 0..<dimension { sums[cluster * dimension + axis] /= Double(members[cluster]) }
        }
        let empty = (0..<count).filter { members[$0] == 0 }
        guard !empty.isEmpty else { return Matrix(unchecked: sums, rows: count, columns: dimension) }
        let farthest = squaredDistances.indices.sorted {
            (squaredDistances[$1], $0) < (squaredDistances[$0], $1)
        }
        for (cluster, row) in zip(empty, farthest) {
            for axis in 0..<dimension { sums[cluster * dimension + axis] = rows[row, axis] }
        }
        return Matrix(unchecked: sums, rows: count, columns: dimension)
    }
}
