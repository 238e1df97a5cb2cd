import CNumerics

/// The exponential of many numbers at a time.
package enum Exponential {
    /// Replaces each number by its exponential.
    ///
    /// Within 1.5 units in the last place where the result is at least 3.3e-308; a smaller one may be 0. NaN stays NaN.
    ///
    /// - Complexity: O(n), by vectors of as many numbers as the processor's registers hold.
    package static func apply(to values: inout [Double]) {
        lw_exp(&values, values.count)
    }
}

/// The natural logarithm, for code that imports no C library.
package enum Logarithm {
    /// ln x.
    package static func of(_ value: Double) -> Double { lw_log(value) }
}

extension Exponential {
    /// eˣ.
    package static func of(_ value: Double) -> Double {
        var values = [value]
        apply(to: &values)
        return values[0]
    }
}
