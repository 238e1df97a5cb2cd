import Documents
import Foundation
import Numerics
import Specifications
import Testing

@Suite("Fitting table specifications")
struct TableFittingTests {
    /// Recorded cases with as many rows as the package was given; what it answered for its own random rows can only be
    /// compared in shape and sums.
    @Test(
        "K follows n and d as recorded",
        arguments: [
            ("n1", 1, 4), ("n2", 2, 4), ("n3", 3, 4), ("n100_equals_K", 100, 4), ("n101", 101, 4),
            ("one_column", 300, 1),
        ],
        [RKMETableOptions.Method.best, .compatible]
    )
    func pointCounts(recorded: (name: String, rows: Int, columns: Int), method: RKMETableOptions.Method) throws {
        let cases = try Golden.json("edge_cases.json").array ?? []
        let expected = cases.first { $0["name"]?.string == recorded.name }
        var options = RKMETableOptions()
        options.method = method
        let rows = Matrix<Double>.normal(recorded.rows, recorded.columns, seed: 3)
        let specification = try RKMETableSpecification(fitting: rows, options: options)
        #expect([specification.points.rows, recorded.columns] == expected?["z_shape"]?.array?.compactMap(\.integer))
        #expect(specification.rowCount == expected?["num_points"]?.integer)
        Self.expectSound(specification)
    }

    /// Finite, no row at the origin, weights on the simplex.
    static func expectSound(_ specification: RKMETableSpecification) {
        #expect(specification.points.elements.allSatisfy { $0.isFinite })
        #expect((0..<specification.points.rows).allSatisfy { specification.points.row($0).contains { $0 != 0 } })
        #expect(specification.weights.allSatisfy { $0 >= 0 })
        #expect(abs(specification.weights.reduce(0, +) - 1) < 1e-9)
    }

    @Test("The size cap lowers K as recorded", arguments: [(65, 20_000, 300), (20, 65_537, 60)])
    func sizeCap(count: Int, columns: Int, rows: Int) throws {
        var options = RKMETableOptions()
        (options.method, options.steps) = (.compatible, 0)
        let data = Matrix<Double>.normal(rows, columns, seed: 4)
        #expect(try RKMETableSpecification(fitting: data, options: options).points.rows == count)
    }

    @Test(
        "Missing and infinite values become their column's mean",
        arguments: [RKMETableOptions.Method.best, .compatible]
    )
    func missing(method: RKMETableOptions.Method) throws {
        var options = RKMETableOptions()
        options.method = method
        var rows = Matrix<Double>.normal(200, 3, seed: 5)
        var filled = rows
        for (row, value) in [(3, Double.nan), (7, .infinity), (90, -.infinity)] { rows[row, 1] = value }
        let mean = (0..<200).filter { rows[$0, 1].isFinite }.reduce(0) { $0 + rows[$1, 1] } / 197
        for row in [3, 7, 90] { filled[row, 1] = mean }
        let (one, other) = try (
            RKMETableSpecification(fitting: rows, options: options),
            RKMETableSpecification(fitting: filled, options: options)
        )
        Self.expectSound(one)
        #expect(try one.squaredDistance(to: other) < 1e-6)
    }

