import Numerics
import Search
import Specifications

/// Markets with data that a seed determines.
enum Market {
    /// A specification as a file would have it.
    static func specification(
        _ points: Matrix<Double>,
        weights: [Double]? = nil,
        gamma: Double = 0.1
    ) throws -> AnySpecification {
        .table(
            try RKMETableSpecification(
                points: points,
                weights: weights ?? [Double](repeating: 1 / Double(points.rows), count: points.rows),
                gamma: gamma,
                sampleShape: [points.columns]
            )
        )
    }

    /// Points around the middle of a task.
    static func points(task: Int, _ count: Int, columns: Int, noise: Double = 1, seed: UInt64) -> Matrix<Double> {
        var tasks = SeededRandom(seed: UInt64(1000 + task))
        let middle = (0..<columns).map { _ in 2 * tasks.normal() }
        var random = SeededRandom(seed: seed)
        let elements = (0..<count * columns).map { middle[$0 % columns] + noise * random.normal() }
        return Matrix(unchecked: elements, rows: count, columns: columns)
    }

    /// Copies of some tasks, each task's a little different from one another.
    static func copies(tasks: Int, copies: Int, points: Int, columns: Int) throws -> [SearchCandidate] {
        try (0..<tasks * copies).map { place in
            let task = place % tasks
            // The same points for all copies, and a little of their own.
            let common = Self.points(task: task, points, columns: columns, seed: UInt64(task))
            var random = SeededRandom(seed: UInt64(place + 5000))
            let elements = common.elements.map { $0 + 0.1 * random.normal() }
            let own = Matrix(unchecked: elements, rows: points, columns: columns)
            let id = String(String(place + 1_000_000).dropFirst())
            return SearchCandidate(id: id, semantic: nil, statistical: try specification(own))
        }
    }

    /// A user's data of several tasks.
    static func user(_ shares: [(task: Int, count: Int)], columns: Int, seed: UInt64 = 77) throws -> AnySpecification {
        var elements: [Double] = []
        for (task, count) in shares {
            elements += points(task: task, count, columns: columns, seed: seed + UInt64(task)).elements
        }
        return try specification(Matrix(unchecked: elements, rows: elements.count / columns, columns: columns))
    }

    /// ⟨a, b⟩ by its definition.
    static func product(_ a: AnySpecification, _ b: AnySpecification, gamma: Double = 0.1) -> Double {
        var sum = 0.0
        for (i, alpha) in a.weights.enumerated() {
            for (j, beta) in b.weights.enumerated() {
                let square = zip(a.points.row(i), b.points.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                sum += alpha * beta * Exponential.of(-gamma * square)
            }
        }
        return sum
    }

    static func distance(_ a: AnySpecification, _ b: AnySpecification) -> Double {
        product(a, a) - 2 * product(a, b) + product(b, b)
    }

    /// The least squared distance of two members' mixtures, by the formula of a line.
    static func pairDistance(_ user: AnySpecification, _ a: AnySpecification, _ b: AnySpecification) -> Double {
        let (aa, ab, bb) = (product(a, a), product(a, b), product(b, b))
        let (ua, ub, uu) = (product(user, a), product(user, b), product(user, user))
        let curvature = aa - 2 * ab + bb
        let share = curvature > 0 ? min(1, max(0, (ua - ub - ab + bb) / curvature)) : 0
        let (s, t) = (share, 1 - share)
        return uu - 2 * (s * ua + t * ub) + s * s * aa + 2 * s * t * ab + t * t * bb
    }
}
