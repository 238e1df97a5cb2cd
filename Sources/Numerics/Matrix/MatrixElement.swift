import CBLAS

/// The numbers that a ``Matrix`` can hold: `Float` and `Double`.
public protocol MatrixElement: BinaryFloatingPoint, Sendable {
    /// C ← α op(A) op(B) + β C on the calling thread, by BLAS.
    static func _multiply(_ operands: _Multiplication<Self>)
    /// All eigenvalues, ascending, and eigenvectors of a symmetric matrix, by LAPACK; 0 when it succeeded.
    static func _decompose(
        symmetric matrix: UnsafeMutablePointer<Self>,
        _ size: Int32,
        _ values: UnsafeMutablePointer<Self>
    )
        -> Int32
}

/// The operands of one product: op(A) is (m × k), op(B) is (k × n), and C is (m × n), row by row.
public struct _Multiplication<Element> {
    var rows: Int
    var columns: Int
    var inner: Int
    var alpha: Element
    var left: UnsafePointer<Element>
    /// Elements from one row of A, as it is stored, to the next.
    var leftStride: Int
    var isLeftTransposed: Bool
    var right: UnsafePointer<Element>
    var rightStride: Int
    var isRightTransposed: Bool
    var beta: Element
    var result: UnsafeMutablePointer<Element>
    var resultStride: Int
}

extension Double: MatrixElement {
    /// C ← α op(A) op(B) + β C on the calling thread, by BLAS.
    public static func _multiply(_ operands: _Multiplication<Double>) {
        cblas_dgemm(
            CblasRowMajor,
            operands.isLeftTransposed ? CblasTrans : CblasNoTrans,
            operands.isRightTransposed ? CblasTrans : CblasNoTrans,
            Int32(operands.rows),
            Int32(operands.columns),
            Int32(operands.inner),
            operands.alpha,
            operands.left,
            Int32(operands.leftStride),
            operands.right,
            Int32(operands.rightStride),
            operands.beta,
            operands.result,
            Int32(operands.resultStride)
        )
    }

    /// All eigenvalues, ascending, and eigenvectors of a symmetric matrix, by LAPACK; 0 when it succeeded.
    public static func _decompose(
        symmetric matrix: UnsafeMutablePointer<Double>,
        _ size: Int32,
        _ values: UnsafeMutablePointer<Double>
    ) -> Int32 {
        LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 0x56, 0x4C, size, matrix, size, values)
    }
}

extension Float: MatrixElement {
    /// C ← α op(A) op(B) + β C on the calling thread, by BLAS.
    public static func _multiply(_ operands: _Multiplication<Float>) {
        cblas_sgemm(
            CblasRowMajor,
            operands.isLeftTransposed ? CblasTrans : CblasNoTrans,
            operands.isRightTransposed ? CblasTrans : CblasNoTrans,
            Int32(operands.rows),
            Int32(operands.columns),
            Int32(operands.inner),
            operands.alpha,
            operands.left,
            Int32(operands.leftStride),
            operands.right,
            Int32(operands.rightStride),
            operands.beta,
            operands.result,
            Int32(operands.resultStride)
        )
    }

    /// All eigenvalues, ascending, and eigenvectors of a symmetric matrix, by LAPACK; 0 when it succeeded.
    public static func _decompose(
        symmetric matrix: UnsafeMutablePointer<Float>,
        _ size: Int32,
        _ values: UnsafeMutablePointer<Float>
    ) -> Int32 {
        // LAPACKE asks for the size of the working memory and is told a Float, which rounds it down from 2²⁴ on.
        let (work, indices) = (1 + 6 * Int(size) + 2 * Int(size) * Int(size), 3 + 5 * Int(size))
        guard let workCount = Int32(exactly: work), let indexCount = Int32(exactly: indices) else { return -1 }
        var working = [Float](repeating: 0, count: work)
        var workingIndices = [Int32](repeating: 0, count: indices)
        return LAPACKE_ssyevd_work(
            LAPACK_ROW_MAJOR,
            0x56,
            0x4C,
            size,
            matrix,
            size,
            values,
            &working,
            workCount,
            &workingIndices,
            indexCount
        )
    }
}
