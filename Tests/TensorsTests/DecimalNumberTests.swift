import Glibc
import Tensors
import TestSupport
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
    /// Kinds of random texts; the reference is the C library's `strtod`, which rounds exactly.
    enum Kind: CaseIterable {
        case plain
        case anyDouble
        case subnormal
        case longDigits
        case nearFastLimits
        case halfway
        case savedByNumpy
    }

    @Test("The value is strtod's, bit for bit", arguments: Kind.allCases)
    func equalsStrtod(kind: Kind) {
        var generator = SeededGenerator(seed: 7)
        var different: [String] = []
        for _ in 0..<40_000 {
            let text = Self.text(kind, &generator)
            if DecimalNumber.value(text)?.bitPattern != strtod(text, nil).bitPattern { different.append(text) }
        }
        #expect(different.isEmpty)
    }

    private static func text(_ kind: Kind, _ generator: inout SeededGenerator) -> String {
        let sign = ["", "-", "+"].randomElement(using: &generator) ?? ""
        switch kind {
        case .plain:
            let places = Int.random(in: 0...8, using: &generator)
            return sign + digits(1...8, &generator) + (places > 0 ? "." + digits(places...places, &generator) : "")
        case .anyDouble:
            let number = Double(bitPattern: generator.next())
            return number.isFinite ? "\(number)" : "0"
        case .subnormal:
            return "\(Double(bitPattern: generator.next() >> UInt64.random(in: 12...63, using: &generator)))"
        case .longDigits:
            let power = Int.random(in: -400...400, using: &generator)
            return sign + digits(1...60, &generator) + "." + digits(0...60, &generator) + "e\(power)"
        case .nearFastLimits:
            let power = Int.random(in: -50...50, using: &generator)
            return sign + digits(14...21, &generator) + "E\(power)"
        case .halfway:
            // A number exactly between two doubles, and its neighbours in the last digit.
            let low = UInt64.random(in: 1 << 52..<1 << 53, using: &generator)
            return "\(low * 2 + 1 + UInt64.random(in: 0...2, using: &generator) - 1)"
                + ["", ".0", ".00001"][Int(low % 3)]
        case .savedByNumpy:
            let power = Int.random(in: -12...3, using: &generator)
            return sign + digits(1...1, &generator) + "." + digits(18...18, &generator) + "e\(power)"
        }
    }

    private static func digits(_ range: ClosedRange<Int>, _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: range, using: &generator))
            .map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
    }

    @Test(
        "Every usual way to write a number is read",
        arguments: [
            ("0", 0.0), ("-0", -0.0), ("007", 7.0), ("1.", 1.0), (".5", 0.5), ("-.5e1", -5.0), ("1E+2", 100.0),
            ("1e400", .infinity), ("-1e400", -.infinity), ("1e-400", 0.0), ("4.9e-324", .leastNonzeroMagnitude),
            ("1e99999999999999999999", .infinity), ("0e99999999999999999999", 0.0),
            ("9007199254740993", 9_007_199_254_740_992.0), ("0.000000000000000000000000000000000001", 1e-36),
        ]
    )
    func usualForms(text: String, value: Double) {
        #expect(DecimalNumber.value(text)?.bitPattern == value.bitPattern)
    }

    @Test(
        "Nothing else is taken for a number",
        arguments: [
            "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "0x10", "1_000", "1,5", "1 ", " 1", "--1", "1f", "inf",
            "nan", "١", "1\u{0}",
        ]
    )
    func otherForms(text: String) {
        #expect(DecimalNumber.value(text) == nil)
    }

    @Test("The decimal point does not depend on the locale")
    func locale() {
        // Whether or not the machine has a locale with a comma, the texts that take the slow way must not change.
        let former = setlocale(LC_NUMERIC, nil).map { String(cString: $0) } ?? "C"
        setlocale(LC_NUMERIC, "de_DE.UTF-8")
        defer { setlocale(LC_NUMERIC, former) }
        #expect(DecimalNumber.value("1.5e-100") == 1.5e-100)
    }

    @Test(
        "Words for missing and infinite values are read in any case",
        arguments: [
            ("", Double.nan), ("NaN", .nan), ("nan", .nan), ("-nan", .nan), ("NA", .nan), ("n/a", .nan), ("NULL", .nan),
            ("None", .nan), ("inf", .infinity), ("-inf", -.infinity), ("+Infinity", .infinity), ("-5", -5),
        ]
    )
    func words(text: String, value: Double) throws {
        let read = try #require(Self.cell(text))
        #expect(Tests.bits([read]) == Tests.bits([value]))
    }

    private static func cell(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        return NumberCell.value(bytes.span, bytes.indices)
    }

    @Test("Other words are not numbers", arguments: ["-na", "+none", "na n", "infinit", "true", "nullnullnull", "-"])
    func otherWords(text: String) {
        #expect(Self.cell(text) == nil)
    }
}
