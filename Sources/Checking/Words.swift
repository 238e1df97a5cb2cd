import Documents
import Packaging

/// Foreign text as a sentence of ours quotes it.
func shown(_ text: String) -> String { "'\(Printable(text, limit: 80))'" }

/// A shape as people write it; `n` stands for any length.
func shapeText(_ shape: [Int]) -> String {
    shape.isEmpty ? "a single number" : "[" + shape.map { $0 < 0 ? "n" : "\($0)" }.joined(separator: ", ") + "]"
}

/// "1 row", "2 rows".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A number with three significant digits.
func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var (digits, magnitude) = (1.0, value.magnitude)
    guard magnitude < 1e6, magnitude >= 1e-3 else {
        var exponent = 0
        while magnitude >= 10 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
        while magnitude < 1 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
        return "\(value < 0 ? "-" : "")\((magnitude * 100).rounded() / 100)e\(exponent)"
    }
    while magnitude * digits < 100 { digits *= 10 }
    let rounded = (value * digits).rounded() / digits
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}

/// The first problems as one text, and what to do about the first.
struct ProblemText {
    private static let most = 3
    let summary: String
    let remedy: String

    init?(_ problems: [Problem], remedy: String) {
        guard let first = problems.first else { return nil }
        let sentences = problems.prefix(Self.most).map(\.sentence)
        let more = problems.count > Self.most ? " (and \(problems.count - Self.most) more)" : ""
        summary = sentences.joined(separator: "; ") + more
        self.remedy = first.hint ?? remedy
    }
}
