package import Numerics
package import Specifications

/// How much of some data comes from the data of each of some learnwares.
package enum MixtureWeights {
    /// The weights over the simplex with which the specifications' embeddings are nearest to that of the rows.
    ///
    /// They minimise ½ wᵀ K w − cᵀ w with Kᵢⱼ = ⟨sᵢ, sⱼ⟩ and cᵢ = ⟨sᵢ, (1/n) Σ k(x, ·)⟩ (Wu, Xu, Liu and Zhou 2023, section
    /// 4.2).
    ///
    /// - Parameters:
    ///   - specifications: of one kernel key.
    ///   - rows: (n × d), finite, in the features before any standardisation.
    ///   - threads: how many threads share the work; nil for one a core.
    /// - Returns: weights of 0 or more with sum 1.
    /// - Throws: ``SpecificationError`` when the keys differ or shapes do not fit.
    /// - Complexity: O(m² K² d + m n K d).
    package static func fit(
        _ specifications: [RKMETableSpecification],
        rows: Matrix<Double>,
        threads: Int?
    ) throws(SpecificationError) -> [Double] {
        let count = specifications.count
        guard count > 1 else { return [Double](repeating: 1, count: count) }
        var quadratic = Matrix<Double>(rows: count, columns: count)
        var linear: [Double] = []
        let data = specifications[0].standardized(rows)
        for (place, specification) in specifications.enumerated() {
            for other in place..<count {
                let product = try specification.innerProduct(
                    with: specifications[other],
                    mixesGammas: false,
                    threads: threads
                )
                quadratic[place, other] = product
                quadratic[other, place] = product
            }
            linear.append(try specification.mean(ofStandardized: data, threads: threads))
        }
        do throws(NumericsError) {
            return try SimplexProgram(quadratic: quadratic, linear: linear).solve().weights
        } catch {
            throw SpecificationError(.numerics, error.description)
        }
    }
}
