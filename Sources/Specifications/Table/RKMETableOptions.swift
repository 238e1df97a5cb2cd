/// How a table's specification is fitted.
public struct RKMETableOptions: Hashable, Sendable {
    /// How points are looked for.
    public enum Method: Hashable, Sendable {
        /// Good starts and quasi-Newton steps down the true gradient.
        case best
        /// The steps of the Python package, whose gradient lacks a factor 2, on numbers rounded to `Float`.
        case compatible
    }

    /// γ of the kernel exp(−γ ‖x − y‖²).
    public enum Gamma: Hashable, Sendable {
        /// A number above 0.
        case fixed(Double)
        /// 1 / (2 m²), where m is the median distance between rows (Gretton et al. 2012, section 8).
        ///
        /// Of at most 1000 rows that the seed chooses. Two specifications have the same γ only by chance then, and only
        /// those of one γ are compared.
        case median
    }

    /// What is done to features before the kernel.
    public enum Scaling: Hashable, Sendable {
        /// Nothing, as the Python package does.
        case none
        /// Each column gets mean 0 and standard deviation 1; a constant column gets zeros.
        case ownColumns
        /// A standardisation that is shared, so that what is fitted with it can be compared.
        case given(Standardization)
    }

    /// How points are looked for.
    public var method = Method.best
    /// γ.
    public var gamma = Gamma.fixed(0.1)
    /// What is done to features before the kernel.
    public var scaling = Scaling.none
    /// K, how many points; fewer where there are not enough rows or too many columns.
    public var pointCount = 100
    /// Whether weights are at least 0 and sum to 1; otherwise they are free.
    public var hasNonnegativeWeights = true
    /// False to keep all rows as points, each with the same weight: then the specification *is* the data.
    public var reduces = true
    /// Whether points keep away from rows, as ``PrivacyReport`` says; not done by ``Method/compatible``.
    public var guardsPrivacy = true
    /// How many steps are taken: for ``Method/best`` as long as they gain, for ``Method/compatible`` exactly; nil for
    /// 20 and 3.
    public var steps: Int?
    /// The length of a step of ``Method/compatible``.
    public var stepSize = 0.1
    /// The same specification for the same seed, whatever the number of threads.
    public var seed: UInt64 = 0
    /// How many threads share the work; nil for one a core.
    public var threads: Int?

    /// The Python package's settings: K = 100, γ = 0.1, features as they are.
    public init() {}

    /// The most numbers that all points have together; K is lowered to keep it, though not below 20.
    static let largestElementCount = 1_310_720

    /// K for n rows of d numbers: as asked, within the size, and ⌊2n/3⌋ (at least 1) when that is as many as rows.
    func pointCount(rows: Int, columns: Int) -> Int {
        var count = pointCount
        let (elements, overflow) = count.multipliedReportingOverflow(by: columns)
        if overflow || elements > Self.largestElementCount {
            count = min(count, max(20, Self.largestElementCount / max(1, columns)))
        }
        return count >= rows ? max(1, rows * 2 / 3) : count
    }

    func validate() throws(SpecificationError) {
        guard pointCount >= 1, pointCount <= 4096 else {
            throw SpecificationError(.invalidOption, "the number of points must be 1 to 4096, not \(pointCount)")
        }
        if case .fixed(let gamma) = gamma, !(gamma.isFinite && gamma > 0) {
            throw SpecificationError(.invalidOption, "gamma must be a finite number above 0, not \(gamma)")
        }
        guard steps.map({ $0 >= 0 }) ?? true, stepSize.isFinite else {
            throw SpecificationError(.invalidOption, "steps must be 0 or more, and their size finite")
        }
        guard threads.map({ $0 >= 1 }) ?? true else {
            throw SpecificationError(.invalidOption, "there must be a thread")
        }
    }
}
