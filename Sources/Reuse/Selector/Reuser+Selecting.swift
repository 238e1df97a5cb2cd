package import Ensembles
import Learnware
package import Numerics
import Specifications
import Tensors

extension Reuser {
    /// Lets for each row that member answer whose data were most like it.
    ///
    /// The user's rows are explained as a mixture of the members' data by their specifications, points are drawn from each
    /// in its proportion, and a classifier that tells the points apart chooses the member of each row (Wu, Xu, Liu and Zhou
    /// 2023, section 4.2). Each member is run on its rows only.
    ///
    /// - Parameters:
    ///   - rows: the user's rows; their features have the specifications' columns.
    ///   - options: how the classifier is fitted.
    /// - Returns: answers, the ensemble, and the choice.
    /// - Throws: ``ReuseError`` when specifications are missing or do not fit, and when a row is left that no member answers.
    package func jobSelector(
        rows: Rows,
        options: JobSelectorOptions = JobSelectorOptions()
    ) async throws(ReuseError) -> Outcome {
        guard members.count > 1 else { return try await single(rows: rows) }
        let selector = try fitSelector(rows.matrix(), options: options).selector
        return try await select(.selector(selector), rows: rows)
    }

    /// Fits the classifier of the job selector.
    ///
    /// - Parameters:
    ///   - rows: the user's, (n × d).
    ///   - options: how.
    /// - Returns: the selector, and how often it was right in cross-validation.
    /// - Throws: ``ReuseError``.
    package func fitSelector(
        _ rows: Matrix<Double>,
        options: JobSelectorOptions
    ) throws(ReuseError) -> (selector: Selector, accuracy: Double) {
        try options.validate()
        var specifications: [AnySpecification] = []
        for member in members {
            guard let specification = member.specification else {
                throw ReuseError(
                    .invalidRequest,
                    "\(member.identity.label) has no statistical specification to select by",
                    hint: "leave it out, or average"
                )
            }
            guard specification.points.columns == rows.columns else {
                throw ReuseError(
                    .invalidRows,
                    "the rows have \(rows.columns) columns, but the specification of \(member.identity.label) has "
                        + "\(specification.points.columns)"
                )
            }
            specifications.append(specification)
        }
        let filled: Matrix<Double>
        do throws(SpecificationError) {
            filled = try TableData.repaired(rows, roundsToFloat: false)
        } catch {
            throw ReuseError(.invalidRows, error.description)
        }
        let sets = try SelectorPoints.sets(
            specifications,
            rows: filled,
            options: options,
            seed: seed,
            threads: threads
        )
        runner.options.progress("fitting a selector to \(sets.reduce(0) { $0 + $1.rows }) points")
        let fit = SelectorFit(
            data: SelectorPoints(sets, rows: filled),
            options: options,
            seed: seed,
            threads: threads
        )
        return try combining { () throws(EnsembleError) in
            let (selector, choice) = try fit.fit()
            return (selector, choice.accuracy)
        }
    }
}
