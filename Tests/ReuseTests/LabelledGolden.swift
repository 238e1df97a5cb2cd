import Documents
import Foundation
import Numerics
import Reuse
import SystemPackage
import Tensors
import TestSupport

/// A user's rows and what learnwares answered for them, from runs of the Python package, and how good that was.
struct LabelledGolden {
    enum Task: String, CaseIterable, Sendable {
        /// Three learnwares for parts of ten digits, which answer with labels.
        case digits
        /// Eight weak ones for two classes, which answer with two scores.
        case cancer
        /// Eight weak ones that answer with numbers.
        case diabetes
    }

    struct Rows {
        /// (n × d).
        var columns: Matrix<Double>
        /// A label or number for each.
        var labels: [Double]
        /// What each member answered, (n × k).
        var outputs: [Matrix<Double>]

        var classes: [Int] { labels.map { Int($0) } }
        /// The label that each member gives each row.
        var votes: [[Int]] {
            outputs.map { $0.columns > 1 ? EnsemblePruning.labels(ofScores: $0) : $0.elements.map { Int($0) } }
        }
        var numbers: [[Double]] { outputs.map(\.elements) }

        func prefix(_ count: Int) -> Rows {
            Rows(
                columns: columns.rows(0..<count),
                labels: Array(labels.prefix(count)),
                outputs: outputs.map { $0.rows(0..<count) }
            )
        }
    }

    let labelled: Rows
    let test: Rows
    let expected: Node

    init(_ task: Task) throws {
        let folder = Checkout.root.appending("Tests/Fixtures/reuse/labelled")
        let text = try String(contentsOfFile: folder.appending("expected.json").string, encoding: .utf8)
        guard let node = try JSON.parse(text, limits: .data)[task.rawValue], let members = node["members"]?.integer
        else {
            throw CocoaError(.fileReadCorruptFile)
        }
        expected = node
        let part = folder.appending(task.rawValue)
        labelled = try Self.rows(part, prefix: "", members: members)
        test = try Self.rows(part, prefix: "test_", members: members)
    }

    private static func rows(_ folder: FilePath, prefix: String, members: Int) throws -> Rows {
        let outputs = try matrix(folder.appending(prefix + "outputs.npy"))
        let width = outputs.columns / members
        return Rows(
            columns: try matrix(folder.appending(prefix + "rows.npy")),
            labels: try matrix(folder.appending(prefix + "labels.npy")).elements,
            outputs: try (0..<members).map { member in
                try Matrix(
                    rows: (0..<outputs.rows).map { row in
                        Array(outputs.row(row).dropFirst(member * width).prefix(width))
                    }
                )
            }
        )
    }

    private static func matrix(_ path: FilePath) throws -> Matrix<Double> {
        let source = try DataFile.open(path)
        var (elements, columns): ([Double], Int) = ([], 1)
        while let chunk = try source.next(maximumRows: 1 << 16) {
            let tensor = try chunk.joined()
            columns = tensor.shape.dropFirst().reduce(1, *)
            elements += try tensor.doubles()
        }
        return try Matrix(rows: elements.count / columns, columns: columns, elements: elements)
    }
}

/// Numbers that a seed determines.
enum Synthetic {
    static func normal(_ rows: Int, _ columns: Int, scale: Double = 1, seed: UInt64) -> Matrix<Double> {
        var random = SeededRandom(seed: seed)
        let elements = (0..<rows * columns).map { _ in scale * random.normal() }
        return Matrix(unchecked: elements, rows: rows, columns: columns)
    }
}

func accuracy<Label: Equatable>(_ answers: [Label], _ truth: [Label]) -> Double {
    Double(zip(answers, truth).count { $0 == $1 }) / Double(truth.count)
}

func rootMeanSquaredError(_ answers: [Double], _ truth: [Double]) -> Double {
    (zip(answers, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(truth.count)).squareRoot()
}
