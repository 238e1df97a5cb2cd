import Numerics
import Reuse
import Testing

@Suite("Held-out estimates")
struct LabelledEstimateTests {
    @Test("An accuracy and its error are those of the definition")
    func accuracyByDefinition() throws {
        let labels = (0..<25).map { $0 % 2 }
        let folds = try Folds(rows: 25, seed: 1)
        // Wrong for six rows, whichever fold they are in.
        let estimate = try HeldOutEstimate.accuracy(labels: labels, folds: folds) { split in
            split.heldOut.map { $0 < 6 ? 1 - labels[$0] : labels[$0] }
        }
        #expect(estimate.rows == Array(0..<25) && abs(estimate.value - 19.0 / 25) < 1e-15)
        #expect(abs(estimate.standardError - (0.24 * 0.76 / 24).squareRoot()) < 1e-15)
    }

    @Test("A row is never asked about by what was fitted on it")
    func honest() throws {
        let targets = (0..<20).map { Double($0) }
        let folds = try Folds(rows: 20, count: 4, seed: 2)
        // A method that remembers answers, and says 1000 where it has none.
        let estimate = try HeldOutEstimate.rootMeanSquaredError(targets: targets, folds: folds) { split in
            split.heldOut.map { split.training.contains($0) ? targets[$0] : targets[$0] + 1000 }
        }
        #expect(estimate.value == 1000 && estimate.standardError == 0)
    }

    @Test("The error of a root is that of many repetitions")
    func rootError() throws {
        var roots: [Double] = []
        var errors: [Double] = []
        for seed in 0..<400 as Range<UInt64> {
            let targets = Synthetic.normal(200, 1, scale: 3, seed: seed).elements
            let estimate = try HeldOutEstimate.rootMeanSquaredError(targets: targets, folds: Folds(rows: 200)) {
                split in
                split.heldOut.map { _ in 0 }
            }
            roots.append(estimate.value)
            errors.append(estimate.standardError)
        }
        let mean = roots.reduce(0, +) / 400
        let deviation = (roots.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399).squareRoot()
        // 400 repetitions tell a standard deviation to some 3.5 parts in a hundred.
        #expect(abs(errors.reduce(0, +) / 400 / deviation - 1) < 0.12)
    }

    @Test("An advantage is counted row by row, so that what is hard for both does not blur it")
    func advantage() throws {
        let labels = [Int](repeating: 0, count: 40)
        let folds = try Folds(rows: 40, seed: 3)
        let better = try HeldOutEstimate.accuracy(labels: labels, folds: folds) { $0.heldOut.map { $0 < 15 ? 1 : 0 } }
        let worse = try HeldOutEstimate.accuracy(labels: labels, folds: folds) { $0.heldOut.map { $0 < 19 ? 1 : 0 } }
        let advantage = try #require(better.advantage(over: worse))
        #expect(abs(advantage.difference - 0.1) < 1e-15)
        // Four rows of forty differ: the standard error of a share of a tenth.
        #expect(abs(advantage.standardError - (0.1 * 0.9 / 39).squareRoot()) < 1e-15)
        #expect(advantage.standardError < better.standardError)
        #expect(try #require(worse.advantage(over: better)).difference == -advantage.difference)
        let other = try HeldOutEstimate.accuracy(labels: [0, 0], folds: Folds(rows: 2)) { $0.heldOut.map { _ in 0 } }
        #expect(better.advantage(over: other) == nil)
    }

    @Test("An estimate for a golden task is near what its test rows say")
    func golden() throws {
        let golden = try LabelledGolden(.digits)
        let (x, labels) = (golden.labelled.columns, golden.labelled.classes)
        let folds = try Folds(stratifying: labels, seed: 1)
        let estimate = try HeldOutEstimate.accuracy(labels: labels, folds: folds) { split throws(LabelledError) in
            try LogisticRegression(fitting: x.rows(at: split.training), labels: split.training.map { labels[$0] })
                .predict(x.rows(at: split.heldOut))
        }
        let model = try LogisticRegression(fitting: x, labels: labels)
        let tested = accuracy(try model.predict(golden.test.columns), golden.test.classes)
        #expect(abs(estimate.value - tested) < 3 * estimate.standardError)
        #expect(estimate.standardError > 0.02 && estimate.standardError < 0.05)
    }

    @Test("What cannot be estimated is refused")
    func refused() throws {
        let folds = try Folds(rows: 4)
        #expect(throws: LabelledError.self) {
            try HeldOutEstimate.accuracy(labels: [1, 2], folds: folds) { $0.heldOut.map { _ in 1 } }
        }
        #expect(throws: LabelledError.self) {
            try HeldOutEstimate.accuracy(labels: [1, 2, 3, 4], folds: folds) { _ in [] }
        }
        let none = try Folds(stratifying: [1, 2, 3])
        #expect(throws: LabelledError.self) {
            try HeldOutEstimate.accuracy(labels: [1, 2, 3], folds: none) { $0.heldOut.map { _ in 1 } }
        }
    }
}
