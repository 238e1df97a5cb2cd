package import Documents

/// Why a profile was refused, and where.
package struct ProfileError: Error, Equatable, CustomStringConvertible {
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
