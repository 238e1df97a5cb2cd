import Documents

/// What every reader of a statistical specification file agrees on.
enum StatisticalDocument {
    /// A specification larger than this is not read: K × d of the Python package stays below 1.4 million numbers.
    static let limits = DocumentLimits(bytes: 64 << 20, depth: 8, nodes: 1_600_000)

    /// The document in a file; its texts can be compared, however hostile they are.
    ///
    /// - Throws: ``DocumentError`` when it is not JSON, larger than ``limits``, or has letters with too many marks.
    static func document(_ bytes: [UInt8]) throws(DocumentError) -> Node {
        try MarkRuns.refuse(in: bytes)
        return try JSON.parse(bytes, limits: limits)
    }

    /// The class that `learnware.yaml` names, under its newer name.
    ///
    /// The alias that packages older than 0.3 use is the table specification.
    static func type(of className: String) -> String {
        className == "RKMEStatSpecification" ? "RKMETableSpecification" : className
    }

    /// The numbers of one point (d), which is the product of its shape.
    ///
    /// - Returns: nil for a point without a shape, and where the product is no number that anything could hold.
    static func dimension(ofPoint shape: [Int]) -> Int? {
        guard !shape.isEmpty else { return nil }
        var product = 1
        for length in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: length)
            if overflows { return nil }
            product = next
        }
        return product
    }
}
