import CNumerics

/// Random numbers that a seed determines, on every machine: SplitMix64 (Steele, Lea and Flood 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64
    /// The second number of the last pair of normal ones.
    private var spareNormal: Double?

    /// - Parameter seed: the same numbers for the same seed.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to 1, evenly spread over multiples of 2⁻⁵³.
    package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number from the standard normal distribution, by the polar method (Marsaglia and Bray 1964).
    package mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let u = 2 * unit() - 1
            let v = 2 * unit() - 1
            let square = u * u + v * v
            guard square < 1, square > 0 else { continue }
            let factor = (-2 * lw_log(square) / square).squareRoot()
            spareNormal = v * factor
            return u * factor
        }
    }

    /// The place of a weight, with probability in proportion to it; negative weights count as 0.
    ///
    /// - Parameter cumulative: the sums of the weights up to each place, the last above 0.
    /// - Returns: a place.
    /// - Complexity: O(log n).
    package mutating func place(cumulative: [Double]) -> Int {
        guard let total = cumulative.last else { return 0 }
        let wanted = unit() * total
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Different places below a bound, in random order (Fisher and Yates, cut short).
    package mutating func distinctPlaces(_ count: Int, below bound: Int) -> [Int] {
        var places = Array(0..<bound)
        for index in 0..<min(count, bound) {
            places.swapAt(index, index + Int(next() % UInt64(bound - index)))
        }
        return Array(places.prefix(count))
    }
}
