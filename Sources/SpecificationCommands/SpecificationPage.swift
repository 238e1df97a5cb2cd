import Documents
import Specifications
import SystemPackage

/// What is said of a specification.
struct SpecificationPage {
    private let specification: AnySpecification
    private let privacy: PrivacyReport?

    init(_ specification: AnySpecification, privacy: PrivacyReport? = nil) {
        self.specification = specification
        self.privacy = privacy
    }

    func text(file: FilePath) -> String {
        var lines = ["\(Printable(file.string)): \(specification.kernelKey.type)"]
        lines += rows.map { name, value in
            "  " + name + String(repeating: " ", count: max(1, 16 - name.count)) + value
        }
        return lines.joined(separator: "\n")
    }

    private var rows: [(String, String)] {
        let weights = specification.weights
        let used = weights.count { $0 > 1e-12 }
        let shape = specification.kernelKey.shape.map(String.init).joined(separator: " x ")
        var rows = [
            ("points", "\(weights.count) of \(shape.isEmpty ? "1" : shape) numbers, \(used) with weight"),
            ("weights", "\(Self.number(weights.min() ?? 0)) to \(Self.number(weights.max() ?? 0))"),
        ]
        if let table = specification.table { rows += Self.rows(of: table) }
        if case .image(let images) = specification {
            rows.append(("guard", Self.guardText(images.guardRecord, "image")))
        }
        if case .text(let text) = specification {
            let languages = text.languages.map { Printable($0, limit: 20).description }.joined(separator: ", ")
            rows.append(("languages", languages.isEmpty ? "none recognised" : languages))
            rows.append(("embedder", text.embedder.map { Printable($0, limit: 100).description } ?? "not said"))
        }
        if let privacy { rows += Self.rows(of: privacy) }
        return rows
    }

    private static func guardText(_ record: RKMETableSpecification.GuardRecord?, _ row: String) -> String {
        switch record {
        case .distance(0)?: "none: no two \(row)s differ, and a point may show one"
        case .distance(let distance)?: "every point farther than \(number(distance)) from any \(row)"
        case .off?: "off: a point may be \(row == "row" ? "a" : "an") \(row)"
        case nil: "not said"
        }
    }

    private static func rows(of table: RKMETableSpecification) -> [(String, String)] {
        [
            ("rows", table.rowCount.map(String.init) ?? "not said"),
            ("gamma", "\(table.gamma)"),
            ("features", table.standardization == nil ? "as they are" : "standardised"),
            ("guard", guardText(table.guardRecord, "row")),
        ]
    }

    private static func rows(of privacy: PrivacyReport) -> [(String, String)] {
        let own = privacy.rowDistances
        return [
            ("nearest row", "\(number(privacy.nearestDistance)) from a point"),
            (
                "rows, nearest",
                "\(number(own.first)) (1 %), \(number(own.median)) (half), \(number(own.ninetyNinth)) (99 %)"
                    + (privacy.isSampled ? ", of a sample" : "")
            ),
            ("MMD to rows", "\(number(privacy.discrepancy)); \(number(privacy.freeDiscrepancy)) without the guard"),
        ]
    }

    func object(file: FilePath) -> Node {
        var members: [(String, Node)] = [
            ("schema", "learnware/specification/1"),
            ("file", Node(file.string)),
            ("type", Node(specification.kernelKey.type)),
            ("points", Node(specification.weights.count)),
            ("sample_shape", Node(specification.kernelKey.shape.map { Node($0) })),
        ]
        if let table = specification.table {
            members += [
                ("rows", table.rowCount.map { Node($0) } ?? nil),
                ("gamma", Node(table.gamma)),
                ("standardized", Node(table.standardization != nil)),
            ]
            members.append(("guard_distance", Self.guardNode(table.guardRecord)))
        }
        if case .image(let images) = specification {
            members.append(("guard_distance", Self.guardNode(images.guardRecord)))
        }
        if case .text(let text) = specification {
            members.append(("languages", Node(text.languages.map { Node($0) })))
            members.append(("embedder", text.embedder.map { Node($0) } ?? nil))
        }
        if let privacy { members.append(("privacy", Self.object(privacy))) }
        return Node(object: members)
    }

    private static func guardNode(_ record: RKMETableSpecification.GuardRecord?) -> Node {
        switch record {
        case .distance(let distance)?: Node(distance)
        case .off?: 0
        case nil: nil
        }
    }

    private static func object(_ privacy: PrivacyReport) -> Node {
        let distances = Node(object: [
            ("first_percentile", Node(privacy.rowDistances.first)),
            ("median", Node(privacy.rowDistances.median)),
            ("ninety_ninth_percentile", Node(privacy.rowDistances.ninetyNinth)),
        ])
        return Node(object: [
            ("nearest_distance", Node(privacy.nearestDistance)),
            ("row_distances", distances),
            ("mmd", Node(privacy.discrepancy)),
            ("mmd_without_guard", Node(privacy.freeDiscrepancy)),
            ("is_sampled", Node(privacy.isSampled)),
        ])
    }

    /// Four significant digits.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        var scale = 1.0
        var magnitude = value.magnitude
        while magnitude >= 10_000 { (magnitude, scale) = (magnitude / 10, scale * 10) }
        guard magnitude >= 1e-4 else {
            var exponent = 0
            while magnitude < 1 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
            return "\(value < 0 ? "-" : "")\((magnitude * 1000).rounded() / 1000)e\(exponent)"
        }
        var digits = 1.0
        while magnitude * digits < 1000 { digits *= 10 }
        let rounded = (value / scale * digits).rounded() / digits * scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
