/// Why a JSON or YAML text was refused, and where.
package struct DocumentError: Error, Equatable, CustomStringConvertible {
    /// One clause that names the fault, without the place.
    package var reason: String
    package var position: SourcePosition?

    package init(_ reason: String, at position: SourcePosition? = nil) {
        self.reason = reason
        self.position = position
    }

    package var description: String {
        guard let position else { return reason }
        return "line \(position.line), column \(position.column): \(reason)"
    }
}

/// Named bounds for a text from outside; nothing is allocated or nested past them.
package struct DocumentLimits: Sendable {
    package var bytes: Int
    package var depth: Int
    package var nodes: Int
    /// Bytes of one key of a map.
    package var key = 4096

    package init(bytes: Int, depth: Int = 32, nodes: Int = 1_000_000) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }

    /// For manifests, profiles and other files that people write.
    package static let manifest = DocumentLimits(bytes: 1 << 20, depth: 16, nodes: 50_000)
    /// For specifications and data files that programs write.
    package static let data = DocumentLimits(bytes: 256 << 20, depth: 16, nodes: 32_000_000)
}

/// Sizes as people write them.
package enum ByteSize {
    /// The size in the largest unit that gives a whole number, such as `64 MiB`.
    package static func text(_ bytes: Int) -> String {
        for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        where bytes >= 1 << shift && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift) \(unit)"
        }
        return "\(bytes) bytes"
    }

    /// The number of bytes that `512`, `64KiB`, `2 GiB` and the like say; nil for anything else.
    package static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0 >= "0" && $0 <= "9" }
        guard let count = Int(digits) else { return nil }
        let factor: Int
        switch text.dropFirst(digits.count).drop(while: { $0 == " " }) {
        case "", "B": factor = 1
        case "KiB": factor = 1 << 10
        case "MiB": factor = 1 << 20
        case "GiB": factor = 1 << 30
        case "KB": factor = 1000
        case "MB": factor = 1_000_000
        case "GB": factor = 1_000_000_000
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
