public import Numerics

extension RKMETableSpecification {
    /// The standard deviation around a point that samples have on each axis.
    public static let sampleDeviation = 0.25
    /// The most numbers that candidates for herding may have together.
    private static let largestCandidateCount = 1 << 27

    /// Draws from the specification as a mixture of normal distributions.
    ///
    /// Point j is chosen with probability in proportion to max(βⱼ, 0); the sample is N(zⱼ, 0.25² I).
    ///
    /// - Parameters:
    ///   - count: T, how many samples.
    ///   - seed: the same samples for the same seed.
    /// - Returns: (T × d).
    /// - Throws: ``SpecificationError`` when there are too many, or no weight is above 0.
    /// - Complexity: O(T d).
    public func sample(_ count: Int, seed: UInt64 = 0) throws(SpecificationError) -> Matrix<Double> {
        let (elements, overflow) = count.multipliedReportingOverflow(by: points.columns)
        guard count >= 0, !overflow, elements <= Self.largestCandidateCount else {
            throw SpecificationError(.invalidOption, "\(count) samples of \(points.columns) numbers are too many")
        }
        var (cumulative, sum): ([Double], Double) = ([], 0)
        for weight in weights {
            sum += max(0, weight)
            cumulative.append(sum)
        }
        guard sum > 0 else {
            throw SpecificationError(.invalidFile, "no weight is above 0, so there is nothing to draw")
        }
        var random = SeededRandom(seed: seed)
        var samples = Matrix<Double>(rows: count, columns: points.columns)
        for row in 0..<count {
            let point = random.place(cumulative: cumulative)
            for axis in 0..<points.columns {
                samples[row, axis] = points[point, axis] + Self.sampleDeviation * random.normal()
            }
        }
        return samples
    }

    /// Draws samples that together have the specification's mean embedding: kernel herding (Chen, Welling and Smola
    /// 2010, equation 8) over some candidates for each.
    ///
    /// - Parameters:
    ///   - count: T, how many samples.
    ///   - candidates: how many candidates are drawn for each; the Python package draws 100.
    ///   - seed: the same samples for the same seed.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (T × d).
    /// - Throws: ``SpecificationError`` when there are too many, or no weight is above 0.
    /// - Complexity: O(T² d) for each: a running sum is kept where the Python package computes every kernel again.
    public func herd(
        _ count: Int,
        candidates: Int = 100,
        seed: UInt64 = 0,
        threads: Int? = nil
    ) throws(SpecificationError) -> Matrix<Double> {
        let (candidateCount, overflow) = count.multipliedReportingOverflow(by: candidates)
        guard count >= 0, candidates > 0, !overflow else {
            throw SpecificationError(.invalidOption, "\(count) samples are too many")
        }
        let candidates = try sample(candidateCount, seed: seed)
        return candidates.rows(at: try herd(count, among: candidates, threads: threads))
    }

    /// The places of the candidates that herding takes, in their order.
    ///
    /// The i-th is the one with the greatest (i + 1) f(x) − Σₛ k(s, x), counted from 0, where f(x) = Σⱼ max(βⱼ, 0) k(zⱼ, x)
    /// and s are those before it; the first in a tie.
    package func herd(
        _ count: Int,
        among candidates: Matrix<Double>,
        threads: Int? = nil
    ) throws(SpecificationError) -> [Int] {
        guard candidates.rows > 0 || count == 0 else {
            throw SpecificationError(.invalidOption, "there are no candidates to choose from")
        }
        let kernel = try kernel
        let positive = weights.map { max(0, $0) }
        return try numeric { () throws(NumericsError) in
            let wanted = try kernel.weightedValues(points, positive, at: candidates, threads: threads)
            var taken = RunningSums(kernel, at: candidates, threads: threads)
            var places: [Int] = []
            for index in 0..<count {
                var (best, greatest) = (0, -Double.infinity)
                for place in 0..<candidates.rows {
                    let value = Double(index + 1) * wanted[place] - taken.values[place]
                    if value > greatest { (best, greatest) = (place, value) }
                }
                places.append(best)
                taken.add(rowAt: best)
            }
            return places
        }
    }
}
