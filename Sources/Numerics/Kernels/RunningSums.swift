/// Σₛ k(s, xᵢ) in each row xᵢ of a matrix, of points s that are added one at a time and are rows themselves.
///
/// Everything that the rows need for their distances is computed once, so that to add a point takes one look at them.
package struct RunningSums {
    private let kernel: GaussianKernel
    private let rows: Matrix<Double>
    private let pieces: Pieces
    private let threads: Int?
    private let anchors: [Anchors]
    private var blocks: [PairBlock]
    /// One for each row.
    package private(set) var values: [Double]

    /// - Parameters:
    ///   - kernel: k.
    ///   - rows: x, (n × d).
    ///   - threads: how many threads share the work; nil for one a core.
    package init(_ kernel: GaussianKernel, at rows: Matrix<Double>, threads: Int?) {
        self.kernel = kernel
        self.rows = rows
        self.threads = threads
        let pieces = Pieces(rows: rows.rows, most: 16, least: 1024)
        let origin = rows.columnMeans
        self.pieces = pieces
        anchors = (0..<pieces.count).map { Anchors(rows.rows(pieces[$0]), origin: origin) }
        blocks = anchors.map { PairBlock(anchors: $0, height: 1) }
        values = [Double](repeating: 0, count: rows.rows)
    }

    /// Adds a row as a point.
    ///
    /// - Complexity: O(n d).
    package mutating func add(rowAt place: Int) {
        let (rows, anchors, pieces, gamma) = (rows, anchors, pieces, kernel.gamma)
        values.withUnsafeMutableBufferPointer { values in
            blocks.withUnsafeMutableBufferPointer { blocks in
                Parallel.forEach(pieces.count, threads: threads) { piece in
                    blocks[piece].forEach(in: place..<place + 1, of: rows, against: anchors[piece], .gaussian(gamma)) {
                        let first = pieces[piece].lowerBound
                        for index in 0..<anchors[piece].count { values[first + index] += $0.block[index] }
                    }
                }
            }
        }
    }
}
