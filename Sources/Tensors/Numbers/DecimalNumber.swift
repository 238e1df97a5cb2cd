/// Numbers as people and programs write them in text files: `-12`, `3.`, `.5`, `6.02e+23`.
///
/// The value is always the `Double` nearest to the decimal number, as with `strtod`, and never depends on the
/// locale. Numbers of up to 19 digits whose power of ten is within 10^±27 are converted here with one multiplication
/// or division; the rest is left to the standard library.
package enum DecimalNumber {
    /// A number at the beginning of some bytes.
    struct Scanned {
        var isNegative = false
        /// The digits without the point; meaningless when there are more than 19.
        var significand: UInt64 = 0
        /// How many digits, not counting leading zeros.
        var digits = 0
        var exponent = 0
        /// The offset behind the number.
        var end = 0

        /// The number's value, or nil when only the slow way gives the nearest `Double`.
        var value: Double? {
            guard digits <= 19, let magnitude = DecimalNumber.nearest(significand, exponent) else { return nil }
            return isNegative ? -magnitude : magnitude
        }
    }

    /// The number that fills the range, or nil when it is something else.
    ///
    /// - Parameters:
    ///   - bytes: a text.
    ///   - range: the part of it that is the number.
    /// - Returns: the nearest `Double`; an infinity when it is too large for one.
    package static func value(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard let scanned = scan(bytes, from: range.lowerBound, to: range.upperBound), scanned.end == range.upperBound
        else { return nil }
        if let value = scanned.value { return value }
        let text = String(unsafeUninitializedCapacity: range.count) { buffer in
            for place in range { buffer[place - range.lowerBound] = bytes[place] }
            return range.count
        }
        return Double(text)
    }

    package static func value(_ text: some StringProtocol) -> Double? {
        let bytes = Array(text.utf8)
        return value(bytes.span, bytes.indices)
    }

    /// Reads `[+-] digits [. digits] [e [+-] digits]` as far as it goes; nil when that is no number.
    @inline(__always)
    static func scan(_ bytes: Span<UInt8>, from start: Int, to limit: Int) -> Scanned? {
        var number = Scanned()
        var index = start
        guard index < limit else { return nil }
        if bytes[index] == UInt8(ascii: "-") {
            number.isNegative = true
            index += 1
        } else if bytes[index] == UInt8(ascii: "+") {
            index += 1
        }
        let whole = number.appendDigits(bytes, &index, limit)
        var places = 0
        if index < limit, bytes[index] == UInt8(ascii: ".") {
            index += 1
            places = number.appendDigits(bytes, &index, limit)
            number.exponent = -places
        }
        guard whole + places > 0 else { return nil }
        if index < limit, bytes[index] | 0x20 == UInt8(ascii: "e") {
            guard number.readExponent(bytes, &index, limit) else { return nil }
        }
        number.end = index
        return number
    }
}

extension DecimalNumber.Scanned {
    /// - Returns: how many digits there were, leading zeros included.
    @inline(__always)
    fileprivate mutating func appendDigits(_ bytes: Span<UInt8>, _ index: inout Int, _ limit: Int) -> Int {
        let start = index
        while index < limit {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            significand = significand &* 10 &+ UInt64(digit)
            // Past 19 digits the significand wraps, but then it is not used.
            if digits > 0 || digit > 0 { digits += 1 }
            index += 1
        }
        return index - start
    }

    fileprivate mutating func readExponent(_ bytes: Span<UInt8>, _ index: inout Int, _ limit: Int) -> Bool {
        index += 1
        var isNegative = false
        if index < limit, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var power = 0
        while index < limit {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Large enough to leave the fast way, small enough never to overflow.
            power = min(power * 10 + Int(digit), 1 << 40)
            index += 1
        }
        exponent += isNegative ? -power : power
        return index > start
    }
}

extension DecimalNumber {
    /// The `Double` nearest to significand · 10^exponent, or nil when the exponent is out of this method's reach.
    @inline(__always)
    static func nearest(_ significand: UInt64, _ exponent: Int) -> Double? {
        guard significand > 0 else { return 0 }
        // Both operands are exact, so the one operation rounds once (Clinger, PLDI 1990).
        if significand <= 1 << 53, exponent >= -22, exponent <= 22 {
            let number = Double(significand)
            return exponent < 0 ? number / powersOfTen[-exponent] : number * powersOfTen[exponent]
        }
        guard exponent >= -27, exponent <= 27 else { return nil }
        return exponent < 0 ? quotient(significand, -exponent) : product(significand, exponent)
    }

    /// significand / 10^power, by an integer division with at least 63 bits of quotient.
    ///
    /// 10^power is 5^power · 2^power, and 5^27 is the last power of five below 2^63. The remainder, if any, is kept
    /// as the lowest bit, eight or more places below the one that is rounded: it decides ties and nothing else.
    private static func quotient(_ significand: UInt64, _ power: Int) -> Double {
        let divisor = powersOfFive[power]
        let scaling = significand.leadingZeroBitCount
        let divisorScaling = divisor.leadingZeroBitCount
        let dividend = significand << scaling
        let (quotient, remainder) = (divisor << divisorScaling).dividingFullWidth((dividend >> 1, dividend << 63))
        let rounded = Double(quotient | (remainder == 0 ? 0 : 1))
        return rounded * powerOfTwo(divisorScaling - scaling - power - 63)
    }

    /// significand · 10^power, by a multiplication to 128 bits.
    private static func product(_ significand: UInt64, _ power: Int) -> Double {
        let (high, low) = significand.multipliedFullWidth(by: powersOfFive[power])
        if high == 0 { return Double(low) * powerOfTwo(power) }
        let scaling = high.leadingZeroBitCount
        let top = high << scaling | (scaling == 0 ? 0 : low >> (64 - scaling))
        let rounded = Double(top | (low << scaling == 0 ? 0 : 1))
        return rounded * powerOfTwo(64 - scaling + power)
    }

    /// 2^exponent, for a normal number.
    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(1023 + exponent) << 52)
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private static let powersOfFive: [UInt64] = (0...27).map { power in
        (0..<power).reduce(1) { product, _ in product * 5 }
    }
}
