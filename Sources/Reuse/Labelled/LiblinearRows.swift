import CLinear
import Numerics

/// Rows as liblinear reads them, and its logistic regression on some of them.
///
/// liblinear penalises the intercept as it does coefficients, because it is one: of a column that is the same in every
/// row. The larger that column's number, the smaller the coefficient and its penalty.
struct LiblinearRows: Sendable {
    /// What was fitted for two groups of rows: scores above 0 speak for the second.
    struct Line: Sendable {
        var coefficients: [Double]
        var intercept: Double
    }

    /// The number in the intercept's column: its penalty is a hundredth of a coefficient's.
    private static let constant = 10.0
    /// The part of its first gradient that a fit may end with.
    private static let tolerance = 1e-6
    /// liblinear prints each step otherwise.
    private static let isSilent: Bool = {
        set_print_string_function { _ in }
        return true
    }()

    private let nodes: [feature_node]
    /// The first node of each row.
    private let starts: [Int]
    private let columns: Int

    /// - Parameter rows: (n × d), finite.
    init(_ rows: Matrix<Double>) {
        var nodes: [feature_node] = []
        var starts: [Int] = []
        for row in 0..<rows.rows {
            starts.append(nodes.count)
            for (column, value) in rows.row(row).enumerated() where value != 0 {
                nodes.append(feature_node(index: Int32(column + 1), value: value))
            }
            nodes.append(feature_node(index: Int32(rows.columns + 1), value: Self.constant))
            nodes.append(feature_node(index: -1, value: 0))
        }
        self.nodes = nodes
        self.starts = starts
        columns = rows.columns
    }

    /// The line that minimises ½|w|² + C Σ log(1 + exp(−score)) over rows of the second group, and score over the first's.
    ///
    /// - Parameters:
    ///   - rows: the rows to fit on.
    ///   - isSecond: whether each of all rows is in the second group; both groups have a row among those to fit on.
    ///   - cost: C.
    /// - Returns: the line; its numbers may not be finite where the rows' are too large.
    func fit(_ rows: [Int], isSecond: [Bool], cost: Double) -> Line {
        _ = Self.isSilent
        BLAS.keepToOneThread()
        var parameter = CLinear.parameter()
        (parameter.solver_type, parameter.C, parameter.eps) = (Int32(L2R_LR), cost, Self.tolerance)
        var labels = rows.map { isSecond[$0] ? 1.0 : 0.0 }
        return nodes.withUnsafeBufferPointer { nodes in
            // liblinear's types have no `const`; it reads rows only.
            var places = rows.map { row in
                nodes.baseAddress.map { UnsafeMutablePointer(mutating: $0 + starts[row]) }
            }
            return labels.withUnsafeMutableBufferPointer { labels in
                places.withUnsafeMutableBufferPointer { places in
                    var problem = CLinear.problem(
                        l: Int32(rows.count),
                        n: Int32(columns + 1),
                        y: labels.baseAddress,
                        x: places.baseAddress,
                        bias: Self.constant
                    )
                    var model = train(&problem, &parameter)
                    defer { free_and_destroy_model(&model) }
                    return line(model)
                }
            }
        }
    }

    private func line(_ model: UnsafeMutablePointer<model>?) -> Line {
        guard let weights = model?.pointee.w, let label = model?.pointee.label else {
            return Line(coefficients: [Double](repeating: .nan, count: columns), intercept: .nan)
        }
        // Its scores speak for the label that it met first.
        let sign = label[0] == 1 ? 1.0 : -1.0
        return Line(
            coefficients: (0..<columns).map { sign * weights[$0] },
            intercept: sign * weights[columns] * Self.constant
        )
    }
}
