public import Numerics

extension RKMETableSpecification {
    /// Fits a specification to the rows of a table.
    ///
    /// Missing and infinite values become their column's mean. With n rows, K points and d columns the points have K at
    /// most ⌊2n/3⌋ where there are no more rows than points, and K d at most 1,310,720.
    ///
    /// - Parameters:
    ///   - rows: x, (n × d).
    ///   - sampleShape: the shape of one sample when it is no row of d numbers; its product is d.
    ///   - options: how.
    /// - Throws: ``SpecificationError`` when there are no rows, a column has no number, or an option makes no sense.
    /// - Complexity: O(n K d) a step and O(K³) a solution of the weights, about 30 of each; memory for a few blocks of
    ///   rows beside the rows themselves.
    public init(
        fitting rows: Matrix<Double>,
        sampleShape: [Int]? = nil,
        options: RKMETableOptions = RKMETableOptions()
    ) throws(SpecificationError) {
        self = try RKMETableFit(rows, sampleShape: sampleShape, options: options).specification
    }
}

/// A fitted specification, with what it was fitted from, so that a report can be made.
public struct RKMETableFit: Sendable {
    /// The specification.
    public let specification: RKMETableSpecification
    /// Rows as the kernel saw them.
    private let rows: Matrix<Double>
    private let options: RKMETableOptions
    /// Half the squared MMD less what does not depend on the points: with the guard, and without.
    private let objectives: (guarded: Double, free: Double)

    /// Fits a specification, as ``RKMETableSpecification/init(fitting:sampleShape:options:)`` does.
    ///
    /// - Parameters:
    ///   - rows: x, (n × d).
    ///   - sampleShape: the shape of one sample when it is no row of d numbers.
    ///   - options: how.
    ///   - progress: is told from time to time which part of the work is done.
    /// - Throws: ``SpecificationError``, also when the task is cancelled meanwhile.
    public init(
        _ rows: Matrix<Double>,
        sampleShape: [Int]? = nil,
        options: RKMETableOptions = RKMETableOptions(),
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(SpecificationError) {
        try options.validate()
        let shape = sampleShape ?? [rows.columns]
        guard shape.allSatisfy({ $0 > 0 }), shape.reduce(1, *) == rows.columns else {
            throw SpecificationError(
                .invalidOption,
                "samples of shape \(shape) are not rows of \(rows.columns) numbers"
            )
        }
        let prepared = try Preparation(rows, options)
        let fitted = try Self.reduced(prepared, options, progress)
        // Steps that were not taken are no fit.
        guard !Task.isCancelled else { throw SpecificationError(.cancelled, "the fit was cancelled") }
        specification = try RKMETableSpecification(
            points: fitted.guarded.points,
            weights: fitted.guarded.weights,
            gamma: prepared.kernel.gamma,
            sampleShape: shape,
            rowCount: rows.rows,
            standardization: prepared.standardization,
            guardRecord: options.method == .compatible ? nil : fitted.record
        )
        self.rows = prepared.rows
        self.options = options
        objectives = (fitted.guarded.objective, fitted.free.objective)
    }

    private struct Fitted {
        var guarded: ReducedSet
        var free: ReducedSet
        var record: RKMETableSpecification.GuardRecord
    }

    private static func reduced(
        _ prepared: Preparation,
        _ options: RKMETableOptions,
        _ progress: @escaping @Sendable (Double) -> Void
    ) throws(SpecificationError) -> Fitted {
        let rows = prepared.rows
        let problem = ReducedSetProblem(
            rows: rows,
            kernel: prepared.kernel,
            isNonnegative: options.hasNonnegativeWeights,
            threads: options.threads
        )
        let count = options.pointCount(rows: rows.rows, columns: rows.columns)
        return try numeric { () throws(NumericsError) in
            guard options.reduces else {
                let weights = [Double](repeating: 1 / Double(rows.rows), count: rows.rows)
                let all = ReducedSet(points: rows, weights: weights, objective: .nan)
                return Fitted(guarded: all, free: all, record: .off)
            }
            if options.method == .compatible {
                var clusters = KMeans.Options(clusters: count, seed: options.seed)
                clusters.threads = options.threads
                let set = try CompatibleReduction.run(
                    problem,
                    from: KMeans(rows, options: clusters).centers,
                    steps: options.steps ?? 3,
                    stepSize: options.stepSize
                )
                return Fitted(guarded: set, free: set, record: .off)
            }
            var search = ReducedSetSearch(pointCount: count)
            search.seed = options.seed
            search.progress = progress
            if let steps = options.steps { search.steps = steps }
            let keeper =
                options.guardsPrivacy
                ? try PrivacyGuard(rows: rows, seed: options.seed, threads: options.threads) : nil
            var result = try search.run(problem, keeper: keeper)
            if let keeper {
                guard let kept = try keeper.kept(result.guarded, problem) else {
                    throw NumericsError(.noConvergence, "no point can keep away from the rows; fit without the guard")
                }
                result.guarded = kept
            }
            return Fitted(
                guarded: result.guarded,
                free: result.free,
                record: keeper.map { .distance($0.squaredDistance.squareRoot()) } ?? .off
            )
        }
    }

    /// How much farther from the rows the guard has moved the specification: √(MMD² − MMD² without it).
    ///
    /// It is large where rows leave no room between them, as whole numbers do.
    public var guardCost: Double {
        objectives.guarded.isFinite ? max(0, 2 * (objectives.guarded - objectives.free)).squareRoot() : 0
    }

    /// How near the specification's points are to the rows, and what keeping away from them cost.
    ///
    /// - Returns: the report.
    /// - Throws: ``SpecificationError`` when a computation fails.
    /// - Complexity: O(min(n, 20,000)² d).
    public func privacyReport() throws(SpecificationError) -> PrivacyReport {
        try PrivacyReport(
            specification,
            rows: rows,
            objectives: objectives,
            threads: options.threads,
            seed: options.seed
        )
    }
}

/// Rows and kernel as the options ask for.
private struct Preparation {
    let rows: Matrix<Double>
    let standardization: Standardization?
    let kernel: GaussianKernel

    init(_ rows: Matrix<Double>, _ options: RKMETableOptions) throws(SpecificationError) {
        let repaired = try TableData.repaired(rows, roundsToFloat: options.method == .compatible)
        switch options.scaling {
        case .none: standardization = nil
        case .ownColumns: standardization = try TableData.ownStandardization(repaired)
        case .given(let given):
            guard given.mean.count == rows.columns else {
                throw SpecificationError(
                    .invalidOption,
                    "a standardisation of \(given.mean.count) features does not fit \(rows.columns) columns"
                )
            }
            standardization = given
        }
        let scaled = standardization.map { TableData.standardized(repaired, $0) } ?? repaired
        self.rows = scaled
        let gamma: Double
        switch options.gamma {
        case .fixed(let value): gamma = value
        case .median: gamma = try TableData.medianGamma(scaled, seed: options.seed)
        }
        kernel = try numeric { () throws(NumericsError) in try GaussianKernel(gamma: gamma) }
    }
}
