import Numerics

/// Some members with the weights that bring their sum nearest to the query.
struct WeightedMembers {
    /// Counted in the comparison's members, in the order in which they were chosen.
    var members: [Int]
    var weights: [Double]
    /// Exact.
    var squaredDistance: Double

    /// A weight below this is none.
    static let leastWeight = 1e-6
}

extension Comparison {
    /// The weights over the simplex of some members, by the quadratic program of their exact products.
    ///
    /// Members that get no weight are left out.
    mutating func solve(_ members: [Int]) throws(SearchError) -> WeightedMembers {
        guard let first = members.first else {
            throw SearchError(.numerics, "a mixture has at least one learnware")
        }
        guard members.count > 1 else {
            return WeightedMembers(members: members, weights: [1], squaredDistance: try squaredDistance(first))
        }
        var gram = Matrix<Double>(rows: members.count, columns: members.count)
        var linear: [Double] = []
        try computeCross(members)
        for (row, member) in members.enumerated() {
            linear.append(try cross(member))
            try computeProducts(member, with: Array(members[row...]))
            for column in row..<members.count {
                let product = try product(member, members[column])
                gram[row, column] = product
                gram[column, row] = product
            }
        }
        let solution = try computed { () throws(NumericsError) in
            try SimplexProgram(quadratic: gram, linear: linear).solve()
        }
        let kept = members.indices.filter { solution.weights[$0] >= WeightedMembers.leastWeight }
        if kept.count < members.count, !kept.isEmpty { return try solve(kept.map { members[$0] }) }
        return WeightedMembers(
            members: members,
            weights: solution.weights,
            squaredDistance: max(0, own + 2 * solution.objective)
        )
    }
}
