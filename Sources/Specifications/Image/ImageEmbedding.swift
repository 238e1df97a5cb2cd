import Numerics

/// An image specification made ready to be compared with many others.
///
/// Holds what the kernel needs of every image, and the specification's product with itself: make one for each
/// specification of a market, and keep it.
public struct ImageEmbedding: Sendable {
    /// How many planes the images have: embeddings are compared with those of as many.
    public let channels: Int
    /// <φ, φ>, where φ = Σᵢ βᵢ φ(zᵢ).
    public let selfProduct: Double
    /// γ of the images that have one other than 0.
    package let weights: [Double]
    private let images: KernelImages<Double>

    /// - Parameters:
    ///   - specification: what is compared.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Throws: ``SpecificationError`` when the specification's numbers are too large for its kernel.
    /// - Complexity: O(K² · channels).
    public init(_ specification: RKMEImageSpecification, threads: Int? = nil) throws(SpecificationError) {
        // An image without weight adds nothing but time.
        let used = specification.weights.indices.filter { specification.weights[$0] != 0 }
        channels = specification.channels
        weights = used.map { specification.weights[$0] }
        let rows = Matrix<Double>(specification.points.rows(at: used))
        images = try numeric { () throws(NumericsError) in try KernelImages(rows, channels: specification.channels) }
        selfProduct = Self.sum(images.values(threads: threads), weights, weights)
        guard selfProduct.isFinite else {
            throw SpecificationError(.invalidData, "the images of a specification have values too large to compare")
        }
    }

    private static func sum(_ values: Matrix<Double>, _ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for (row, weight) in left.enumerated() {
            sum += weight * zip(values.row(row), right).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return sum
    }

    /// <φ, ψ> = Σᵢⱼ βᵢ γⱼ k(zᵢ, wⱼ) with another specification's images wⱼ and weights γⱼ.
    ///
    /// - Parameters:
    ///   - other: the other specification.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the inner product.
    /// - Throws: ``SpecificationError`` when the images have not as many channels.
    /// - Complexity: O(K L · channels).
    public func innerProduct(with other: ImageEmbedding, threads: Int? = nil) throws(SpecificationError) -> Double {
        try innerProduct(with: other, KernelImageBlocks(other.images), threads: threads)
    }

    /// |φ − ψ|², the squared maximum mean discrepancy; 0 up to roundings of 1e-15 for equal specifications.
    ///
    /// - Parameters:
    ///   - other: the other specification.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the squared distance.
    /// - Throws: ``SpecificationError`` when the images have not as many channels.
    public func squaredDistance(to other: ImageEmbedding, threads: Int? = nil) throws(SpecificationError) -> Double {
        selfProduct - 2 * (try innerProduct(with: other, threads: threads)) + other.selfProduct
    }

    /// The squared distances to many specifications.
    ///
    /// - Parameters:
    ///   - others: what this is compared with.
    ///   - threads: how many threads share the others; nil for one a core.
    /// - Returns: one for each, in their order.
    /// - Throws: ``SpecificationError`` when one has not as many channels.
    public func squaredDistances(to others: [ImageEmbedding], threads: Int? = nil) throws(SpecificationError)
        -> [Double]
    {
        if let place = others.firstIndex(where: { $0.channels != channels }) {
            throw Self.incomparable(others[place].channels, channels)
        }
        let blocks = KernelImageBlocks(images)
        var distances = [Double](repeating: .nan, count: others.count)
        distances.withUnsafeMutableBufferPointer { distances in
            // SAFETY: each piece writes its own element.
            nonisolated(unsafe) let distances = distances
            Parallel.forEach(others.count, threads: threads) { index in
                let other = others[index]
                // Channels were compared above, which is all that can fail.
                guard let product = try? other.innerProduct(with: self, blocks, threads: 1) else { return }
                distances[index] = selfProduct - 2 * product + other.selfProduct
            }
        }
        return distances
    }

    private func innerProduct(
        with other: ImageEmbedding,
        _ blocks: KernelImageBlocks<Double>,
        threads: Int?
    ) throws(SpecificationError) -> Double {
        guard channels == other.channels else { throw Self.incomparable(channels, other.channels) }
        let values = try numeric { () throws(NumericsError) in try images.values(with: blocks, threads: threads) }
        return Self.sum(values, weights, other.weights)
    }

    /// Σⱼ γⱼ k(zᵢ, wⱼ): another specification's embedding looked at in this one's images.
    ///
    /// - Returns: one for each image that has a weight, in their order.
    package func values(of other: ImageEmbedding, threads: Int? = nil) throws(SpecificationError) -> [Double] {
        guard channels == other.channels else { throw Self.incomparable(channels, other.channels) }
        let blocks = KernelImageBlocks(other.images)
        let values = try numeric { () throws(NumericsError) in try images.values(with: blocks, threads: threads) }
        return (0..<values.rows).map { row in zip(values.row(row), other.weights).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private static func incomparable(_ one: Int, _ other: Int) -> SpecificationError {
        SpecificationError(
            .kernelMismatch,
            "the specifications cannot be compared: one is of images of \(one) channels, the other of \(other)"
        )
    }
}
