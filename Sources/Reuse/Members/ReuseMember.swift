package import Ensembles
package import Learnware
package import Specifications
package import Tensors

/// A learnware that takes part: who it is, what its data were like, and how its model is asked.
package struct ReuseMember: Sendable {
    /// Digest, name, identifier and version.
    package let identity: Ensemble.Member
    /// What tells of the data that it was made for; nil when its package has none that fits the user's data.
    package let specification: AnySpecification?
    /// Starts its model.
    package let provider: any PredictorProvider
    /// Bytes that its run may take at most, as far as the budget is concerned; whoever makes the provider sees to it.
    package let memory: Int
    /// True when each tensor that it is asked with is one named column.
    package let isTable: Bool
    /// The tensors that it takes for some rows.
    package let layOut: @Sendable (Chunk) throws(TensorError) -> [Tensor]

    /// - Parameters:
    ///   - identity: as it will stand in `ensemble.json`.
    ///   - specification: needed by the job selector alone.
    ///   - provider: starts its model.
    ///   - memory: bytes that its run may take.
    ///   - isTable: as for ``Predictor/predict(_:isTable:allowsNaN:)``.
    ///   - layOut: what it is asked with for some rows; one tensor of all columns where nothing is said.
    package init(
        identity: Ensemble.Member,
        specification: AnySpecification? = nil,
        provider: any PredictorProvider,
        memory: Int = 0,
        isTable: Bool = false,
        layOut: @escaping @Sendable (Chunk) throws(TensorError) -> [Tensor] = Self.joined
    ) {
        self.identity = identity
        self.specification = specification
        self.provider = provider
        self.memory = memory
        self.isTable = isTable
        self.layOut = layOut
    }

    /// One tensor of all columns.
    @Sendable package static func joined(_ chunk: Chunk) throws(TensorError) -> [Tensor] { [try chunk.joined()] }
}

/// What became of one member.
package struct MemberReport: Sendable {
    /// Who it is.
    package let identity: Ensemble.Member
    /// Rows that it answered and whose answers count.
    package internal(set) var rows = 0
    /// Why its answers do not count; nil when they do.
    package internal(set) var failure: PredictorError?
    /// What its run did; nil when it did not run, or did not end as it should.
    package internal(set) var run: PredictorReport?

    init(_ identity: Ensemble.Member) {
        self.identity = identity
    }

    /// One line about a member that was dropped; nil for one that was not.
    package var warning: String? {
        failure.map { "\(identity.label) is left out: \($0.message)" }
    }
}
