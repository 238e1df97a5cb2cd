import Numerics
import Specifications
import Testing

@Suite("The privacy guard")
struct PrivacyGuardTests {
    /// The least distance from a point to a row, and the 1st percentile of the rows' own nearest distances, pair by pair.
    static func distances(_ points: Matrix<Double>, _ rows: Matrix<Double>) -> (least: Double, percentile: Double) {
        func distance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
        var least = Double.infinity
        for point in 0..<points.rows {
            for row in 0..<rows.rows { least = min(least, distance(points.row(point), rows.row(row))) }
        }
        var nearest: [Double] = []
        for row in 0..<rows.rows {
            let others = (0..<rows.rows).map { distance(rows.row(row), rows.row($0)) }.filter { $0 > 0 }
            if let least = others.min() { nearest.append(least) }
        }
        nearest.sort()
        let rank = (0.01 * Double(nearest.count)).rounded(.up)
        return (least, nearest.isEmpty ? 0 : nearest[max(0, Int(rank) - 1)])
    }

    @Test(
        "Every point keeps farther from any row than the 1st percentile",
        arguments: [
            "iris", "wine", "wine_std", "diabetes", "gmm_n1000_d10", "gausss_n1000_d100",
        ]
    )
    func keepsAway(name: String) throws {
        let rows = try Golden.rows("specs/\(name)/X.npy")
        let specification = try RKMETableSpecification(fitting: rows)
        let (least, percentile) = Self.distances(specification.points, rows)
        #expect(percentile > 0 && least > percentile)
        guard case .distance(let recorded)? = specification.guardRecord else {
            Issue.record("the guard is not recorded")
            return
        }
        #expect(abs(recorded - percentile) <= 1e-6 * percentile)
    }

    @Test("Rows that come more than once do not make the bound 0")
    func duplicates() throws {
        let few = Matrix<Double>.normal(120, 2, seed: 1)
        let rows = few.rows(at: (0..<360).map { $0 % 120 })
        let specification = try RKMETableSpecification(fitting: rows)
        let (least, percentile) = Self.distances(specification.points, rows)
        #expect(percentile > 0 && least > percentile)
    }

    @Test("Of many rows a sample tells the bound, on its safe side")
    func sampled() throws {
        let rows = Matrix<Double>.normal(4500, 2, seed: 2)
        let specification = try RKMETableSpecification(fitting: rows)
        let (least, percentile) = Self.distances(specification.points, rows)
        #expect(least > percentile)
    }

    @Test("Without the guard points may be rows, and the file says so")
    func off() throws {
        var options = RKMETableOptions()
        options.guardsPrivacy = false
        let rows = try Golden.rows("specs/wine/X.npy")
        let specification = try RKMETableSpecification(fitting: rows, options: options)
        let (least, percentile) = Self.distances(specification.points, rows)
        #expect(least < percentile && specification.guardRecord == .off)
    }

    @Test("The report gives the distances and what the guard cost")
    func report() throws {
        let rows = try Golden.rows("specs/wine_std/X.npy")
        let fit = try RKMETableFit(rows)
        let report = try fit.privacyReport()
        let (least, percentile) = Self.distances(fit.specification.points, rows)
        #expect(abs(report.nearestDistance - least) < 1e-9 && abs(report.rowDistances.first - percentile) < 1e-9)
        #expect(report.rowDistances.first <= report.rowDistances.median)
        #expect(report.rowDistances.median <= report.rowDistances.ninetyNinth)
        let exact = try fit.specification.squaredDistance(toRows: rows).squareRoot()
        #expect(abs(report.discrepancy - exact) < 1e-9 && report.freeDiscrepancy < report.discrepancy)
        #expect(!report.isSampled)
    }

    @Test("Points that are rows go, those that are far enough stay, with the weights that are best for them")
    func kept() throws {
        let rows = Matrix<Double>.normal(200, 3, seed: 4)
        let keeper = try PrivacyGuard(rows: rows, seed: 0, threads: 1)
        let problem = ReducedSetProblem(rows: rows, kernel: try GaussianKernel(gamma: 0.1))
        let shown = try problem.weighted(rows.rows(at: [3, 14, 159]))
        #expect(try keeper.kept(shown, problem) == nil)

        var random = SeededRandom(seed: 5)
        let far = try keeper.pushedAway(Matrix<Double>.normal(8, 3, seed: 6), using: &random).points
        let whole = try problem.weighted(far)
        let same = try #require(try keeper.kept(whole, problem))
        #expect(same.points == far && same.weights == whole.weights)

        let elements = far.rows(at: [0, 1, 2]).elements + rows.row(7) + far.rows(at: [3, 4, 5, 6, 7]).elements
        let mixed = try problem.weighted(Matrix(rows: 9, columns: 3, elements: elements))
        let rest = try #require(try keeper.kept(mixed, problem))
        #expect(rest.points == far && rest.weights == whole.weights)
        #expect(rest.objective >= mixed.objective && mixed.weights[3] > 0)
    }

    @Test("A specification of images keeps away from them after it was rounded")
    func images() throws {
        var random = SeededRandom(seed: 7)
        let values = (0..<40 * 3 * 1024).map { _ in Float(random.normal()) }
        var options = RKMEImageOptions()
        options.pointCount = 6
        options.rounds = 4
        let fit = try RKMEImageFit(try ImageSet(values, shape: [40, 3, 32, 32]), options: options)
        let report = try fit.privacyReport()
        #expect(report.nearestDistance > report.rowDistances.first && report.rowDistances.first > 0)
    }
}
