import Numerics
import Specifications

/// Points whose member is known, in the features that a selector looks at.
struct SelectorPoints {
    /// (n × d), standardised, those of the first member first.
    let points: Matrix<Double>
    /// The member of each, ascending from 0; each has one point or more.
    let labels: [Int]
    let means: [Double]
    /// 0 for a column that tells no row of the user's from another.
    let factors: [Double]

    /// - Parameters:
    ///   - sets: the points of each member, (nᵢ × d) with nᵢ > 0.
    ///   - rows: the user's, (n × d), finite.
    init(_ sets: [Matrix<Double>], rows: Matrix<Double>) {
        let columns = rows.columns
        var all: [Double] = []
        var labels: [Int] = []
        for (member, set) in sets.enumerated() {
            all += set.elements
            labels += [Int](repeating: member, count: set.rows)
        }
        var points = Matrix(unchecked: all, rows: labels.count, columns: columns)
        let (means, deviations) = Self.moments(points)
        let (userMeans, own) = Self.moments(rows)
        // A column in which the user's rows do not differ cannot tell them apart; what specifications have there, down to
        // the noise of their fit, must not either. And noise is small beside what the user's rows have.
        let factors = (0..<columns).map { column in
            let isConstant = own[column] <= 1e-12 * userMeans[column].magnitude || own[column] == 0
            return isConstant ? 0 : 1 / max(own[column], deviations[column])
        }
        points.withElements { elements in
            for place in elements.indices {
                let column = place % columns
                elements[place] = (elements[place] - means[column]) * factors[column]
            }
        }
        self.points = points
        self.labels = labels
        self.means = means
        self.factors = factors
    }

    /// Mean and standard deviation of each column.
    private static func moments(_ rows: Matrix<Double>) -> (means: [Double], deviations: [Double]) {
        let means = rows.columnMeans
        var squares = [Double](repeating: 0, count: rows.columns)
        for row in 0..<rows.rows {
            for column in 0..<rows.columns {
                let difference = rows[row, column] - means[column]
                squares[column] += difference * difference
            }
        }
        return (means, squares.map { ($0 / Double(max(1, rows.rows))).squareRoot() })
    }

    /// The points of each member.
    ///
    /// - Parameters:
    ///   - specifications: of the members, all of `rows.columns` columns.
    ///   - rows: the user's, (n × d), finite.
    ///   - options: whether and how many points are drawn.
    ///   - seed: the same points for the same seed.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the points of each.
    /// - Throws: ``ReuseError`` when a specification cannot be drawn from, or compared with the others.
    static func sets(
        _ specifications: [AnySpecification],
        rows: Matrix<Double>,
        options: JobSelectorOptions,
        seed: UInt64,
        threads: Int?
    ) throws(ReuseError) -> [Matrix<Double>] {
        guard options.herds else {
            return specifications.map { $0.table?.unstandardized($0.points) ?? $0.points }
        }
        let tables = specifications.compactMap(\.table)
        guard tables.count == specifications.count else {
            throw ReuseError(
                .invalidRequest,
                "points cannot be drawn from the specification of images",
                hint: "select without herding"
            )
        }
        do throws(SpecificationError) {
            let weights = try MixtureWeights.fit(tables, rows: rows, threads: threads)
            var sets: [Matrix<Double>] = []
            for (place, table) in tables.enumerated() {
                let wanted = Int((Double(options.pointCount) * weights[place]).rounded(.down))
                let count = max(JobSelectorOptions.leastPoints, wanted)
                let points = try table.herd(
                    count,
                    candidates: JobSelectorOptions.candidates,
                    seed: seed &+ UInt64(place),
                    threads: threads
                )
                sets.append(table.unstandardized(points))
            }
            return sets
        } catch {
            throw ReuseError(error)
        }
    }
}
