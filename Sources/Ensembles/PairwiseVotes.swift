/// The decision of a support vector machine, one class against one, as libsvm has it: what each support vector counts for
/// in each pair of classes.
package struct PairwiseVotes: Equatable, Sendable {
    /// How many support vectors each class has; those of the first come first.
    package let supportCounts: [Int]
    /// ((k − 1) × l), row by row, for k classes.
    ///
    /// Of a vector of class i, row j − 1 is for the pair with j > i, and row j for the pair with j < i.
    package let coefficients: [Double]
    /// ρ, one for each pair: (0, 1), (0, 2), …, (1, 2), ….
    package let intercepts: [Double]
    /// Where the vectors of each class begin, and where those of the last end.
    private let starts: [Int]

    /// k.
    package var memberCount: Int { supportCounts.count }
    /// l.
    package var supportCount: Int { starts[memberCount] }

    /// - Throws: ``EnsembleError`` when the shapes do not fit, or a number is out of bounds.
    package init(
        supportCounts: [Int],
        coefficients: [Double],
        intercepts: [Double]
    ) throws(EnsembleError) {
        let members = supportCounts.count
        guard (2...EnsembleLimits.members).contains(members) else {
            throw Self.fault("a selector chooses among 2 to \(EnsembleLimits.members) members, not \(members)")
        }
        guard supportCounts.allSatisfy({ (0...EnsembleLimits.numbers).contains($0) }) else {
            throw Self.fault("a number of support vectors is from 0 to \(EnsembleLimits.numbers)")
        }
        // Each is bounded, and so is how many there are: the sum cannot overflow.
        starts = supportCounts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
        let count = starts[members]
        guard coefficients.count == count * (members - 1), coefficients.count <= EnsembleLimits.numbers,
            intercepts.count == members * (members - 1) / 2
        else {
            throw Self.fault(
                "\(count) support vectors for \(members) members have \(count * (members - 1)) coefficients, at most "
                    + "\(EnsembleLimits.numbers), and \(members * (members - 1) / 2) intercepts, not "
                    + "\(coefficients.count) and \(intercepts.count)"
            )
        }
        for numbers in [coefficients, intercepts] where !EnsembleLimits.bound(numbers) {
            throw Self.fault("a number of the selector is not finite, or beyond \(EnsembleLimits.magnitude)")
        }
        self.supportCounts = supportCounts
        self.coefficients = coefficients
        self.intercepts = intercepts
    }

    private static func fault(_ text: String) -> EnsembleError { EnsembleError(.invalidEnsemble, text) }

    /// The class with the most votes.
    ///
    /// - Parameters:
    ///   - kernel: the kernel of a row with each support vector.
    ///   - available: the classes that there may be, at least one; pairs with others do not vote.
    /// - Returns: of those with as many votes the first, as in libsvm.
    package func winner(_ kernel: [Double], available: [Bool]) -> Int {
        var votes = [Int](repeating: 0, count: memberCount)
        var pair = 0
        for first in 0..<memberCount {
            for second in first + 1..<memberCount {
                defer { pair += 1 }
                guard available[first], available[second] else { continue }
                votes[decision(kernel, first, second) - intercepts[pair] > 0 ? first : second] += 1
            }
        }
        var best = available.firstIndex(of: true) ?? 0
        for member in 0..<memberCount where available[member] && votes[member] > votes[best] { best = member }
        return best
    }

    private func decision(_ kernel: [Double], _ first: Int, _ second: Int) -> Double {
        var sum = 0.0
        let firstRow = (second - 1) * supportCount
        for support in starts[first]..<starts[first + 1] { sum += coefficients[firstRow + support] * kernel[support] }
        let secondRow = first * supportCount
        for support in starts[second]..<starts[second + 1] {
            sum += coefficients[secondRow + support] * kernel[support]
        }
        return sum
    }
}
