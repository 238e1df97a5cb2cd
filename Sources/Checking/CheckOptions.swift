/// How a learnware is checked.
package struct CheckOptions: Sendable {
    /// Everything random comes from it.
    package var seed: UInt64
    /// How often the same rows are asked again, at least once.
    package var repeats: Int
    /// True to let warnings decide.
    package var isStrict: Bool
    /// The checks to make; nil for all.
    package var selection: Set<CheckName>?

    /// Rows of an input, as the Python package's checker takes.
    package static let rows = 10

    package init(seed: UInt64 = 0, repeats: Int = 3, isStrict: Bool = false, selection: Set<CheckName>? = nil) {
        self.seed = seed
        self.repeats = max(1, repeats)
        self.isStrict = isStrict
        self.selection = selection
    }

    func includes(_ check: CheckName) -> Bool { selection?.contains(check) ?? true }
}
