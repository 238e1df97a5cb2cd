import CBLAS

/// BLAS as this package uses it: one thread a call, and the blocks of a computation spread over threads by ``Parallel``.
///
/// A product that BLAS spreads itself has another order of sums for every number of threads, and its threads wait for
/// work in a loop that takes the processor from ours.
package enum BLAS {
    private static let isSetUp: Bool = {
        openblas_set_num_threads(1)
        return true
    }()

    /// Has BLAS keep to the calling thread; to be called once before the first product, and cheap after that.
    package static func keepToOneThread() {
        _ = isSetUp
    }

    /// C ← α op(A) op(B) + β C on the calling thread.
    ///
    /// - Parameters:
    ///   - shape: m, n and k: op(A) is (m × k), op(B) is (k × n), C is (m × n).
    ///   - alpha: α.
    ///   - left: A row by row, with the elements from one row to the next, and whether op turns it.
    ///   - right: B, the same way.
    ///   - beta: β; where it is 0, C need not hold numbers before.
    ///   - result: C row by row, with the elements from one row to the next.
    /// - Complexity: O(m n k).
    package static func multiply<Element: MatrixElement>(
        _ shape: (rows: Int, columns: Int, inner: Int),
        alpha: Element = 1,
        _ left: Operand<Element>,
        _ right: Operand<Element>,
        beta: Element = 0,
        into result: (UnsafeMutablePointer<Element>, stride: Int)
    ) {
        guard shape.rows > 0, shape.columns > 0 else { return }
        keepToOneThread()
        Element._multiply(
            _Multiplication(
                rows: shape.rows,
                columns: shape.columns,
                inner: shape.inner,
                alpha: alpha,
                left: left.elements,
                leftStride: max(1, left.stride),
                isLeftTransposed: left.isTransposed,
                right: right.elements,
                rightStride: max(1, right.stride),
                isRightTransposed: right.isTransposed,
                beta: beta,
                result: result.0,
                resultStride: max(1, result.stride)
            )
        )
    }

    /// A factor of a product, where it lies.
    package struct Operand<Element> {
        package var elements: UnsafePointer<Element>
        /// Elements from one row to the next, as it is stored.
        package var stride: Int
        package var isTransposed: Bool

        package init(_ elements: UnsafePointer<Element>, stride: Int, isTransposed: Bool = false) {
            self.elements = elements
            self.stride = stride
            self.isTransposed = isTransposed
        }
    }
}
