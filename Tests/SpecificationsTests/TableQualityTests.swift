import Documents
import Foundation
import Numerics
import Specifications
import Testing

/// The default mode against the Python package, at equal K and gamma: MMD to the rows, by exact sums over all pairs.
@Suite("Quality of table specifications")
struct TableQualityTests {
    struct Outcome: Sendable {
        var name: String
        var theirs: Double
        var guarded: Double
        var free: Double

        init(_ name: String) throws {
            self.name = name
            theirs = try Golden.json("specs/\(name)/meta.json")["mmd_exact"]?["mmd"]?.number ?? .nan
            let rows = try Golden.rows("specs/\(name)/X.npy")
            let fit = try RKMETableFit(rows)
            guarded = try fit.specification.squaredDistance(toRows: rows).squareRoot()
            free = try fit.privacyReport().freeDiscrepancy
            TableFittingTests.expectSound(fit.specification)
        }
    }

    static let outcomes = Result { try Golden.sets.map { try Outcome($0) } }

    @Test("On no set is the distance above the package's")
    func everySet() throws {
        for outcome in try Self.outcomes.get() {
            #expect(outcome.guarded <= outcome.theirs, "\(outcome)")
            #expect(outcome.free <= outcome.theirs, "\(outcome)")
        }
    }

    @Test("In the geometric mean it is at most half of the package's, guard included")
    func mean() throws {
        let outcomes = try Self.outcomes.get()
        let logarithms = outcomes.map { log($0.guarded / $0.theirs) }
        #expect(exp(logarithms.reduce(0, +) / Double(outcomes.count)) <= 0.5)
        for outcome in outcomes {
            let ratio = (outcome.guarded / outcome.theirs).formatted(.number.precision(.fractionLength(3)))
            print(
                "\(outcome.name): package \(outcome.theirs), ours \(outcome.guarded) (\(ratio)), free \(outcome.free)"
            )
        }
    }

    /// What `python-learnware-measured.md` reports for the package on seeded sets of the same distributions, whose rows
    /// are other ones here; its figures differ by less than 0.05 from seed to seed.
    @Test(
        "Larger seeded sets stay below half of what was measured for the package",
        arguments: [
            (10_000, 100, 1.0, 0.208, 0.5), (10_000, 100, 0.1.squareRoot(), 0.272, 0.5),
        ]
    )
    func seeded(rows: Int, columns: Int, scale: Double, theirs: Double, part: Double) throws {
        let data = Matrix<Double>.normal(rows, columns, scale: scale, seed: 16)
        let specification = try RKMETableSpecification(fitting: data)
        #expect(try specification.squaredDistance(toRows: data).squareRoot() <= part * theirs)
        TableFittingTests.expectSound(specification)
    }
}
