/// Weighted sums of the kernel over images, and their derivatives.
package struct ImageKernelSums<Element: ImageKernelElement>: Sendable {
    /// Σ_x w_x k(z_i, x) for each image z_i.
    package var values: [Element]
    /// Its derivative by z_i in row i; (count × channels·1024).
    package var gradient: Matrix<Element>
}

extension KernelImageBlocks {
    /// Sums over other images and their derivative by these, the others held.
    ///
    /// Kept on the way forward, for each pixel of each layer: the slope of the ReLU's map,
    /// ∂κ/∂k(z, x) = (π − θ)/2π, and ∂κ/∂k(z, z) = (κ − k(z, x) ∂κ/∂k(z, x)) / 2 k(z, z). What comes by k(z, z) is summed
    /// over x before it goes back through the layers, which are linear in it.
    ///
    /// - Parameters:
    ///   - others: m images x of as many channels.
    ///   - weights: w, (m).
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the sums, the same for every number of threads.
    /// - Throws: ``NumericsError`` when the shapes do not fit.
    /// - Complexity: O(n m · channels), twice that of the values alone.
    package func weightedSums(
        over others: KernelImages<Element>,
        weights: [Element],
        threads: Int? = nil
    ) throws(NumericsError) -> ImageKernelSums<Element> {
        guard channels == others.channels, weights.count == others.count else {
            throw NumericsError(.wrongShape, "\(weights.count) weights for \(others.count) images")
        }
        // A fixed cut, so that the order of sums does not depend on the threads.
        let chunk = max(64, (others.count + 15) / 16)
        let chunks = max(1, (others.count + chunk - 1) / chunk)
        var partial = [Partial?](repeating: nil, count: chunks * blockCount)
        partial.withUnsafeMutableBufferPointer { partial in
            // SAFETY: each piece writes its own element.
            nonisolated(unsafe) let partial = partial
            Parallel.forEach(chunks * blockCount, threads: threads, with: KernelScratch<Element>.Own()) { piece, own in
                let first = piece % chunks * chunk
                partial[piece] = sums(
                    block: piece / chunks,
                    over: others,
                    first..<min(first + chunk, others.count),
                    weights,
                    own.scratch()
                )
            }
        }
        return joined(partial.compactMap { $0 }, chunks: chunks)
    }

    /// The sums of one block over some images.
    private struct Partial {
        var values: [Element]
        var gradient: AlignedElements<Element>
    }

    private func sums(
        block: Int,
        over others: KernelImages<Element>,
        _ range: Range<Int>,
        _ weights: [Element],
        _ scratch: KernelScratch<Element>
    ) -> Partial {
        let lanes = Element._imageLanes
        var values = [Element](repeating: 0, count: lanes)
        let gradient = AlignedElements<Element>(count: width * lanes)
        let normGradient = AlignedElements<Element>(count: KernelImages<Element>.normCount * lanes)
        for index in range where weights[index] != 0 {
            Element._imageGradient(
                scratch.pair(channels, others.image(index), self.block(block)),
                weight: weights[index],
                gradient: gradient.mutable(at: 0),
                normGradient: normGradient.mutable(at: 0)
            )
            for lane in 0..<lanes { values[lane] += weights[index] * scratch.values[lane] }
        }
        Element._finishImageGradient(
            channels,
            self.block(block),
            gradient: gradient.mutable(at: 0),
            normGradient: normGradient.mutable(at: 0),
            scratch: scratch.working
        )
        return Partial(values: values, gradient: gradient)
    }

    private func joined(_ partial: [Partial], chunks: Int) -> ImageKernelSums<Element> {
        let lanes = Element._imageLanes
        var values = [Element](repeating: 0, count: count)
        var gradient = Matrix<Element>(rows: count, columns: width)
        let width = width
        gradient.withElements { elements in
            for index in 0..<count {
                for part in partial[index / lanes * chunks..<(index / lanes + 1) * chunks] {
                    values[index] += part.values[index % lanes]
                    let source = part.gradient.at(index % lanes)
                    for place in 0..<width { elements[index * width + place] += source[place * lanes] }
                }
            }
        }
        return ImageKernelSums(values: values, gradient: gradient)
    }
}
