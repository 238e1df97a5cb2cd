import Numerics
import TestSupport
import Testing

@Suite("Matrices")
struct MatrixTests {
    /// Σ_k a_ik b_kj, one element after another.
    static func naiveProduct<Element>(_ a: Matrix<Element>, _ b: Matrix<Element>) -> Matrix<Element> {
        var product = Matrix<Element>(rows: a.rows, columns: b.columns)
        for i in 0..<a.rows {
            for j in 0..<b.columns {
                product[i, j] = (0..<a.columns).reduce(0) { $0 + a[i, $1] * b[$1, j] }
            }
        }
        return product
    }

    @Test("A product is the sum of its definition, turned or not", arguments: [(1, 1, 1), (3, 5, 2), (300, 70, 33)])
    func product(rows: Int, columns: Int, inner: Int) throws {
        let a = Matrix<Double>.random(rows: rows, columns: inner, seed: 1)
        let b = Matrix<Double>.random(rows: inner, columns: columns, seed: 2)
        let reference = Self.naiveProduct(a, b)
        // Each sum has at most 33 terms below 1, so 1e-13 is some hundred roundings.
        let products = try [
            a.multiplied(by: b),
            Matrix.product(.transposed(a.transposed), .plain(b)),
            Matrix.product(.plain(a), .transposed(b.transposed)),
        ]
        for product in products { #expect(product.isNear(reference, tolerance: 1e-13)) }
    }

    @Test("A product of Float has the precision of Float")
    func floatProduct() throws {
        let a = Matrix<Double>.random(rows: 40, columns: 60, seed: 3)
        let b = Matrix<Double>.random(rows: 60, columns: 30, seed: 4)
        let product = try Matrix<Float>(a).multiplied(by: Matrix<Float>(b))
        #expect(Matrix<Double>(product).isNear(Self.naiveProduct(a, b), tolerance: 1e-5))
    }

    @Test("The number of threads does not change a bit of a product", arguments: [1, 2, 3, 8])
    func threads(count: Int) throws {
        let a = Matrix<Double>.random(rows: 500, columns: 90, seed: 5)
        let b = Matrix<Double>.random(rows: 90, columns: 40, seed: 6)
        #expect(try a.multiplied(by: b, threads: count) == a.multiplied(by: b, threads: 2))
    }

    @Test("Shapes that do not fit are refused")
    func shapes() {
        let a = Matrix<Double>(rows: 2, columns: 3)
        #expect(throws: NumericsError.self) { try a.multiplied(by: a) }
        #expect(throws: NumericsError.self) { try Matrix<Double>(rows: 2, columns: 3, elements: [1, 2]) }
        #expect(throws: NumericsError.self) { try Matrix<Double>(rows: Int.max, columns: 2, elements: []) }
        #expect(throws: NumericsError.self) { try Matrix<Double>(rows: [[1, 2], [3]]) }
        #expect(throws: NumericsError.self) { try a.symmetricEigen() }
    }

    @Test("Rows are taken by range and by index")
    func rows() throws {
        let a = try Matrix<Double>(rows: [[1, 2], [3, 4], [5, 6]])
        #expect(Array(a.row(1)) == [3, 4])
        #expect(a.rows(1..<3) == (try Matrix(rows: [[3, 4], [5, 6]])))
        #expect(a.rows(at: [2, 0, 2]) == (try Matrix(rows: [[5, 6], [1, 2], [5, 6]])))
        #expect(a.transposed == (try Matrix(rows: [[1, 3, 5], [2, 4, 6]])))
    }

    @Test("Eigenvalues and eigenvectors give the matrix back")
    func eigen() throws {
        let half = Matrix<Double>.random(rows: 30, columns: 30, seed: 7)
        let symmetric = try Matrix.product(.plain(half), .transposed(half))
        let (values, vectors) = try symmetric.symmetricEigen()
        #expect(values == values.sorted() && values.allSatisfy { $0 > -1e-12 })
        var scaled = vectors
        for i in 0..<30 {
            for j in 0..<30 { scaled[i, j] *= values[j] }
        }
        #expect(try Matrix.product(.plain(scaled), .transposed(vectors)).isNear(symmetric, tolerance: 1e-12))
    }
}

extension Matrix where Element == Double {
    /// Numbers between -1 and 1.
    static func random(rows: Int, columns: Int, seed: UInt64) -> Matrix {
        var generator = SeededGenerator(seed: seed)
        let elements = (0..<rows * columns).map { _ in Double.random(in: -1...1, using: &generator) }
        return Matrix(unchecked: elements, rows: rows, columns: columns)
    }

    /// Whether every element is within a tolerance of another's.
    func isNear(_ other: Matrix, tolerance: Double) -> Bool {
        rows == other.rows && columns == other.columns
            && zip(elements, other.elements).allSatisfy { abs($0 - $1) <= tolerance }
    }
}
