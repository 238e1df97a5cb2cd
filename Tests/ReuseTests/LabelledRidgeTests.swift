import Documents
import Numerics
import Reuse
import Testing

@Suite("Ridge regression")
struct LabelledRidgeTests {
    /// The same penalty for every row but one, which then is asked about: what leaving it out really means.
    static func leftOut(_ columns: Matrix<Double>, _ targets: [Double], penalty: Double) throws -> Double {
        var sum = 0.0
        for row in 0..<columns.rows {
            let others = (0..<columns.rows).filter { $0 != row }
            let model = try solved(columns.rows(at: others), others.map { targets[$0] }, penalty: penalty)
            let answer = zip(model.coefficients, columns.row(row)).reduce(model.intercept) { $0 + $1.0 * $1.1 }
            sum += (answer - targets[row]) * (answer - targets[row])
        }
        return sum / Double(columns.rows)
    }

    /// The normal equations with the intercept as a column of ones that has no penalty.
    static func solved(
        _ columns: Matrix<Double>,
        _ targets: [Double],
        penalty: Double
    ) throws -> (coefficients: [Double], intercept: Double) {
        let width = columns.columns + 1
        var normal = Matrix<Double>(rows: width, columns: width)
        var right = [Double](repeating: 0, count: width)
        for row in 0..<columns.rows {
            let values = Array(columns.row(row)) + [1]
            for i in 0..<width {
                right[i] += values[i] * targets[row]
                for j in 0..<width { normal[i, j] += values[i] * values[j] }
            }
        }
        for i in 0..<width - 1 { normal[i, i] += penalty }
        let solution = try normal.solvePositiveDefinite(right)
        return (Array(solution.dropLast()), solution[width - 1])
    }

    static func problem(_ rows: Int, _ columns: Int, seed: UInt64) -> (Matrix<Double>, [Double]) {
        let x = Synthetic.normal(rows, columns, seed: seed)
        let noise = Synthetic.normal(rows, 1, scale: 0.5, seed: seed &+ 1).elements
        return (x, (0..<rows).map { 100 + 3 * x[$0, 0] - (columns > 1 ? x[$0, 1] : 0) + noise[$0] })
    }

    @Test(
        "The closed form is what leaving each row out gives, with more rows than columns and with fewer",
        arguments: [(40, 5), (30, 1), (6, 5), (6, 6), (8, 30), (2, 3)]
    )
    func leaveOneOut(rows: Int, columns: Int) throws {
        let (x, y) = Self.problem(rows, columns, seed: UInt64(10 * rows + columns))
        for trial in try RidgeRegression(fitting: x, targets: y).trials {
            let reference = try Self.leftOut(x, y, penalty: trial.penalty)
            // Both are some hundred roundings away from the truth, whose condition is below 1e5 here.
            #expect(abs(trial.leaveOneOutError - reference) <= 1e-8 * reference)
        }
    }

    @Test("Coefficients and intercept solve the normal equations", arguments: [(40, 5), (8, 30)])
    func normalEquations(rows: Int, columns: Int) throws {
        let (x, y) = Self.problem(rows, columns, seed: 77)
        let model = try RidgeRegression(fitting: x, targets: y)
        let reference = try Self.solved(x, y, penalty: model.penalty)
        #expect(zip(model.function.coefficients.elements, reference.coefficients).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(model.function.intercepts[0] - reference.intercept) < 1e-9)
    }

    @Test("The penalty with the least error is chosen")
    func choice() throws {
        let (x, y) = Self.problem(12, 9, seed: 5)
        let model = try RidgeRegression(fitting: x, targets: y)
        let errors = try model.trials.map { try Self.leftOut(x, y, penalty: $0.penalty) }
        #expect(model.trials.map(\.penalty) == [0.01, 0.1, 1, 10, 100])
        #expect(model.penalty == model.trials[errors.firstIndex(of: errors.min() ?? 0) ?? 0].penalty)
    }

