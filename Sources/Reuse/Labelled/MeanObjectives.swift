/// Objectives of a mean of numbers: [mean squared error, size].
///
/// With the residuals r of each member, a subset's error is the mean of rᵢ · rⱼ over its pairs, so rows are looked at
/// once and not for every subset.
struct MeanObjectives: SubsetObjectives {
    let memberCount: Int
    let preference = [0, 1]

    /// rᵢ · rⱼ / n, row by row.
    private let products: [Double]

    /// - Parameters:
    ///   - outputs: for each member the number of each row.
    ///   - targets: the number that each row should have.
    init(outputs: [[Double]], targets: [Double]) {
        memberCount = outputs.count
        let residuals = outputs.map { output in zip(output, targets).map { $0 - $1 } }
        var products = [Double](repeating: 0, count: outputs.count * outputs.count)
        for first in outputs.indices {
            for second in outputs.indices.prefix(first + 1) {
                let product =
                    zip(residuals[first], residuals[second]).reduce(0) { $0 + $1.0 * $1.1 } / Double(targets.count)
                products[first * outputs.count + second] = product
                products[second * outputs.count + first] = product
            }
        }
        self.products = products
    }

    func evaluate(_ members: [Int]) -> [Double] {
        var sum = 0.0
        for (place, first) in members.enumerated() {
            let row = first * memberCount
            sum += products[row + first]
            for second in members[..<place] { sum += 2 * products[row + second] }
        }
        let error = sum / Double(members.count * members.count)
        // A member with numbers too large to square is in no subset that is chosen.
        return [error.isNaN ? .infinity : max(0, error), Double(members.count)]
    }
}
