import CNumerics

/// The random numbers of `numpy.random.RandomState(seed)`, so that what is drawn with them is what numpy draws.
///
/// Uniform numbers are the same to the last bit; normal ones up to what two C libraries make of a logarithm.
package struct NumpyRandom: Sendable {
    private var state = lw_numpy_random()

    package init(seed: UInt32) {
        lw_numpy_seed(&state, seed)
    }

    /// A number in [0, 1), of 53 bits.
    package mutating func uniform() -> Double {
        lw_numpy_uniform(&state)
    }

    /// Numbers of a normal distribution.
    package mutating func normal(mean: Double = 0, deviation: Double = 1, count: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            if let start = buffer.baseAddress { lw_numpy_normal(&state, mean, deviation, start, count) }
            filled = count
        }
    }
}