    @Test("Golden: coefficients, penalty and error are the Python package's", arguments: [20, 50, 100])
    func golden(count: Int) throws {
        let golden = try LabelledGolden(.diabetes)
        let expected = try #require(golden.expected["feature_augment_\(count)"])
        let part = golden.labelled.prefix(count)
        let model = try RidgeRegression(
            fitting: FeatureAugmentation.columns(part.columns, outputs: part.outputs),
            targets: part.labels
        )
        let coefficients = expected["coefficients"]?.array?.compactMap(\.number) ?? []
        #expect(coefficients.count == 18 && model.penalty == expected["penalty"]?.number)
        let scale = coefficients.reduce(0) { max($0, $1.magnitude) }
        #expect(
            zip(coefficients, model.function.coefficients.elements).allSatisfy { abs($0 - $1) <= 1e-9 * scale }
        )
        let answers = try model.predict(
            FeatureAugmentation.columns(golden.test.columns, outputs: golden.test.outputs)
        )
        let error = try #require(expected["rmse"]?.number)
        #expect(abs(rootMeanSquaredError(answers, golden.test.labels) - error) <= 1e-6)
    }

    @Test("Golden: the user alone is as good as with the Python package's learner", arguments: [20, 50, 100])
    func alone(count: Int) throws {
        let golden = try LabelledGolden(.diabetes)
        let error = try #require(golden.expected["alone_\(count)"]?["rmse"]?.number)
        let part = golden.labelled.prefix(count)
        let model = try RidgeRegression(fitting: part.columns, targets: part.labels)
        #expect(abs(rootMeanSquaredError(try model.predict(golden.test.columns), golden.test.labels) - error) <= 1e-6)
    }

    @Test("NaN and infinities count as the mean of their column")
    func repaired() throws {
        var (x, y) = Self.problem(20, 3, seed: 9)
        let finite = try RidgeRegression(fitting: x, targets: y)
        let mean = (1..<20).reduce(0) { $0 + x[$1, 2] } / 19
        x[0, 2] = .nan
        let model = try RidgeRegression(fitting: x, targets: y)
        #expect(model != finite && abs(model.function.columnMeans[2] - mean) < 1e-14)
        x[0, 2] = .infinity
        #expect(try RidgeRegression(fitting: x, targets: y) == model)
        let asked = try Matrix(rows: [[1, 2, .nan], [1, 2, -.infinity], [1, 2, model.function.columnMeans[2]]])
        let answers = try model.predict(asked)
        #expect(answers[0] == answers[2] && answers[1] == answers[2])
    }

    @Test("A row that alone decides a column cannot be left out, and the largest penalty is taken")
    func leverage() throws {
        var (x, y) = Self.problem(20, 2, seed: 13)
        for row in 0..<20 { x[row, 1] = row == 0 ? 1e9 : 0 }
        let model = try RidgeRegression(fitting: x, targets: y)
        #expect(model.trials.allSatisfy { $0.leaveOneOutError == .infinity } && model.penalty == 100)
        let mean = y.reduce(0, +) / 20
        #expect(rootMeanSquaredError(try model.predict(x), y) < rootMeanSquaredError(y.map { _ in mean }, y))
    }

    @Test("A column without a number counts as 0 and gets no coefficient")
    func empty() throws {
        let (x, y) = Self.problem(20, 2, seed: 11)
        let blank = Matrix<Double>(rows: 20, columns: 1, repeating: .nan)
        let model = try RidgeRegression(fitting: FeatureAugmentation.columns(x, outputs: [blank]), targets: y)
        #expect(model.function.columnMeans[2] == 0 && model.function.coefficients[0, 2] == 0)
    }

    @Test("Columns are the user's, then each member's")
    func aligned() throws {
        let x = try Matrix(rows: [[1, 2], [3, 4]])
        let outputs = try [Matrix(rows: [[5], [6]]), Matrix(rows: [[7, 8], [9, 10]])]
        #expect(
            try FeatureAugmentation.columns(x, outputs: outputs)
                == Matrix(rows: [[1, 2, 5, 7, 8], [3, 4, 6, 9, 10]])
        )
        #expect(throws: LabelledError.self) { try FeatureAugmentation.columns(x, outputs: [Matrix(rows: [[1]])]) }
    }

    @Test("Data that no line goes through is refused")
    func refused() throws {
        let (x, y) = Self.problem(6, 2, seed: 1)
        #expect(throws: LabelledError.self) { try RidgeRegression(fitting: x, targets: Array(y.dropLast())) }
        #expect(throws: LabelledError.self) { try RidgeRegression(fitting: x.rows(0..<1), targets: [y[0]]) }
        #expect(throws: LabelledError.self) { try RidgeRegression(fitting: x, targets: y.map { _ in .nan }) }
        #expect(throws: LabelledError.self) {
            try RidgeRegression(fitting: x, targets: y, options: .init(penalties: [0]))
        }
        #expect(throws: LabelledError.self) {
            try RidgeRegression(fitting: x, targets: y, options: .init(penalties: []))
        }
        let huge = Matrix(unchecked: x.elements.map { $0 * 1e200 }, rows: 6, columns: 2)
        #expect(throws: LabelledError.self) { try RidgeRegression(fitting: huge, targets: y) }
        #expect(throws: LabelledError.self) { try RidgeRegression(fitting: x, targets: y).predict(x.transposed) }
    }
}
