import Numerics

/// Centred columns and targets in the eigenvectors of their products, in which every penalty is a division.
///
/// With X centred and y less its mean, the fit for α has residuals r and the hat matrix H, whose diagonal tells what
/// leaving a row out would change: eᵢ = rᵢ / (1 − hᵢᵢ) (Golub, Heath and Wahba 1979). H includes 1/n for the intercept,
/// so that it is fitted anew too. Of X Xᵀ and Xᵀ X, the smaller is taken apart.
struct RidgeSpectrum {
    private let columns: Matrix<Double>
    private let means: [Double]
    private let targetMean: Double
    private let targets: [Double]
    /// λ, none below 0.
    private let values: [Double]
    /// The eigenvectors of X Xᵀ, (n × n), or X times those of Xᵀ X, (n × d).
    private let basis: Matrix<Double>
    /// The eigenvectors of Xᵀ X, (d × d), where there are more rows than columns.
    private let vectors: Matrix<Double>?
    /// The basis times the targets.
    private let projections: [Double]
    /// Added to the eigenvalue of the constant vector, which centred columns have at 0.
    private let shift: Double

    init(_ rows: Matrix<Double>, _ targets: [Double]) throws(LabelledError) {
        means = LinearScores.means(of: rows)
        targetMean = LinearScores.means(of: Matrix(unchecked: targets, rows: targets.count, columns: 1))[0]
        var centred = rows
        for row in 0..<rows.rows {
            for column in 0..<rows.columns { centred[row, column] -= means[column] }
        }
        columns = centred
        let targetMean = targetMean
        self.targets = targets.map { $0 - targetMean }
        do throws(NumericsError) {
            let isTall = rows.rows > rows.columns
            var product =
                try isTall
                ? Matrix.product(.transposed(centred), .plain(centred))
                : Matrix.product(.plain(centred), .transposed(centred))
            let trace = (0..<product.rows).reduce(0) { $0 + product[$1, $1] }
            // LAPACK may not end on what is not finite; with a finite diagonal, everything is.
            guard trace.isFinite else { throw NumericsError(.invalidArgument, "the squares of the columns overflow") }
            shift = isTall ? 0 : max(trace, 1)
            if !isTall {
                // Kept apart from other small eigenvalues, whose roundings would mix with it.
                let share = shift / Double(rows.rows)
                product.withElements { elements in
                    for place in elements.indices { elements[place] += share }
                }
            }
            let eigen = try product.symmetricEigen()
            values = eigen.values.map { max(0, $0) }
            vectors = isTall ? eigen.vectors : nil
            basis = isTall ? try centred.multiplied(by: eigen.vectors) : eigen.vectors
            projections = try Matrix.product(
                .transposed(basis),
                .plain(Matrix(unchecked: self.targets, rows: targets.count, columns: 1))
            ).elements
        } catch {
            throw LabelledError(.noConvergence, "no ridge regression was found: \(error.description)")
        }
    }

    /// (1/n) Σᵢ (rᵢ / (1 − hᵢᵢ))², infinite where a row alone decides what is said of it.
    func leaveOneOutError(penalty: Double) -> Double {
        let constant = 1 / Double(columns.rows)
        let isTall = vectors != nil
        // What the fit takes of each direction off the whole, or what it leaves over of each.
        let weights = values.map { isTall ? -1 / ($0 + penalty) : penalty / ($0 + penalty) }
        let kept = isTall ? 0 : constant * penalty / (shift + penalty)
        let least = isTall ? 1 : penalty / (penalty + (values.last ?? 0))
        var sum = 0.0
        for row in 0..<columns.rows {
            var (residual, freedom) = isTall ? (targets[row], 1 - constant) : (0, -kept)
            for (place, value) in basis.row(row).enumerated() {
                residual += weights[place] * value * projections[place]
                freedom += weights[place] * value * value
            }
            guard freedom > 1e-10 * least else { return .infinity }
            sum += (residual / freedom) * (residual / freedom)
        }
        return sum.isNaN ? .infinity : sum * constant
    }

    /// The coefficients for a penalty, and the intercept that goes with them.
    func function(penalty: Double, columnMeans: [Double]) throws(LabelledError) -> LinearScores {
        let scaled = zip(projections, values).map { $0 / ($1 + penalty) }
        let coefficients: Matrix<Double>
        do throws(NumericsError) {
            let column = Matrix(unchecked: scaled, rows: scaled.count, columns: 1)
            if let vectors {
                coefficients = try vectors.multiplied(by: column)
            } else {
                coefficients = try Matrix.product(.transposed(columns), .plain(basis.multiplied(by: column)))
            }
        } catch {
            throw LabelledError(.noConvergence, "no ridge regression was found: \(error.description)")
        }
        let intercept = zip(coefficients.elements, means).reduce(targetMean) { $0 - $1.0 * $1.1 }
        return try LinearScores(
            columnMeans: columnMeans,
            coefficients: coefficients.transposed,
            intercepts: [intercept]
        )
    }
}
