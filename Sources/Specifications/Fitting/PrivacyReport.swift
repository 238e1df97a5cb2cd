import Numerics

/// How near a specification's points are to the rows that they stand for.
public struct PrivacyReport: Hashable, Sendable {
    /// The least distance from any point to any row.
    public let nearestDistance: Double
    /// The 1st percentile, the median and the 99th of the rows' own distances to the nearest different row.
    public let rowDistances: Percentiles
    /// The MMD between rows and specification.
    public let discrepancy: Double
    /// The MMD that the same search reached without keeping away; what the guard cost is the difference.
    public let freeDiscrepancy: Double
    /// True when rows were too many to look at all pairs, and a sample stands for them.
    public let isSampled: Bool

    /// Some percentiles; 0 where there are no two different rows.
    public struct Percentiles: Hashable, Sendable {
        /// One of a hundred is not above it.
        public let first: Double
        /// Half are not above it.
        public let median: Double
        /// One of a hundred is above it.
        public let ninetyNinth: Double
    }

    private static let mostRows = 20_000

    /// - Parameters:
    ///   - nearest: squared distances from the points to their nearest rows.
    ///   - ofRows: squared distances from rows to their nearest different rows.
    ///   - discrepancy: the MMD.
    ///   - freeDiscrepancy: the MMD without keeping away.
    ///   - isSampled: whether not all rows were looked at.
    init(
        nearest: [Double],
        ofRows: [Double],
        discrepancy: Double,
        freeDiscrepancy: Double,
        isSampled: Bool = false
    ) {
        nearestDistance = (nearest.min() ?? 0).squareRoot()
        let sorted = ofRows.filter { $0.isFinite }.sorted()
        func percentile(_ part: Double) -> Double {
            guard !sorted.isEmpty else { return 0 }
            return sorted[max(0, Int((part * Double(sorted.count)).rounded(.up)) - 1)].squareRoot()
        }
        rowDistances = Percentiles(first: percentile(0.01), median: percentile(0.5), ninetyNinth: percentile(0.99))
        self.discrepancy = discrepancy
        self.freeDiscrepancy = freeDiscrepancy
        self.isSampled = isSampled
    }

    init(
        _ specification: RKMETableSpecification,
        rows: Matrix<Double>,
        objectives: (guarded: Double, free: Double),
        threads: Int?,
        seed: UInt64
    ) throws(SpecificationError) {
        let kernel = try specification.kernel
        var random = SeededRandom(seed: seed ^ 0x7265_706F)
        let count = rows.rows
        let isSampled = count > Self.mostRows
        let part = isSampled ? rows.rows(at: random.distinctPlaces(Self.mostRows, below: count)) : rows
        let queries = isSampled ? part.rows(0..<2048) : part
        let found = try numeric { () throws(NumericsError) in
            (
                points: try specification.points.nearestRows(in: rows, threads: threads).squaredDistances,
                rows: try queries.nearestRows(in: rows, skipsEqual: true, threads: threads).squaredDistances,
                norm: try kernel.squaredNorm(of: part, threads: threads)
            )
        }
        // A row is at distance 0 from itself, which a sample has more often than the whole: m of m² pairs, not n of n².
        let (n, m) = (Double(count), Double(part.rows))
        let norm = isSampled ? 1 / n + (1 - 1 / n) * (found.norm - 1 / m) / (1 - 1 / m) : found.norm
        self.init(
            nearest: found.points,
            ofRows: found.rows,
            discrepancy: max(0, norm + 2 * objectives.guarded).squareRoot(),
            freeDiscrepancy: max(0, norm + 2 * objectives.free).squareRoot(),
            isSampled: isSampled
        )
    }
}
