import Documents
import Foundation
import Numerics
import Specifications
import SystemPackage
import Tensors
import TestSupport

/// What the Python package answered, in `Tests/Fixtures/specifications`.
enum Golden {
    static let folder = Checkout.root.appending("Tests/Fixtures/specifications")

    /// The rows of a `.npy` file.
    static func rows(_ path: String) throws -> Matrix<Double> {
        let source = try DataFile.open(folder.appending(path))
        var (elements, columns): ([Double], Int) = ([], 1)
        while let chunk = try source.next(maximumRows: 1 << 16) {
            let tensor = try chunk.joined()
            columns = tensor.shape.dropFirst().reduce(1, *)
            elements += try tensor.doubles()
        }
        return try Matrix(rows: elements.count / columns, columns: columns, elements: elements)
    }

    static func json(_ path: String) throws -> Node {
        guard let data = FileManager.default.contents(atPath: folder.appending(path).string) else {
            throw SpecificationError(.inputOutput, "\(path) is not there")
        }
        // Python writes NaN, which JSON has no word for.
        let text = String(decoding: data, as: UTF8.self).replacing(": NaN", with: ": null")
        return try JSON.parse(text, limits: .data)
    }

    static func specification(_ name: String) throws -> RKMETableSpecification {
        try RKMETableSpecification(contentsOf: folder.appending("specs/\(name)/stat_spec.json"))
    }

    /// The sets that have rows, a specification, and its measured distance to them.
    static let sets = [
        "breast_cancer", "diabetes", "diabetes_std", "digits", "gauss_n10000_d10", "gauss_n1000_d10",
        "gauss_n1000_d100", "gausss_n1000_d100", "gmm_n1000_d10", "iris", "iris_std", "wine", "wine_std",
    ]
}

extension Node {
    var doubles: [Double] { array?.compactMap(\.number) ?? [] }

    var matrix: Matrix<Double> {
        get throws { try Matrix(rows: array?.map(\.doubles) ?? []) }
    }
}

extension Matrix where Element == Double {
    /// The largest difference to another, as a part of its largest element.
    func relativeDifference(from other: Matrix) -> Double {
        guard rows == other.rows, columns == other.columns else { return .infinity }
        let scale = other.elements.reduce(0) { Swift.max($0, $1.magnitude) }
        return zip(elements, other.elements).reduce(0) { Swift.max($0, ($1.0 - $1.1).magnitude) } / scale
    }

    /// Standard normal numbers, made by a generator that seeds determine.
    static func normal(_ rows: Int, _ columns: Int, scale: Double = 1, seed: UInt64) -> Matrix {
        var random = SeededRandom(seed: seed)
        let elements = (0..<rows * columns).map { _ in scale * random.normal() }
        return Matrix(unchecked: elements, rows: rows, columns: columns)
    }
}