    @Test("Data that cannot be specified are refused, with the place")
    func refused() throws {
        var rows = Matrix<Double>.normal(20, 3, seed: 6)
        for row in 0..<20 { rows[row, 1] = .nan }
        let column = #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: rows) }
        #expect(column?.description.contains("column 1 has no number") == true)
        #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: Matrix(rows: 0, columns: 3)) }
        #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: Matrix(rows: 3, columns: 0)) }
        // The package answers NaN for what Float cannot hold.
        var large = Matrix<Double>.normal(20, 3, seed: 6)
        large[4, 2] = 1e39
        var options = RKMETableOptions()
        options.method = .compatible
        let error = #expect(throws: SpecificationError.self) {
            try RKMETableSpecification(fitting: large, options: options)
        }
        #expect(error?.description.contains("row 4, column 2") == true)
    }

    @Test(
        "Large numbers, constant rows and few different ones leave nothing undefined",
        arguments: [
            RKMETableOptions.Method.best, .compatible,
        ]
    )
    func degenerate(method: RKMETableOptions.Method) throws {
        var options = RKMETableOptions()
        options.method = method
        let constant = Matrix<Double>(rows: 200, columns: 3, repeating: 2.5)
        Self.expectSound(try RKMETableSpecification(fitting: constant, options: options))
        let few = Matrix<Double>.normal(5, 3, seed: 7)
        let repeated = few.rows(at: (0..<200).map { $0 % 5 })
        Self.expectSound(try RKMETableSpecification(fitting: repeated, options: options))
        // The package's k-means leaves 98 of 100 points at the origin here.
        let huge = Matrix<Double>.normal(200, 3, scale: 1e20, seed: 8)
        Self.expectSound(try RKMETableSpecification(fitting: huge, options: options))
    }

    @Test("Without reduction the rows are the points, each with weight 1/n")
    func unreduced() throws {
        var options = RKMETableOptions()
        options.reduces = false
        let rows = Matrix<Double>.normal(50, 3, seed: 9)
        let specification = try RKMETableSpecification(fitting: rows, options: options)
        #expect(specification.points == rows && specification.weights.allSatisfy { $0 == 0.02 })
        #expect(specification.guardRecord == .off)
    }

    @Test("Free weights may be negative and need not sum to 1")
    func freeWeights() throws {
        var options = RKMETableOptions()
        (options.hasNonnegativeWeights, options.pointCount) = (false, 20)
        let rows = Matrix<Double>.normal(200, 3, seed: 10)
        let free = try RKMETableSpecification(fitting: rows, options: options)
        #expect(free.weights.allSatisfy { $0.isFinite } && free.points.elements.allSatisfy { $0.isFinite })
        #expect(try free.squaredDistance(toRows: rows) < 1e-3)
    }

    @Test(
        "A seed gives the same specification whatever the number of threads, and another seed another",
        arguments: [
            RKMETableOptions.Method.best, .compatible,
        ]
    )
    func seeds(method: RKMETableOptions.Method) throws {
        var options = RKMETableOptions()
        (options.method, options.pointCount, options.threads) = (method, 30, 1)
        let rows = Matrix<Double>.normal(5000, 6, seed: 11)
        let one = try RKMETableSpecification(fitting: rows, options: options)
        options.threads = 3
        let three = try RKMETableSpecification(fitting: rows, options: options)
        #expect(one.points == three.points && one.weights == three.weights)
        options.seed = 1
        #expect(try RKMETableSpecification(fitting: rows, options: options).points != one.points)
    }

    @Test("A standardisation is the columns' own, recorded, and that of the given one when it is given")
    func scaling() throws {
        var rows = Matrix<Double>.normal(400, 2, seed: 12)
        for row in 0..<400 { rows[row, 1] = 1000 + 50 * rows[row, 1] }
        var options = RKMETableOptions()
        options.scaling = .ownColumns
        let specification = try RKMETableSpecification(fitting: rows, options: options)
        let standardization = try #require(specification.standardization)
        #expect(abs(standardization.mean[1] - 1000) < 10 && abs(standardization.scale[1] - 50) < 5)
        #expect(specification.points.elements.allSatisfy { abs($0) < 10 })
        #expect(try specification.squaredDistance(toRows: rows) < 1e-3)
        options.scaling = .given(standardization)
        let again = try RKMETableSpecification(fitting: rows, options: options)
        #expect(again.kernelKey == specification.kernelKey)
        options.scaling = .given(try Standardization(mean: [0], scale: [1]))
        #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: rows, options: options) }
    }

    @Test("The median heuristic is 1 / (2 m²) of the median distance")
    func medianGamma() throws {
        let rows = Matrix<Double>.normal(60, 3, seed: 13)
        var squares: [Double] = []
        for i in 0..<60 {
            for j in i + 1..<60 { squares.append((0..<3).reduce(0) { $0 + pow(rows[i, $1] - rows[j, $1], 2) }) }
        }
        squares.sort()
        var options = RKMETableOptions()
        options.gamma = .median
        let gamma = try RKMETableSpecification(fitting: rows, options: options).gamma
        #expect(abs(gamma - 1 / (2 * squares[squares.count / 2])) < 1e-9)
        let constant = Matrix<Double>(rows: 9, columns: 2, repeating: 1)
        #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: constant, options: options) }
    }

    @Test("Samples of another shape keep it")
    func sampleShape() throws {
        let rows = Matrix<Double>.normal(200, 15, seed: 14)
        let specification = try RKMETableSpecification(fitting: rows, sampleShape: [3, 5])
        #expect(specification.sampleShape == [3, 5])
        #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: rows, sampleShape: [4, 4]) }
    }

    @Test("Options that make no sense are refused")
    func options() {
        let rows = Matrix<Double>.normal(20, 2, seed: 15)
        func expectRefused(_ change: (inout RKMETableOptions) -> Void) {
            var options = RKMETableOptions()
            change(&options)
            #expect(throws: SpecificationError.self) { try RKMETableSpecification(fitting: rows, options: options) }
        }
        expectRefused { $0.pointCount = 0 }
        expectRefused { $0.pointCount = 5000 }
        expectRefused { $0.gamma = .fixed(-1) }
        expectRefused { $0.steps = -1 }
        expectRefused { $0.threads = 0 }
    }
}
