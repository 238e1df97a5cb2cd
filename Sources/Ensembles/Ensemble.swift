import Documents

/// Several learnwares and how their answers become one: numbers and names, no code.
///
/// Each member is known by the digest of its package. What is fitted here (weights, a selector) was fitted to members in
/// their order.
package struct Ensemble: Equatable, Sendable {
    /// A learnware that takes part.
    package struct Member: Equatable, Sendable {
        /// The SHA-256 of the package's content, 64 hexadecimal digits.
        package let digest: String
        /// What it is called: foreign text.
        package let name: String
        /// Its identifier in the market that it came from; nil for a package that came from none.
        package let identifier: String?
        /// Its version there.
        package let version: Int?

        /// - Throws: ``EnsembleError`` for a digest that is none, and texts or versions out of bounds.
        package init(
            digest: String,
            name: String,
            identifier: String? = nil,
            version: Int? = nil
        ) throws(EnsembleError) {
            guard digest.utf8.count == 64, digest.utf8.allSatisfy(Self.isHexadecimal) else {
                throw EnsembleError(
                    .invalidEnsemble,
                    "'\(Printable(digest, limit: 80))' is no SHA-256: 64 digits of 0-9 and a-f"
                )
            }
            for text in [name, identifier ?? ""] where text.utf8.count > EnsembleLimits.textBytes {
                throw EnsembleError(.invalidEnsemble, "'\(Printable(text, limit: 40))' is too long a name")
            }
            guard version.map({ $0 > 0 }) ?? true else {
                throw EnsembleError(.invalidEnsemble, "a version is a whole number above 0")
            }
            self.digest = digest
            self.name = name
            self.identifier = identifier
            self.version = version
        }

        private static func isHexadecimal(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
        }
    }

    /// What the answers are.
    package enum OutputKind: String, CaseIterable, Sendable {
        /// A class for each row.
        case labels
        /// A number for each row, or as many as there are outputs or classes.
        case numbers
    }

    package let members: [Member]
    package let combination: Combination
    package let output: OutputKind
    /// The columns of numbers that a row has; nil where the combination does not look at them and nobody said.
    package let columnCount: Int?

    /// - Parameters:
    ///   - members: at least one; a package may come once only.
    ///   - combination: fitted to as many members.
    ///   - output: what the answers are; nil for combinations that say so themselves.
    ///   - columnCount: the columns of a row; nil for combinations that say so, or do not look at rows.
    /// - Throws: ``EnsembleError`` when the parts do not fit together.
    package init(
        members: [Member],
        combination: Combination,
        output: OutputKind? = nil,
        columnCount: Int? = nil
    ) throws(EnsembleError) {
        guard (1...EnsembleLimits.members).contains(members.count) else {
            throw EnsembleError(
                .invalidEnsemble,
                "an ensemble has 1 to \(EnsembleLimits.members) members, not \(members.count)"
            )
        }
        guard Set(members.map(\.digest)).count == members.count else {
            throw EnsembleError(.invalidEnsemble, "a package is a member twice")
        }
        try combination.validate(memberCount: members.count)
        guard let kind = combination.output ?? output, output.map({ $0 == kind }) ?? true else {
            let given = output.map { "not \($0.rawValue)" } ?? "and nobody said which"
            throw EnsembleError(
                .invalidEnsemble,
                "'\(combination.name)' answers with \(combination.output?.rawValue ?? "labels or numbers"), \(given)"
            )
        }
        if let columnCount, !(1...EnsembleLimits.columns).contains(columnCount) {
            throw EnsembleError(
                .invalidEnsemble,
                "a row has 1 to \(EnsembleLimits.columns) columns, not \(columnCount)"
            )
        }
        if let columnCount, let wanted = combination.columnCount, wanted != columnCount {
            throw EnsembleError(
                .invalidEnsemble,
                "'\(combination.name)' was fitted to \(wanted) columns, not \(columnCount)"
            )
        }
        self.members = members
        self.combination = combination
        self.output = kind
        self.columnCount = combination.columnCount ?? columnCount
    }
}

/// What an ensemble may hold at most, whoever wrote it.
package enum EnsembleLimits {
    package static let members = 1000
    package static let columns = 100_000
    /// Of a linear combination or of probabilities.
    package static let classes = 10_000
    /// Numbers of a combination together.
    package static let numbers = 4_000_000
    /// The greatest magnitude of a number, so that products of two and sums of many stay finite.
    package static let magnitude = 1e140
    /// Bytes of a name or of a label.
    package static let textBytes = 4096
    /// Bytes of `ensemble.json`.
    package static let fileBytes = 128 << 20

    /// True when all are finite and within the magnitude.
    static func bound(_ numbers: [Double]) -> Bool { numbers.allSatisfy { $0.magnitude <= magnitude } }
}
