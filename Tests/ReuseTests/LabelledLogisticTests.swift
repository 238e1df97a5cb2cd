import Documents
import Foundation
import Numerics
import Reuse
import Testing

@Suite("Logistic regression")
struct LabelledLogisticTests {
    /// Points around a few centres, and which centre each is from.
    static func clouds(_ rows: Int, classes: Int, columns: Int = 3, seed: UInt64) -> (Matrix<Double>, [Int]) {
        let centres = Synthetic.normal(classes, columns, scale: 1.5, seed: seed)
        let labels = (0..<rows).map { $0 % classes }
        var x = Synthetic.normal(rows, columns, seed: seed &+ 1)
        for row in 0..<rows {
            for column in 0..<columns { x[row, column] += centres[labels[row], column] }
        }
        return (x, labels)
    }

    /// The gradient of ½|w|² + ½(b/10)² + C Σ log(1 + exp(−y s)) with s = w·x + b, in w and b/10, by its definition.
    static func gradient(
        _ x: Matrix<Double>,
        isSecond: [Bool],
        coefficients: [Double],
        intercept: Double,
        cost: Double
    ) -> [Double] {
        var gradient = coefficients + [intercept / 10]
        for row in 0..<x.rows {
            let values = Array(x.row(row))
            let score = zip(coefficients, values).reduce(intercept) { $0 + $1.0 * $1.1 }
            let pull = cost * (1 / (1 + exp(-score)) - (isSecond[row] ? 1 : 0))
            for (place, value) in (values + [10]).enumerated() { gradient[place] += pull * value }
        }
        return gradient
    }

    static func length(_ vector: [Double]) -> Double {
        vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    @Test("Coefficients are where the gradient is zero, one class against the rest", arguments: [2, 3, 5])
    func gradient(classes: Int) throws {
        let (x, labels) = Self.clouds(60, classes: classes, seed: UInt64(classes))
        for cost in [0.01, 1, 100] {
            let model = try LogisticRegression(fitting: x, labels: labels, options: .init(costs: [cost]))
            #expect(model.function.coefficients.rows == (classes == 2 ? 1 : classes))
            for row in 0..<model.function.coefficients.rows {
                let isSecond = labels.map { $0 == (classes == 2 ? 1 : row) }
                let zero = [Double](repeating: 0, count: 3)
                let start = Self.gradient(x, isSecond: isSecond, coefficients: zero, intercept: 0, cost: cost)
                let end = Self.gradient(
                    x,
                    isSecond: isSecond,
                    coefficients: Array(model.function.coefficients.row(row)),
                    intercept: model.function.intercepts[row],
                    cost: cost
                )
                // liblinear ends where the gradient is 1e-6 of what it was at zero, or less.
                #expect(Self.length(end) <= 1e-6 * Self.length(start))
            }
        }
    }

    @Test("The recorded accuracies are those of fits that never saw the held-out rows", arguments: [2, 4])
    func trials(classes: Int) throws {
        let (x, labels) = Self.clouds(50, classes: classes, seed: 40)
        let options = LogisticOptions(costs: [0.01, 1, 100], seed: 6)
        let model = try LogisticRegression(fitting: x, labels: labels, options: options)
        let splits = try Folds(stratifying: labels, seed: 6).splits
        for trial in model.trials {
            var right = 0
            for split in splits {
                let part = try LogisticRegression(
                    fitting: x.rows(at: split.training),
                    labels: split.training.map { labels[$0] },
                    options: .init(costs: [trial.cost])
                )
                let answers = try part.predict(x.rows(at: split.heldOut))
                right += zip(answers, split.heldOut).count { $0 == labels[$1] }
            }
            #expect(trial.accuracy == Double(right) / 50)
        }
    }

    @Test("The cost with the least loss is chosen")
    func choice() throws {
        let (x, labels) = Self.clouds(60, classes: 3, seed: 3)
        let model = try LogisticRegression(fitting: x, labels: labels)
        #expect(model.trials.map(\.cost) == model.trials.map(\.cost).sorted() && model.trials.count == 10)
        #expect(model.cost == model.trials.min { $0.logarithmicLoss < $1.logarithmicLoss }?.cost)
        #expect(model.cost != model.trials[0].cost && model.cost != model.trials[9].cost)
    }

    @Test("Columns of very different sizes are learnt from")
    func scales() throws {
        var (x, labels) = Self.clouds(80, classes: 2, seed: 21)
        for row in 0..<80 { (x[row, 0], x[row, 1]) = (1e-4 * x[row, 0], 1e5 * x[row, 1]) }
        let model = try LogisticRegression(fitting: x, labels: labels)
        #expect(accuracy(try model.predict(x), labels) > 0.8)
    }

    @Test("A seed decides, and threads do not")
    func seeds() throws {
        let (x, labels) = Self.clouds(60, classes: 4, seed: 8)
        let one = try LogisticRegression(fitting: x, labels: labels, options: .init(seed: 2, threads: 1))
        #expect(try LogisticRegression(fitting: x, labels: labels, options: .init(seed: 2, threads: 3)) == one)
        #expect(try LogisticRegression(fitting: x, labels: labels, options: .init(seed: 3)).trials != one.trials)
    }

    /// The recorded runs, with the labels that they had.
    static let recorded: [(LabelledGolden.Task, Int)] = [
        (.digits, 50), (.digits, 100), (.cancer, 20), (.cancer, 50), (.cancer, 100),
    ]

    @Test("Golden: as accurate as the Python package, to one test row, for any seed", arguments: recorded)
    func golden(task: LabelledGolden.Task, count: Int) throws {
        let golden = try LabelledGolden(task)
        let expected = try #require(golden.expected["feature_augment_\(count)"]?["accuracy"]?.number)
        let part = golden.labelled.prefix(count)
        let columns = try FeatureAugmentation.columns(part.columns, outputs: part.outputs)
        let test = try FeatureAugmentation.columns(golden.test.columns, outputs: golden.test.outputs)
        let row = 1 / Double(golden.test.labels.count)
        for seed in 0..<5 as Range<UInt64> {
            let model = try LogisticRegression(fitting: columns, labels: part.classes, options: .init(seed: seed))
            let found = accuracy(try model.predict(test), golden.test.classes)
            #expect(found > expected - 1.01 * row, "\(task) with seed \(seed)")
        }
    }

    @Test("Golden: the user alone, to one part in a hundred", arguments: recorded)
    func alone(task: LabelledGolden.Task, count: Int) throws {
        let golden = try LabelledGolden(task)
        let expected = try #require(golden.expected["alone_\(count)"]?["accuracy"]?.number)
        let part = golden.labelled.prefix(count)
        for seed in 0..<5 as Range<UInt64> {
            let model = try LogisticRegression(fitting: part.columns, labels: part.classes, options: .init(seed: seed))
            let found = accuracy(try model.predict(golden.test.columns), golden.test.classes)
            // Their multinomial model is a few of 619 digits ahead of one class against the rest.
            #expect(found > expected - 0.01, "\(task) with seed \(seed)")
        }
    }

    @Test("Twenty labels of ten classes are enough, where the Python package fails")
    func few() throws {
        let golden = try LabelledGolden(.digits)
        let part = golden.labelled.prefix(20)
        #expect(Set(part.classes).count == 9)
        let model = try LogisticRegression(
            fitting: FeatureAugmentation.columns(part.columns, outputs: part.outputs),
            labels: part.classes
        )
        let answers = try model.predict(
            FeatureAugmentation.columns(golden.test.columns, outputs: golden.test.outputs)
        )
        // A tenth is luck, and no single learnware is right for more than 0.401.
        #expect(accuracy(answers, golden.test.classes) > 0.55)
        #expect(model.classes.count == 9 && !model.trials.isEmpty)
    }

    @Test("Labels are any values in order: the same fit for texts as for numbers")
    func texts() throws {
        let (x, labels) = Self.clouds(40, classes: 3, seed: 12)
        let names = labels.map { ["ant", "bee", "cow"][$0] }
        let numbers = try LogisticRegression(fitting: x, labels: labels)
        let texts = try LogisticRegression(fitting: x, labels: names)
        #expect(texts.classes == ["ant", "bee", "cow"] && texts.function == numbers.function)
        #expect(try texts.predict(x) == numbers.predict(x).map { ["ant", "bee", "cow"][$0] })
    }

    @Test("The order of rows decides nothing but which rows are held out together")
    func order() throws {
        let (x, labels) = Self.clouds(40, classes: 2, seed: 14)
        let order = Array((0..<40).reversed())
        let options = LogisticOptions(costs: [1])
        let model = try LogisticRegression(fitting: x, labels: labels, options: options)
        let turned = try LogisticRegression(
            fitting: x.rows(at: order),
            labels: order.map { labels[$0] },
            options: options
        )
        #expect(
            zip(model.function.coefficients.elements, turned.function.coefficients.elements)
                .allSatisfy { abs($0 - $1) < 1e-5 }
        )
        #expect(try model.predict(x) == turned.predict(x))
    }

