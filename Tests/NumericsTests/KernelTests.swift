import Foundation
import Numerics
import TestSupport
import Testing

/// The reference is the sum of squared differences, one pair after another.
@Suite("Distances and kernels")
struct KernelTests {
    static func naiveDistance(_ x: Matrix<Double>, _ i: Int, _ y: Matrix<Double>, _ j: Int) -> Double {
        (0..<x.columns).reduce(0) { $0 + (x[i, $1] - y[j, $1]) * (x[i, $1] - y[j, $1]) }
    }

    static func expectDistances(_ x: Matrix<Double>, _ y: Matrix<Double>, relative: Double) throws {
        let distances = try x.squaredDistances(to: y)
        #expect(distances.rows == x.rows && distances.columns == y.rows)
        var worst = 0.0
        for i in 0..<x.rows {
            for j in 0..<y.rows {
                let reference = naiveDistance(x, i, y, j)
                worst = max(worst, abs(distances[i, j] - reference) / max(reference, 1e-300))
            }
        }
        #expect(worst <= relative)
    }

    @Test("Squared distances are those of the definition", arguments: [(1, 1, 1), (7, 3, 2), (300, 110, 65)])
    func distances(rows: Int, others: Int, columns: Int) throws {
        let x = Matrix<Double>.random(rows: rows, columns: columns, seed: 1)
        let y = Matrix<Double>.random(rows: others, columns: columns, seed: 2)
        try Self.expectDistances(x, y, relative: 1e-9)
    }

    @Test("Near pairs far from the origin keep their digits", arguments: [1e3, 1e6, 1e9])
    func cancellation(offset: Double) throws {
        var x = Matrix<Double>.random(rows: 60, columns: 5, seed: 3)
        for row in 0..<x.rows {
            for axis in 0..<5 { x[row, axis] += offset }
        }
        // Some rows again, some of them a little beside, and one pair far away from all.
        var y = x.rows(at: Array(0..<30))
        for row in 10..<20 { y[row, 2] += offset * 1e-9 }
        y[29, 0] = -offset
        try Self.expectDistances(x, y, relative: 1e-9)
        let distances = try x.squaredDistances(to: y)
        #expect((0..<10).allSatisfy { distances[$0, $0] == 0 })
    }

    @Test("Infinite and missing numbers do not become distances")
    func nonFinite() throws {
        let x = try Matrix<Double>(rows: [[.nan, 1], [.infinity, 1], [0, 0]])
        let distances = try x.squaredDistances(to: Matrix(rows: [[0, 0], [1, 1]]))
        #expect(distances[0, 0].isNaN && !distances[1, 1].isFinite && distances[2, 1] == 2)
    }

    @Test("The nearest row is found, and an equal one is passed over on request")
    func nearest() throws {
        let x = Matrix<Double>.random(rows: 900, columns: 3, seed: 4)
        let queries = x.rows(at: [0, 5, 899])
        let equal = try queries.nearestRows(in: x)
        #expect(equal.rows == [0, 5, 899] && equal.squaredDistances == [0, 0, 0])
        let others = try queries.nearestRows(in: x, skipsEqual: true)
        for (query, row) in [0, 5, 899].enumerated() {
            let reference = (0..<900).filter { $0 != row }.map { Self.naiveDistance(x, row, x, $0) }.min() ?? 0
            #expect(abs(others.squaredDistances[query] - reference) <= 1e-9 * reference)
        }
        let alone = try x.rows(0..<1).nearestRows(in: x.rows(0..<1), skipsEqual: true)
        #expect(alone.squaredDistances == [.infinity])
    }

    @Test("The kernel, its sums and its means are those of the definition", arguments: [0.1, 3])
    func kernel(gamma: Double) throws {
        let kernel = try GaussianKernel(gamma: gamma)
        let x = Matrix<Double>.random(rows: 700, columns: 4, seed: 5)
        let y = Matrix<Double>.random(rows: 30, columns: 4, seed: 6)
        let (alpha, beta) = (Matrix<Double>.random(rows: 1, columns: 700, seed: 7).elements, y.elements.prefix(30))
        let matrix = try kernel.matrix(x, y)
        var (sum, means) = (0.0, [Double](repeating: 0, count: 30))
        var isNear = true
        for i in 0..<700 {
            for j in 0..<30 {
                let reference = exp(-gamma * Self.naiveDistance(x, i, y, j))
                isNear = isNear && abs(matrix[i, j] - reference) <= 1e-12 * reference
                sum += alpha[i] * beta[j] * reference
                means[j] += reference / 700
            }
        }
        #expect(isNear)
        #expect(abs(try kernel.sum(x, alpha, y, Array(beta)) - sum) < 1e-10)
        #expect(zip(try kernel.means(of: x, at: y), means).allSatisfy { abs($0 - $1) < 1e-13 })
        let all = try kernel.sum(
            x,
            [Double](repeating: 1 / 700, count: 700),
            x,
            [Double](repeating: 1 / 700, count: 700)
        )
        #expect(abs(try kernel.squaredNorm(of: x) - all) < 1e-13)
    }

    @Test("Shifts are the kernel's mean of the differences")
    func shifts() throws {
        let kernel = try GaussianKernel(gamma: 0.4)
        let x = Matrix<Double>.random(rows: 600, columns: 3, seed: 8)
        let z = Matrix<Double>.random(rows: 5, columns: 3, seed: 9)
        let moments = try kernel.moments(of: x, at: z, threads: nil)
        for j in 0..<5 {
            for axis in 0..<3 {
                let reference = (0..<600).reduce(0.0) {
                    $0 + exp(-0.4 * Self.naiveDistance(x, $1, z, j)) * (x[$1, axis] - z[j, axis]) / 600
                }
                #expect(abs(moments.shifts[j * 3 + axis] - reference) < 1e-13)
            }
        }
    }

    @Test("The number of threads does not change a bit", arguments: [2, 5])
    func threads(count: Int) throws {
        let kernel = try GaussianKernel(gamma: 0.1)
        let x = Matrix<Double>.random(rows: 2000, columns: 7, seed: 10)
        let z = x.rows(0..<40)
        let (one, several) = try (
            kernel.moments(of: x, at: z, threads: 1), kernel.moments(of: x, at: z, threads: count)
        )
        #expect(one.means == several.means && one.shifts == several.shifts)
        #expect(try kernel.squaredNorm(of: x, threads: 1) == kernel.squaredNorm(of: x, threads: count))
    }

    @Test("A gamma that makes no kernel is refused", arguments: [0, -1, .nan, .infinity])
    func gamma(value: Double) {
        #expect(throws: NumericsError.self) { try GaussianKernel(gamma: value) }
    }
}
