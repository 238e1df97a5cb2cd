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
    package var description: String { "\(subject) = \(value)" }

    /// Some tests, those of the same bits of one argument together.
    package static func words(_ tests: [ArgumentTest]) -> String {
        var groups: [(subject: String, values: [String])] = []
        for test in tests {
            if let index = groups.firstIndex(where: { $0.subject == test.subject }) {
                groups[index].values.append(test.value)
            } else {
                groups.append((test.subject, [test.value]))
            }
        }
        return groups.map { "\($0.subject) = \($0.values.joined(separator: ", "))" }.joined(separator: " or ")
    }

    private var subject: String {
        switch comparison {
        case .equals: "argument \(argument)"
        case .masked(.max, _): "argument \(argument), as 32 bits,"
        case .masked(let mask, _): "argument \(argument) & \(Self.hexadecimal(mask))"
        }
    }

    private var value: String {
        switch comparison {
        case .equals(let value): Self.hexadecimal(value)
        case .masked(_, let value): Self.hexadecimal(value)
        }
    }

    private static func hexadecimal(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
}
