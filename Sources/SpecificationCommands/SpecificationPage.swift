import Documents
import Specifications
import SystemPackage

/// What is said of a specification.
struct SpecificationPage {
    private let specification: RKMETableSpecification
    private let privacy: PrivacyReport?

    init(_ specification: RKMETableSpecification, privacy: PrivacyReport? = nil) {
        self.specification = specification
        self.privacy = privacy
    }

    func text(file: FilePath) -> String {
        var lines = ["\(Printable(file.string)): \(RKMETableSpecification.typeName)"]
        lines += rows.map { name, value in
            "  " + name + String(repeating: " ", count: max(1, 16 - name.count)) + value
        }
        return lines.joined(separator: "\n")
    }

    private var rows: [(String, String)] {
        let weights = specification.weights
        let used = weights.count { $0 > 1e-12 }
        let shape = specification.sampleShape.map(String.init).joined(separator: " x ")
        var rows = [
            ("points", "\(weights.count) of \(shape.isEmpty ? "1" : shape) numbers, \(used) with weight"),
            ("weights", "\(Self.number(weights.min() ?? 0)) to \(Self.number(weights.max() ?? 0))"),
            ("rows", specification.rowCount.map(String.init) ?? "not said"),
            ("gamma", "\(specification.gamma)"),
            ("features", specification.standardization == nil ? "as they are" : "standardised"),
        ]
        switch specification.guardRecord {
        case .distance(0)?:
            rows.append(("guard", "none: no two rows differ, and a point may show one"))
        case .distance(let distance)?:
            rows.append(("guard", "every point farther than \(Self.number(distance)) from any row"))
        case .off?: rows.append(("guard", "off: a point may be a row"))
        case nil: rows.append(("guard", "not said"))
        }
        if let privacy {
            let own = privacy.rowDistances
            rows += [
                ("nearest row", "\(Self.number(privacy.nearestDistance)) from a point"),
                (
                    "rows, nearest",
                    "\(Self.number(own.first)) (1 %), \(Self.number(own.median)) (half), "
                        + "\(Self.number(own.ninetyNinth)) (99 %)\(privacy.isSampled ? ", of a sample" : "")"
                ),
                (
                    "MMD to rows",
                    "\(Self.number(privacy.discrepancy)); \(Self.number(privacy.freeDiscrepancy)) without the guard"
                ),
            ]
        }
        return rows
    }

    func object(file: FilePath) -> Node {
        var members: [(String, Node)] = [
            ("schema", "learnware/specification/1"),
            ("file", Node(file.string)),
            ("type", Node(RKMETableSpecification.typeName)),
            ("points", Node(specification.weights.count)),
            ("sample_shape", Node(specification.sampleShape.map { Node($0) })),
            ("rows", specification.rowCount.map { Node($0) } ?? nil),
            ("gamma", Node(specification.gamma)),
            ("standardized", Node(specification.standardization != nil)),
        ]
        switch specification.guardRecord {
        case .distance(let distance)?: members.append(("guard_distance", Node(distance)))
        case .off?: members.append(("guard_distance", 0))
        case nil: members.append(("guard_distance", nil))
        }
        if let privacy {
            members.append(
                (
                    "privacy",
                    Node(object: [
                        ("nearest_distance", Node(privacy.nearestDistance)),
                        (
                            "row_distances",
                            Node(object: [
                                ("first_percentile", Node(privacy.rowDistances.first)),
                                ("median", Node(privacy.rowDistances.median)),
                                ("ninety_ninth_percentile", Node(privacy.rowDistances.ninetyNinth)),
                            ])
                        ),
                        ("mmd", Node(privacy.discrepancy)),
                        ("mmd_without_guard", Node(privacy.freeDiscrepancy)),
                        ("is_sampled", Node(privacy.isSampled)),
                    ])
                )
            )
        }
        return Node(object: members)
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
