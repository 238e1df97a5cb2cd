import CNumerics

/// Random Fourier features of a Gaussian kernel: short vectors whose distances are near those in the kernel's space.
///
/// k(x, y) = E cos(ω·(x − y)) with ω from N(0, 2γ I) (Rahimi and Recht, *Random Features for Large-Scale Kernel Machines*,
/// 2007). The vector of a weighted set holds Σⱼ βⱼ cos(ω·zⱼ) and Σⱼ βⱼ sin(ω·zⱼ) for some drawn ω, divided by the root
/// of their number: the squared distance of two is a mean of as many numbers that are at least 0, so what is off is a part of
/// the distance itself, about √(2 / number), however small it is.
package struct FourierFeatures: Sendable {
    /// ω / 2π, (number × d), so that products are in turns.
    private let frequencies: Matrix<Double>

    /// The numbers of a vector.
    package var width: Int { 2 * frequencies.rows }

    /// - Parameters:
    ///   - kernel: the kernel.
    ///   - dimension: d.
    ///   - width: the numbers of a vector, even.
    ///   - seed: the same features for the same seed.
    package init(_ kernel: GaussianKernel, dimension: Int, width: Int, seed: UInt64) {
        precondition(width >= 2 && width % 2 == 0, "a cosine and a sine for each frequency")
        var random = SeededRandom(seed: seed)
        let scale = (2 * kernel.gamma).squareRoot() / (2 * Double.pi)
        let elements = (0..<width / 2 * dimension).map { _ in scale * random.normal() }
        frequencies = Matrix(unchecked: elements, rows: width / 2, columns: dimension)
    }

    /// The vectors of many weighted sets.
    ///
    /// - Parameters:
    ///   - sets: N sets of points of d numbers.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: (N × width); numbers that are not finite where points or weights are too large for `Float`.
    /// - Throws: ``NumericsError`` when points have not d numbers.
    /// - Complexity: O(width d) for each point.
    package func vectors(of sets: WeightedSets, threads: Int?) throws(NumericsError) -> Matrix<Float> {
        try sets.points.validateSameColumns(as: frequencies)
        var vectors = Matrix<Float>(rows: sets.count, columns: width)
        let (half, width) = (frequencies.rows, width)
        let pieces = Pieces(rows: sets.count, most: 64, least: 8)
        let turns = [Double](repeating: 0, count: PairBlock.height * half)
        let scale = 1 / Float(half).squareRoot()
        vectors.withElements { elements in
            guard let elements = elements.baseAddress else { return }
            Parallel.forEach(pieces.count, threads: threads, with: turns) { piece, turns in
                for set in pieces[piece] {
                    let target = elements + set * width
                    add(sets, sets.rows(of: set), &turns, target, target + half)
                    for place in 0..<width { target[place] *= scale }
                }
            }
        }
        return vectors
    }

    private func add(
        _ sets: WeightedSets,
        _ rows: Range<Int>,
        _ turns: inout [Double],
        _ cosines: UnsafeMutablePointer<Float>,
        _ sines: UnsafeMutablePointer<Float>
    ) {
        let (half, dimension) = (frequencies.rows, frequencies.columns)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: PairBlock.height) {
            let height = min(PairBlock.height, rows.upperBound - start)
            sets.points.elements.withUnsafeBufferPointer { points in
                frequencies.elements.withUnsafeBufferPointer { frequencies in
                    turns.withUnsafeMutableBufferPointer { turns in
                        guard let points = points.baseAddress, let frequencies = frequencies.baseAddress,
                            let turns = turns.baseAddress
                        else { return }
                        BLAS.multiply(
                            (height, half, dimension),
                            .init(points + start * dimension, stride: dimension),
                            .init(frequencies, stride: dimension, isTransposed: true),
                            into: (turns, stride: half)
                        )
                        sets.weights.withUnsafeBufferPointer { weights in
                            guard let weights = weights.baseAddress else { return }
                            lw_add_waves(turns, height, half, weights + start, cosines, sines)
                        }
                    }
                }
            }
        }
    }
}

extension Matrix where Element == Float {
    /// ‖row − vector‖² for every row, summed in `Float`.
    ///
    /// - Parameters:
    ///   - vector: as many numbers as a row.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: one for each row.
    /// - Complexity: O(n d), at the speed of memory.
    package func squaredDistances(ofRowsTo vector: [Float], threads: Int?) -> [Float] {
        precondition(vector.count == columns, "the vector is as long as a row")
        var distances = [Float](repeating: 0, count: rows)
        let pieces = Pieces(rows: rows, most: 16, least: 1024)
        distances.withUnsafeMutableBufferPointer { distances in
            elements.withUnsafeBufferPointer { elements in
                // SAFETY: read only, and not past this call.
                nonisolated(unsafe) let elements = elements
                Parallel.forEach(pieces.count, threads: threads) { piece in
                    guard let target = distances.baseAddress, let source = elements.baseAddress else { return }
                    let (first, count) = (pieces[piece].lowerBound, pieces[piece].count)
                    lw_row_distances(source + first * columns, count, columns, vector, target + first)
                }
            }
        }
        return distances
    }
}
