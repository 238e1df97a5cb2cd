import Ensembles
import Numerics

/// Fits a selector to points whose member is known.
struct SelectorFit {
    let data: SelectorPoints
    let options: JobSelectorOptions
    let seed: UInt64
    let threads: Int?

    /// What cross-validation chose, and how often it was right.
    struct Choice: Sendable {
        var cost: Double
        /// Times the number of columns.
        var gamma: Double
        var accuracy: Double
    }

    /// - Returns: the selector that is trained with all points, and the choice.
    /// - Throws: ``EnsembleError`` when no machine can be trained, or the points are too many for an ensemble.
    func fit() throws(EnsembleError) -> (selector: Selector, choice: Choice) {
        let choice = try choose()
        let gamma = choice.gamma / Double(activeColumns)
        let machine = SupportVectorMachine(cost: choice.cost)
        let fitted = try machine.train(data.points, labels: data.labels, gamma: gamma)
        let selector = try Selector(
            means: data.means,
            factors: data.factors,
            gamma: gamma,
            supportVectors: data.points.rows(at: fitted.supports).elements,
            votes: fitted.votes
        )
        return (selector, choice)
    }

    private var activeColumns: Int { max(1, data.factors.count { $0 > 0 }) }

    /// The setting that is right most often on points that its machines have not seen; of equals the smoothest.
    private func choose() throws(EnsembleError) -> Choice {
        var random = SeededRandom(seed: seed ^ 0x7365_6C65)
        let places = validated(&random)
        let labels = places.map { data.labels[$0] }
        let points = data.points.rows(at: places)
        let folds = try self.folds(labels)
        var best: Choice?
        for gamma in options.gammas.sorted() {
            let gram: Matrix<Double>
            do throws(NumericsError) {
                let kernel = try GaussianKernel(gamma: gamma / Double(activeColumns))
                gram = try kernel.matrix(points, points, threads: threads)
            } catch {
                throw EnsembleError(.invalidEnsemble, error.description)
            }
            let right = try validate(gram, labels, folds)
            for (place, cost) in sortedCosts.enumerated() {
                let accuracy = Double(right[place]) / Double(max(1, folds.assignments.count { $0 != nil }))
                if best.map({ accuracy > $0.accuracy }) ?? true {
                    best = Choice(cost: cost, gamma: gamma, accuracy: accuracy)
                }
            }
        }
        guard let best else { throw EnsembleError(.invalidEnsemble, "there is no setting to choose") }
        return best
    }

    private func folds(_ labels: [Int]) throws(EnsembleError) -> Folds {
        do throws(LabelledError) {
            return try Folds(stratifying: labels, most: options.folds, seed: seed)
        } catch {
            throw EnsembleError(.invalidEnsemble, error.description)
        }
    }

    private var sortedCosts: [Double] { options.costs.sorted() }

    /// All points, or as many of each member's, in proportion, as are looked at; ascending.
    private func validated(_ random: inout SeededRandom) -> [Int] {
        let count = data.labels.count
        guard count > JobSelectorOptions.mostValidated else { return Array(0..<count) }
        let part = Double(JobSelectorOptions.mostValidated) / Double(count)
        var (chosen, start) = ([Int](), 0)
        while start < count {
            let end = data.labels[start...].firstIndex { $0 != data.labels[start] } ?? count
            let wanted = min(end - start, max(2, Int(Double(end - start) * part)))
            chosen += random.distinctPlaces(wanted, below: end - start).map { start + $0 }.sorted()
            start = end
        }
        return chosen
    }

    /// How often the machines of each cost are right on the folds that they have not seen.
    private func validate(
        _ gram: Matrix<Double>,
        _ labels: [Int],
        _ folds: Folds
    ) throws(EnsembleError) -> [Int] {
        let rows = KernelRows(gram: gram)
        let splits = folds.splits
        let costs = sortedCosts
        var results = [Result<Int, EnsembleError>](repeating: .success(0), count: costs.count * folds.count)
        results.withUnsafeMutableBufferPointer { results in
            Parallel.forEach(results.count, threads: threads) { piece in
                results[piece] = Result { () throws(EnsembleError) in
                    let machine = SupportVectorMachine(cost: costs[piece / folds.count])
                    return try countRight(machine, splits[piece % folds.count], rows, gram, labels)
                }
            }
        }
        var right = [Int](repeating: 0, count: costs.count)
        for (piece, result) in results.enumerated() { right[piece / folds.count] += try result.get() }
        return right
    }

    private func countRight(
        _ machine: SupportVectorMachine,
        _ split: Folds.Split,
        _ rows: KernelRows,
        _ gram: Matrix<Double>,
        _ labels: [Int]
    ) throws(EnsembleError) -> Int {
        let fitted = try machine.train(rows, places: split.training, labels: labels)
        let available = [Bool](repeating: true, count: fitted.votes.memberCount)
        return split.heldOut.count { place in
            let kernel = fitted.supports.map { gram[place, $0] }
            return fitted.votes.winner(kernel, available: available) == labels[place]
        }
    }
}
