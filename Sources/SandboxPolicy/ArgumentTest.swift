/// A test of one argument of a system call.
///
/// Only equality exists. libseccomp's ordered comparisons can emit filters wider than their rules, and a 64-bit test
/// in a denying rule is passed by setting a high bit that the kernel ignores.
package struct ArgumentTest: Hashable, Sendable {
    /// Which argument, from 0 to 5.
    package var argument: Int
    package var comparison: Comparison

    package enum Comparison: Hashable, Sendable {
        /// All 64 bits are equal.
        case equals(UInt64)
        /// The low 32 bits, masked, are equal; for arguments that the kernel takes as 32-bit numbers.
        case masked(mask: UInt32, value: UInt32)
    }

    package init(argument: Int, comparison: Comparison) {
        self.argument = argument
        self.comparison = comparison
    }

    package func matches(_ arguments: [UInt64]) -> Bool {
        switch comparison {
        case .equals(let value): arguments[argument] == value
        case .masked(let mask, let value): UInt32(truncatingIfNeeded: arguments[argument]) & mask == value
        }
    }
}

extension ArgumentTest: CustomStringConvertible {
    /// The test as a person writes it in a formula, such as `argument 1 & 0x80 = 0x80`.
    package var description: String {
        func hexadecimal(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
        return switch comparison {
        case .equals(let value): "argument \(argument) = \(hexadecimal(value))"
        case .masked(.max, let value): "argument \(argument), as 32 bits, = \(hexadecimal(value))"
        case .masked(let mask, let value): "argument \(argument) & \(hexadecimal(mask)) = \(hexadecimal(value))"
        }
    }
}