    @Test("One class, or classes of one row each, still give an answer")
    func degenerate() throws {
        let x = Synthetic.normal(6, 2, seed: 1)
        let same = try LogisticRegression(fitting: x, labels: [4, 4, 4, 4, 4, 4])
        #expect(try same.predict(x) == [4, 4, 4, 4, 4, 4] && same.trials.isEmpty)
        let each = try LogisticRegression(fitting: x, labels: Array(0..<6))
        #expect(each.trials.isEmpty && each.cost == 1)
        #expect(try each.predict(x).allSatisfy { (0..<6).contains($0) })
        let blank = try LogisticRegression(fitting: Matrix(rows: 6, columns: 2), labels: [0, 0, 0, 0, 1, 1])
        #expect(try blank.predict(Matrix(rows: 2, columns: 2)) == [0, 0])
        let none = try LogisticRegression(fitting: Matrix(rows: 6, columns: 0), labels: [0, 1, 1, 1, 1, 0])
        #expect(try none.predict(Matrix(rows: 1, columns: 0)) == [1])
    }

    @Test("What cannot be fitted is refused")
    func refused() throws {
        let (x, labels) = Self.clouds(10, classes: 2, seed: 2)
        #expect(throws: LabelledError.self) { try LogisticRegression(fitting: x, labels: [1]) }
        #expect(throws: LabelledError.self) {
            try LogisticRegression(fitting: x, labels: labels, options: .init(costs: [-1]))
        }
        #expect(throws: LabelledError.self) {
            try LogisticRegression(fitting: x, labels: labels, options: .init(costs: [1e7]))
        }
        #expect(throws: LabelledError.self) {
            try LogisticRegression(fitting: x, labels: labels, options: .init(folds: 1))
        }
        #expect(throws: LabelledError.self) { try LogisticRegression(fitting: x, labels: labels).predict(x.transposed) }
        let huge = Matrix(unchecked: x.elements.map { $0 * 1e300 }, rows: x.rows, columns: x.columns)
        #expect(throws: LabelledError.self) { try LogisticRegression(fitting: huge, labels: labels) }
    }
}
