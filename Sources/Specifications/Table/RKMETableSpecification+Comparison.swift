public import Numerics

extension RKMETableSpecification {
    /// Σᵢⱼ βᵢ β'ⱼ k(zᵢ, z'ⱼ): the inner product with another in the kernel's space.
    ///
    /// - Parameter other: of the same kernel key.
    /// - Returns: the inner product.
    /// - Throws: ``SpecificationError`` when the keys differ.
    /// - Complexity: O(K K' d).
    public func innerProduct(with other: RKMETableSpecification) throws(SpecificationError) -> Double {
        try innerProduct(with: other, mixesGammas: false)
    }

    /// The inner product, with this specification's γ whatever the other's is.
    ///
    /// - Parameters:
    ///   - other: of the same sample shape.
    ///   - mixesGammas: true to do as the Python package does, which asks for no common γ; the result is then not
    ///     symmetric, and no inner product.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the sum.
    /// - Throws: ``SpecificationError`` when the keys differ in more than that.
    /// - Complexity: O(K K' d).
    public func innerProduct(
        with other: RKMETableSpecification,
        mixesGammas: Bool,
        threads: Int? = nil
    ) throws(SpecificationError) -> Double {
        try validateComparable(with: other, mixesGammas: mixesGammas)
        let kernel = try kernel
        return try numeric { () throws(NumericsError) in
            try kernel.sum(points, weights, other.points, other.weights, threads: threads)
        }
    }

    /// The squared MMD as the Python package computes it, each inner product with its left operand's γ.
    ///
    /// With different gammas it depends on the order and may be below 0; with the same it is
    /// ``StatisticalSpecification/squaredDistance(to:)`` but for roundings.
    ///
    /// - Parameters:
    ///   - other: of the same sample shape.
    ///   - omitsOwnTerm: true to leave out ⟨a, a⟩, which a search for the least distance does not need.
    /// - Returns: the squared MMD, or what is left of it.
    /// - Throws: ``SpecificationError`` when shapes or standardisations differ.
    /// - Complexity: O((K + K')² d).
    public func compatibleSquaredDistance(
        to other: RKMETableSpecification,
        omitsOwnTerm: Bool = false
    ) throws(SpecificationError) -> Double {
        let cross = try innerProduct(with: other, mixesGammas: true)
        let others = try other.innerProduct(with: other, mixesGammas: true)
        return try (omitsOwnTerm ? 0 : innerProduct(with: self, mixesGammas: true)) - 2 * cross + others
    }

    /// The squared MMD between some rows and this specification.
    ///
    /// (1/n²) Σᵢⱼ k(xᵢ, xⱼ) − (2/n) Σᵢⱼ βⱼ k(xᵢ, zⱼ) + Σᵢⱼ βᵢ βⱼ k(zᵢ, zⱼ).
    ///
    /// - Parameters:
    ///   - rows: (n × d), finite, in the features that were fitted.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: the squared MMD, at least 0.
    /// - Throws: ``SpecificationError`` when shapes do not fit.
    /// - Complexity: O(n² d).
    public func squaredDistance(toRows rows: Matrix<Double>, threads: Int? = nil) throws(SpecificationError) -> Double {
        let rows = standardization.map { TableData.standardized(rows, $0) } ?? rows
        let kernel = try kernel
        return try numeric { () throws(NumericsError) in
            let own = try kernel.sum(points, weights, points, weights, threads: threads)
            let cross = try kernel.means(of: rows, at: points, threads: threads).dot(weights)
            return max(0, try kernel.squaredNorm(of: rows, threads: threads) - 2 * cross + own)
        }
    }

    private func validateComparable(
        with other: RKMETableSpecification,
        mixesGammas: Bool
    ) throws(SpecificationError) {
        let key = kernelKey
        let others = other.kernelKey
        let compared = KernelKey(
            type: others.type,
            shape: others.shape,
            gamma: mixesGammas ? key.gamma : others.gamma,
            standardization: others.standardization
        )
        try key.validateSame(as: compared)
    }
}
